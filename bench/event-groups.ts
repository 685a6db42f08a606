import type { EventGroup, EventType } from '../src/audit/event.ts';

/** The events of a decision. */
export const GROUP_EVENTS: EventType[] = [
  'plan_received',
  'identity_checked',
  'guard_inspected',
  'capability_checked',
  'policy_evaluated',
  'budget_checked',
  'approval_checked',
  'decision_made',
];

/** The group of a decision; each a trace of its own, as most plans are. */
export function groupAt(index: number): EventGroup {
  return {
    context: {
      trace_id: `trace-${index}`,
      execution_plan_id: `plan-${index}`,
      tenant_id: 'acme-corp',
      agent_id: 'agent-finance-01',
      provenance: { lowest_trust: 'trusted' },
    },
    events: GROUP_EVENTS.map((event_type, position) => ({
      event_type,
      decision: 'allow',
      payload: { matched: ['read.contracts'], tool_name: 'read_contract', index, position },
    })),
  };
}
