import { withPayload } from '../audit/span-reader.ts';
import { eventsOfWholeLog } from '../audit/whole-log-events.ts';
import type { JsonObject } from '../json/value.ts';
import type { Hold } from './hold.ts';

/**
 * All holds that a log tells of, in the order they were placed, by its files alone. Throws `AuditLineError` where any
 * line of the log does not hold: it may have told of one.
 */
export async function holdsInLog(auditFile: string): Promise<Hold[]> {
  const holds = new Map<string, Hold>();
  for await (const event of eventsOfWholeLog(auditFile, ['hold_placed', 'hold_released', 'state_carried'])) {
    const { event_type, payload = {} } = await withPayload(auditFile, event);
    if (event_type === 'hold_released') release(holds, payload);
    const told = event_type === 'hold_placed' ? [payload['hold']] : payload['holds'];
    // A state that is carried over a purge has all of them, also those whose own events are gone.
    for (const hold of Array.isArray(told) ? (told as unknown as Hold[]) : []) holds.set(hold.hold_id, hold);
  }
  return [...holds.values()].toSorted((a, b) => (a.placed_at < b.placed_at ? -1 : 1));
}

function release(holds: Map<string, Hold>, payload: JsonObject): void {
  const hold = holds.get(String(payload['hold_id']));
  if (hold === undefined) return;
  const [by, at, reason] = [payload['by'], payload['at'], payload['reason']].map(String);
  holds.set(hold.hold_id, {
    ...hold,
    status: 'released',
    released: { by: by ?? '', at: at ?? '', reason: reason ?? '' },
  });
}
