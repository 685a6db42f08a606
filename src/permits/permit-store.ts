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

/** An outcome as the store knows it; `sequence` is that of the first event of its group. */
export type OutcomeEntry = { status: string; at: string; sequence: number };

export type OutcomeStore = {
  /** The last outcome that was reported for a plan. */
  outcome(tenantId: string, executionPlanId: string): Promise<OutcomeEntry | undefined>;
};
