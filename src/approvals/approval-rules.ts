import { isSameName, type SamePerson } from '../policy/person-name.ts';
import type { Caller } from '../tokens/caller.ts';
import type { Approval, ApprovalStatus } from './approval.ts';
import { ApprovalError } from './approval-error.ts';

/** One decision of a person on an approval. */
export type Review = { name: string; at: string; note?: string };

/**
 * The status at `now` (RFC 3339): one that ran out is expired from that moment on, whether or not its event has
 * been written. An approved one that nobody used runs out as well.
 */
export function statusAt(approval: Approval, now: string): ApprovalStatus {
  const isOpen = approval.status === 'pending' || approval.status === 'approved';
  return isOpen && approval.expires_at <= now ? 'expired' : approval.status;
}

/**
 * What the approval becomes when `caller` approves. Throws an `ApprovalError` where the caller may not:
 * `not_an_approver` (role, or not among the named), `self_approval` (their own plan, or made on their behalf),
 * `approval_closed`, `approval_expired`, `already_approved` (two approvals take two different people).
 */
export function approve(
  approval: Approval,
  { caller, isSamePerson }: { caller: Caller; isSamePerson: SamePerson },
  review: Review,
): Approval {
  assertReviewer(approval, caller);
  assertPending(approval, review.at);
  const earlier = approval.granted_by.find(({ name }) => isSamePerson(name, caller.name));
  if (earlier !== undefined) throw alreadyApproved(earlier.name, caller.name);
  const granted_by = [...approval.granted_by, review];
  return { ...approval, granted_by, status: granted_by.length >= approval.required ? 'approved' : 'pending' };
}

function alreadyApproved(earlier: string, name: string): ApprovalError {
  const why = isSameName(earlier, name)
    ? `${name} approved this already`
    : `${earlier} approved this already, and one of ${earlier} and ${name} had the other's token made`;
  return new ApprovalError('already_approved', `${why}; another person is needed`);
}

/** As `approve`: one person's no is enough. Nobody rejects their own plan either; they cancel it. */
export function reject(approval: Approval, caller: Caller, review: Review): Approval {
  assertReviewer(approval, caller);
  assertPending(approval, review.at);
  return { ...approval, status: 'rejected', closed_by: review };
}

/**
 * Withdraws an approval that is not used yet: by whoever submitted the plan, or by an admin. Throws
 * `not_an_approver`, `approval_closed` or `approval_expired`.
 */
export function cancel(approval: Approval, caller: Caller, review: Review): Approval {
  const isSubmitter = approval.requested_by.token_id === caller.token_id;
  if (!isSubmitter && !caller.roles.includes('admin')) {
    throw new ApprovalError('not_an_approver', 'only who asked for the approval, or an admin, cancels it');
  }
  if (statusAt(approval, review.at) !== 'approved') assertPending(approval, review.at);
  return { ...approval, status: 'cancelled', closed_by: review };
}

function assertReviewer(approval: Approval, caller: Caller): void {
  const isAdmin = caller.roles.includes('admin');
  if (caller.agent_id !== undefined || !(isAdmin || caller.roles.includes('approver'))) {
    throw new ApprovalError(
      'not_an_approver',
      'deciding takes a token of role approver that is bound to no agent',
    );
  }
  if (approval.on_behalf_of !== undefined && isSameName(approval.on_behalf_of.id, caller.name)) {
    throw new ApprovalError('self_approval', 'nobody decides on a plan that was made on their own behalf');
  }
  if (!isAdmin && isSubmitter(approval, caller)) {
    throw new ApprovalError('self_approval', 'nobody decides on a plan that they submitted themselves');
  }
  if (approval.approvers.length > 0 && !approval.approvers.some((name) => isSameName(name, caller.name))) {
    throw new ApprovalError('not_an_approver', `only ${approval.approvers.join(', ')} may decide on this`);
  }
}

/** Two tokens of one name are one person. */
function isSubmitter({ requested_by }: Approval, caller: Caller): boolean {
  return requested_by.token_id === caller.token_id || isSameName(requested_by.name, caller.name);
}

function assertPending(approval: Approval, now: string): void {
  const status = statusAt(approval, now);
  if (status === 'pending') return;
  if (status === 'expired') {
    throw new ApprovalError('approval_expired', `the approval expired at ${approval.expires_at}`);
  }
  throw new ApprovalError('approval_closed', `the approval is ${status}${firstDecision(approval)}`);
}

/** Who was first, for the one who came second. */
function firstDecision({ closed_by, granted_by }: Approval): string {
  const last = closed_by ?? granted_by.at(-1);
  return last === undefined ? '' : `: decided by ${last.name} at ${last.at}`;
}
