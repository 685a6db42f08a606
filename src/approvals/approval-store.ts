import type { Approval, ApprovalStatus } from './approval.ts';

export type ApprovalQuery = {
  /** Absent: every tenant. */
  tenant_id?: string;
  status?: ApprovalStatus;
  agent_id?: string;
  /** 1 to 1000. */
  limit: number;
  cursor?: string;
};

/** What the service reads from the store. It writes nothing there: the store projects the events of the log. */
export type ApprovalStore = {
  approval(approvalId: string): Promise<Approval | undefined>;
  /** Newest first. Rejects with `invalid_cursor` for a cursor it did not make. */
  approvals(query: ApprovalQuery): Promise<{ items: Approval[]; next_cursor?: string }>;
  /** Pending and approved ones that expire at or before `now` (RFC 3339), oldest first, at most `limit`. */
  dueApprovals(now: string, limit: number): Promise<Approval[]>;
};
