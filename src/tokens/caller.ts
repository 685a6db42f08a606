/** What a bearer token may do (contract §7). `admin` may do everything. */
export const ROLES = ['runtime', 'agent', 'analyst', 'approver', 'compliance', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who holds the token of this request. `tenant_id` `*` reaches every tenant. */
export type Caller = {
  token_id: string;
  /** Who the person or service is; two tokens of one name are one person to the two-person rule (`People`). */
  name: string;
  roles: Role[];
  tenant_id: string;
  /** Set for role `agent`: the one agent this token may speak for. */
  agent_id?: string;
};
