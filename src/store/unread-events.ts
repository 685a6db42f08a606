import type { EventType } from '../audit/event.ts';

/** Events that no table of a store reads: they count, and their payload need not be there. */
export const UNREAD_EVENTS: ReadonlySet<EventType> = new Set([
  'plan_received',
  'identity_checked',
  'guard_inspected',
  'capability_checked',
  'policy_evaluated',
  'budget_checked',
  'approval_checked',
]);
