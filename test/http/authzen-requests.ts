import type { Reply } from './start-gateway.ts';

/** Parts of requests that the tests of AuthZEN share, for the agents and rules of the default bundle. */
export const FINANCE = { type: 'agent', id: 'agent-finance-01' };
export const FROM_USER = { provenance: [{ source_type: 'user_prompt', trust_level: 'trusted' }] };
export const CONTRACT = { type: 'contract', id: 'C-7' };
export const READ = { name: 'read_contract', properties: { contract_id: 'C-7' } };
export const READ_CONTRACT = { subject: FINANCE, action: READ, resource: CONTRACT, context: FROM_USER };

export function pay(amount: unknown): { name: string; properties: Record<string, unknown> } {
  return { name: 'make_payment', properties: { payee: 'Ltd', amount, currency: 'USD' } };
}

export type Decision = { decision: boolean; context: Record<string, unknown> };

export function evaluationsOf(reply: Reply): Decision[] {
  return (reply.body?.['evaluations'] ?? []) as Decision[];
}
