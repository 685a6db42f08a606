export const APPROVAL_STATUSES = [
  'pending',
  'approved',
  'rejected',
  'expired',
  'consumed',
  'cancelled',
] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

/** A person's say on exactly one plan. The plan itself is read back from the trace by `plan_hash`. */
export type Approval = {
  approval_id: string;
  status: ApprovalStatus;
  plan_hash: string;
  trace_id: string;
  execution_plan_id: string;
  tenant_id: string;
  agent_id: string;
  /** `name` and `token_id` of the caller that submitted the plan. */
  requested_by: { name: string; token_id: string };
  on_behalf_of?: { type: string; id: string };
  tool_names: string[];
  reason: string;
  summary: string;
  risk_level: 'low' | 'medium' | 'high' | 'critical';
  /** Hashes of the rules (or `budget:<id>`) this approval satisfies. */
  rule_hashes: string[];
  /** How many different people must approve. */
  required: number;
  /** Names that may approve; empty: anyone with the role. */
  approvers: string[];
  bundle_version: string;
  /** The recorded, redacted plan: what a reviewer looks at. */
  plan: unknown;
  created_at: string;
  expires_at: string;
  /** Who approved so far, in order. */
  granted_by: { name: string; at: string; note?: string }[];
  /** Set when rejected, cancelled or expired. */
  closed_by?: { name: string; at: string; note?: string };
  /** The plan that used it. */
  consumed_by?: string;
};
