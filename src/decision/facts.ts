import type { Finding, Verdict } from '../guard/finding.ts';
import type { SourceType, TrustLevel } from '../plan/trust-level.ts';
import type { TrustReason } from './trust-reasons.ts';

/** What the trust registry says of one source of the plan, in the plan's own order. */
export type SourceTrust = {
  source_type: SourceType;
  source_name?: string;
  /** What the source is worth, whatever it claimed. */
  trust_level: TrustLevel;
  claimed?: TrustLevel;
  /**
   * Why it is worth that: the registry knows it by name or by signature, the most its type can be, what its content was
   * worth before, or what it was made from.
   */
  basis: 'registry' | 'signature' | 'default' | 'remembered' | 'derived';
  /** The key whose signature holds. */
  key_id?: string;
  /** Why it is worth less than it might be. */
  reason?: TrustReason;
};

/** What the guard said of one text of the plan. Only texts with findings are facts. */
export type TextFinding = Finding & {
  pointer: string;
  /** The text is the name of the member at `pointer`, not its value. */
  in_name?: true;
};

export type AgentFact = {
  agent_id: string;
  agent_name?: string;
  agent_type?: string;
  tenant_id: string;
  status: 'active' | 'suspended' | 'retired';
  capabilities: string[];
  /** Absent in records from before there were groups: none. */
  groups?: string[];
  policy_bundle?: string;
  budgets: string[];
};

export type CallerFact = {
  token_id: string;
  roles: string[];
  tenant_id: string;
  agent_id?: string;
};

export type BudgetFact = {
  budget_id: string;
  key: string;
  metric: 'usd' | 'tokens' | 'tool_calls';
  limit: number;
  used: number;
  reserved: number;
  on_exceed: 'block' | 'require_approval';
  window_ends_at?: string;
};

/** The approval the plan names, as it stood when the facts were gathered. */
export type ApprovalFact = {
  approval_id: string;
  status: 'pending' | 'approved' | 'rejected' | 'expired' | 'consumed' | 'cancelled';
  plan_hash: string;
  tenant_id: string;
  rule_hashes: string[];
  expires_at: string;
};

/**
 * The step, or the plan, that handed this plan on. `trust_level` is the least that reached it; of one that is `unknown`,
 * the most that a message of an agent can be worth.
 */
export type ParentFact = {
  status: 'known' | 'unknown';
  /** The traces from the first to the parent's, one after the other. */
  chain: string[];
  trust_level: TrustLevel;
};

/**
 * How many earlier steps a question to the past found when the plan was decided, its own steps not among them: a number,
 * or the least and the most, or `null` where nobody knew.
 */
export type HistoryFact = number | [number, number] | null;

/**
 * What a model said of the texts of the plan, beside its findings in `guard`: how many sentences it read, and its highest
 * score; or why it said nothing, and what that is worth.
 */
export type ClassifierFact =
  | {
      name: string;
      model?: string;
      chunks: number;
      /** There was more than was asked about. */
      partial: boolean;
      threshold: number;
      worst: number;
      failure?: never;
      on_failure?: never;
    }
  | { name: string; failure: string; on_failure: 'ignore' | 'require_approval' };

/**
 * Everything `decide` may read besides the plan and the bundle. Plain JSON; recorded in `plan_received`, so that
 * the same decision can be made again from the log alone. If a stage needs something, it is here; if it is not
 * here, no stage may use it.
 */
export type Facts = {
  /** RFC 3339, UTC, milliseconds. */
  now: string;
  plan_hash: string;
  caller: CallerFact;
  /** Absent: nobody of that name is registered in the tenant. */
  agent?: AgentFact;
  /** The bundle the decision is made under. */
  bundle: { name: string; version: string };
  trust: {
    /** In the order of `plan.provenance`. */
    plan: SourceTrust[];
    /** By step id; only steps that bring provenance of their own. */
    steps: Record<string, SourceTrust[]>;
  };
  /** Absent where no model was asked. */
  classifier?: ClassifierFact;
  /** Present where the plan names a parent. */
  parent?: ParentFact;
  guard: { verdict: Verdict; findings: TextFinding[]; partial: boolean };
  /** By step id and by the key of the question; absent where no rule asks anything of the past. */
  history?: Record<string, Record<string, HistoryFact>>;
  /** Present where nobody can approve anything where the plan is decided. */
  no_approvers?: true;
  budgets: BudgetFact[];
  /** Budgets that the agent or the plan names and nobody defined. */
  unknown_budgets: string[];
  /** Present where the plan names an approval; `null` when no such approval exists in its tenant. */
  approval?: ApprovalFact | null;
};
