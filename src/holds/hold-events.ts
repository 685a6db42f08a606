import type { EventGroup } from '../audit/event.ts';
import type { Hold } from './hold.ts';

/** The group that records a hold; the store makes its row from the payload. */
export function placedGroup(hold: Hold): EventGroup {
  return groupOf(hold, { event_type: 'hold_placed', payload: { hold } });
}

/** The group that ends a hold. */
export function releasedGroup(hold: Hold, released: NonNullable<Hold['released']>): EventGroup {
  return groupOf(hold, {
    event_type: 'hold_released',
    payload: { hold_id: hold.hold_id, scope: hold.scope, ...released },
  });
}

/** A hold is no event of the trace or the agent that it keeps. */
function groupOf({ scope: { tenant_id } }: Hold, event: EventGroup['events'][number]): EventGroup {
  return { context: tenant_id === undefined ? {} : { tenant_id }, events: [event] };
}
