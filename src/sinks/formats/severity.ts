import type { AuditEvent } from '../../audit/event.ts';

/** How much an event asks for a person. Formats have scales of their own for it. */
export type Severity = 'informational' | 'low' | 'medium' | 'high';

const BY_TYPE: ReadonlyMap<string, Severity> = new Map([
  ['audit_recovered', 'high'],
  ['clock_stepped', 'high'],
  ['policy_load_failed', 'high'],
  ['sink_repositioned', 'high'],
  ['access_denied', 'medium'],
  ['sink_failing', 'medium'],
  ['agent_suspended', 'low'],
  ['token_created', 'low'],
  ['token_revoked', 'low'],
  ['log_key_announced', 'low'],
]);

export function severityOf({ event_type, decision }: AuditEvent): Severity {
  const own = BY_TYPE.get(event_type);
  if (own !== undefined) return own;
  if (decision === 'block') return 'medium';
  return decision === 'require_approval' ? 'low' : 'informational';
}
