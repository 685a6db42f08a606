/** A permit as the store knows it: what was signed, never the signature. */
export type PermitEntry = {
  permit_id: string;
  tenant_id: string;
  execution_plan_id: string;
  agent_id: string;
  plan_hash: string;
  expires_at: string;
  consumed_at?: string;
  /** How often its executor has been told that it holds; counted where the permit says how often it may be. */
  uses: number;
};

/** What the permit and outcome services read from the store. The store projects the events of the log. */
export type PermitStore = {
  permit(permitId: string): Promise<PermitEntry | undefined>;
  /** Permits of a plan that no outcome has consumed, issued up to a sequence (absent: all), in order of issue. */
  openPermits(tenantId: string, executionPlanId: string, through?: number): Promise<PermitEntry[]>;
};

/** An outcome as the store knows it; decisions on the plan up to `sequence` are closed by it. */
export type OutcomeEntry = { status: string; at: string; sequence: number };

export type OutcomeStore = {
  /** The last outcome that was reported for a plan. */
  outcome(tenantId: string, executionPlanId: string): Promise<OutcomeEntry | undefined>;
};
