import type { Approval } from '../../src/approvals/approval.ts';
import type { Caller, Role } from '../../src/tokens/caller.ts';
import { START_MS } from '../store/open-parts.ts';

export const NOW = new Date(START_MS).toISOString();
export const LATER = new Date(START_MS + 600_000).toISOString();

/** An approval as an evaluation opens it, valid for ten minutes. */
export function approvalOf(over: Partial<Approval> = {}): Approval {
  return {
    approval_id: 'apr-1',
    status: 'pending',
    plan_hash: 'sha256:1',
    trace_id: 't1',
    execution_plan_id: 'p1',
    tenant_id: 'acme',
    agent_id: 'agent-1',
    requested_by: { name: 'runner', token_id: 'tok-runner' },
    tool_names: ['pay'],
    reason: 'payment_cap',
    summary: 'A payment above the cap.',
    risk_level: 'high',
    rule_hashes: ['sha256:r'],
    required: 1,
    approvers: [],
    bundle_version: 'sha256:b',
    plan: { steps: [] },
    created_at: NOW,
    expires_at: LATER,
    granted_by: [],
    ...over,
  };
}

export function callerOf(name: string, roles: Role[] = ['approver'], over: Partial<Caller> = {}): Caller {
  return { token_id: `tok-${name}`, name, roles, tenant_id: 'acme', ...over };
}
