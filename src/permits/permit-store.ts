/** A permit as the store knows it: what was signed, never the signature. */
export type PermitEntry = {
  permit_id: string;
  tenant_id: string;
  execution_plan_id: string;
  agent_id: string;
  plan_hash: string;
  expires_at: string;
  consumed_at?: string;
};

/** What the permit and outcome services read from the store. The store projects the events of the log. */
export type PermitStore = {
  permit(permitId: string): Promise<PermitEntry | undefined>;
  /** Permits of a plan that no outcome has consumed, in order of issue. */
  openPermits(tenantId: string, executionPlanId: string): Promise<PermitEntry[]>;
};

export type OutcomeStore = {
  /** The outcome that was reported for a plan. */
  outcome(tenantId: string, executionPlanId: string): Promise<{ status: string; at: string } | undefined>;
};
