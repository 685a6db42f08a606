import type { DataFlow } from '../plan/data-flow.ts';
import type { Envelope, Plan } from '../plan/plan.ts';
import type { Bundle, MatchedRule, Obligation, RuleTrace } from '../policy/bundle.ts';
import type { Facts } from './facts.ts';
import type { ReasonCode } from './reasons.ts';

/** The six controls in their fixed order; the name of a stage is the name of its control. */
export const STAGE_NAMES = [
  'identity',
  'local_enforcement',
  'capability',
  'policy',
  'budget',
  'approval',
] as const;
export type StageName = (typeof STAGE_NAMES)[number];

export const DECISIONS = ['allow', 'block', 'require_approval'] as const;
export type DecisionWord = (typeof DECISIONS)[number];

export type StageDecision = DecisionWord | 'skip';

/** What a stage asks the gateway to do once the plan is decided. Stages perform nothing themselves. */
export type Effect =
  | {
      type: 'reserve_budget';
      budget_id: string;
      key: string;
      metric: 'usd' | 'tokens' | 'tool_calls';
      amount: number;
    }
  | { type: 'open_approval'; demand: Demand }
  | { type: 'consume_approval'; approval_id: string };

/** What an approval must look like to satisfy everything that asked for one. */
export type Demand = {
  ttl_ms: number;
  required: number;
  approvers: string[];
  /** Hashes of the rules that ask, `budget:<id>` for an exceeded budget, `classifier:unavailable` for a model; sorted. */
  rule_hashes: string[];
};

/** What a stage says of one step. */
export type StepResult = {
  step_id: string;
  tool_name: string;
  decision: DecisionWord;
  reason: ReasonCode;
  capability?: string;
  matched_rules?: readonly MatchedRule[];
  shadow_rules?: readonly MatchedRule[];
  /** Allows that would have helped and are in doubt. */
  doubtful_rules?: MatchedRule[];
  obligations?: readonly Obligation[];
  /** Canonical hash of the arguments with the obligations met; only where an obligation is about arguments. */
  arguments_hash?: string;
  demand?: Demand;
  /** Problems with the arguments, by pointer. */
  errors?: { pointer: string; message: string }[];
  message?: string;
  /** In mode `explain`: every rule considered, and why it did or did not match. */
  considered?: RuleTrace[];
  /** A rule asked something of the past that the facts do not speak of: they were read for other rules. */
  lacks_history?: true;
};

export type StageResult = {
  decision: StageDecision;
  reason: ReasonCode;
  /** Facts and figures behind the result, for the event and the explanation. */
  detail: Record<string, unknown>;
  /** What approval the plan as a whole needs. */
  demand?: Demand;
  /** Results by step; absent where the stage judges the plan as a whole. */
  steps?: StepResult[];
  effects: Effect[];
};

/** What a stage may read. `earlier` holds the results of the stages before it. */
export type StageInput = {
  plan: Plan;
  envelope: Envelope;
  facts: Facts;
  bundle: Bundle;
  flow: DataFlow;
  earlier: readonly StageRecord[];
};

export type Stage = (input: StageInput) => StageResult;

/** A stage and what it said; `fault` where it threw. */
export type StageRecord = { stage: StageName; result: StageResult; fault?: unknown };
