import type { EventContext, EventDraft, EventGroup } from '../audit/event.ts';
import type { Approval } from './approval.ts';
import type { Review } from './approval-rules.ts';

type ClosingType = 'approval_rejected' | 'approval_cancelled' | 'approval_expired';

/** The group that records one person's approval; the store makes its row from the payload. */
export function grantedGroup(approval: Approval, { name, ...review }: Review): EventGroup {
  const { approval_id, granted_by, status } = approval;
  return groupOf(approval, {
    event_type: 'approval_granted',
    payload: { approval_id, by: name, ...review, granted_by, status },
  });
}

/** The group that closes an approval unused; an expiry has nobody to name. */
export function closedGroup(
  approval: Approval,
  event_type: ClosingType,
  review: Partial<Review>,
): EventGroup {
  const { name, ...rest } = review;
  return groupOf(approval, {
    event_type,
    payload: { approval_id: approval.approval_id, ...(name === undefined ? {} : { by: name }), ...rest },
  });
}

/** What happens to an approval belongs to the trace of the plan that asked for it. */
function groupOf(approval: Approval, event: EventDraft): EventGroup {
  const { trace_id, execution_plan_id, tenant_id, agent_id } = approval;
  const context: EventContext = { trace_id, execution_plan_id, tenant_id, agent_id };
  return { context, events: [event] };
}
