import type { AuditEvent } from '../audit/event.ts';
import type { EventIndex, Span } from '../replay/event-index.ts';

/** How many groups of a plan are looked at for its latest decision: outcome, approvals, resubmissions. */
const MAX_GROUPS = 50;

/**
 * Reads the events of a plan's latest decision from the log; `undefined` where the tenant (`*`: any) decided no such
 * plan.
 */
export function createDecisionReader(deps: {
  index: Pick<EventIndex, 'spansOfPlan'>;
  readEvents(span: Span): Promise<AuditEvent[]>;
}): (executionPlanId: string, tenantId: string) => Promise<AuditEvent[] | undefined> {
  return async (executionPlanId, tenantId) => {
    for (const span of await deps.index.spansOfPlan(executionPlanId, tenantId, MAX_GROUPS)) {
      const events = await deps.readEvents(span);
      if (events.some((event) => event.event_type === 'decision_made')) return events;
    }
    return undefined;
  };
}
