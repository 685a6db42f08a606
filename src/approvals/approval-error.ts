export type ApprovalErrorCode =
  | 'approval_not_found'
  | 'approval_closed'
  | 'approval_expired'
  | 'already_approved'
  | 'self_approval'
  | 'not_an_approver'
  | 'too_many_waiters';

/** An approval that is not there, or that this caller may not decide now. The message is for the caller. */
export class ApprovalError extends Error {
  readonly code: ApprovalErrorCode;

  constructor(code: ApprovalErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
