import type { EventDraft, EventGroup } from '../../src/audit/event.ts';

/** A group of plain events for a plan; `trace` absent makes events without one. */
export function planGroup(trace: string | undefined, count = 2, draft: Partial<EventDraft> = {}): EventGroup {
  const context = {
    execution_plan_id: 'plan-8f42',
    tenant_id: 'acme-corp',
    agent_id: 'agent-finance-01',
    provenance: { lowest_trust: 'unverified' },
    ...(trace === undefined ? {} : { trace_id: trace }),
  };
  const events = Array.from({ length: count }, (_, index) => ({
    event_type: 'policy_evaluated' as const,
    decision: 'block',
    payload: { matched: ['email.external'], index },
    ...draft,
  }));
  return { context, events };
}
