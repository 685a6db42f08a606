import type { AuditEvent } from '../audit/event.ts';
import { STAGE_EVENTS } from './decision-events.ts';

/** What a log holds of one decision: the plan with its facts, and what was made of it. */
export type RecordedDecision = {
  execution_plan_id: string;
  /** `plan_received`. */
  received: AuditEvent;
  /** One event for each stage or step, then `decision_made`. */
  outcome: AuditEvent[];
};

/** What follows `plan_received` in the record of a decision; `decision_made` is the last. */
export const OUTCOME_EVENTS: ReadonlySet<string> = new Set<string>([
  ...Object.values(STAGE_EVENTS),
  'decision_made',
]);

/** The decisions among the events of a trace, in order. One whose end is missing is left out: nobody was told of it. */
export function recordedDecisions(events: readonly AuditEvent[]): RecordedDecision[] {
  const decisions: RecordedDecision[] = [];
  let open: RecordedDecision | undefined;
  for (const event of events) {
    if (event.event_type === 'plan_received') {
      open = { execution_plan_id: event.execution_plan_id ?? '', received: event, outcome: [] };
    } else if (open !== undefined && OUTCOME_EVENTS.has(event.event_type)) {
      open.outcome.push(event);
      if (event.event_type !== 'decision_made') continue;
      decisions.push(open);
      open = undefined;
    }
  }
  return decisions;
}
