import type { AuditEvent } from '../audit/event.ts';

/**
 * What remains of plans that the events do not hold, by plan id and in order: events of a plan before it was received
 * among them. What was submitted was purged, and with it what the plan could be decided again from.
 */
export function remainsOf(events: readonly AuditEvent[]): Map<string, AuditEvent[]> {
  const received = new Set<string>();
  const remains = new Map<string, AuditEvent[]>();
  for (const event of events) {
    const { execution_plan_id: id, event_type } = event;
    if (id === undefined) continue;
    if (event_type === 'plan_received') received.add(id);
    else if (!received.has(id)) remains.set(id, [...(remains.get(id) ?? []), event]);
  }
  return remains;
}
