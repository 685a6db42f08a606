import type { TrustLevel } from '../plan/trust-level.ts';
import type { MatchedRule, Obligation, RuleTrace } from '../policy/bundle.ts';
import type { SourceTrust } from './facts.ts';
import type { ReasonCode } from './reasons.ts';
import type { DecisionWord, Effect, StageDecision, StageName, StageResult } from './stage.ts';

export type Control = StageName | 'none';
export type RiskLevel = 'low' | 'medium' | 'high' | 'critical';

/** Why, in words and figures a person can use. */
export type Explanation = {
  /** One sentence. */
  summary: string;
  /** 0 to 100; the sum of the factors' weights, capped. */
  risk_score: number;
  risk_level: RiskLevel;
  factors: { name: string; weight: number; detail: string }[];
  /** The least trusted source; `reason` where it is worth less than it might be, `key_id` where its signature holds. */
  origin: Partial<SourceTrust> & { trust_level: TrustLevel };
  /** What would make the plan pass. */
  remedy: string;
  /** OWASP references of the controls involved. */
  references: string[];
};

export type StepDecision = {
  step_id: string;
  tool_name: string;
  decision: DecisionWord;
  reason: ReasonCode;
  control: Control;
  capability?: string;
  lowest_trust: TrustLevel;
  matched_rules: readonly MatchedRule[];
  shadow_rules?: readonly MatchedRule[];
  /** Allows that would have helped and are in doubt. */
  doubtful_rules?: MatchedRule[];
  obligations: readonly Obligation[];
  /**
   * Canonical hash of the arguments that may run, where an obligation is about arguments. Otherwise those of the plan
   * may, and `plan_hash` covers them.
   */
  arguments_hash?: string;
  errors?: { pointer: string; message: string }[];
  /** In mode `explain`: every rule considered, and why it did or did not match. */
  considered?: RuleTrace[];
};

/** The whole answer of the core: a pure function of plan, facts and bundle. */
export type Decision = {
  decision: DecisionWord;
  reason: ReasonCode;
  control: Control;
  explanation: Explanation;
  stages: { stage: StageName; decision: StageDecision; reason: ReasonCode; result: StageResult }[];
  steps: StepDecision[];
  lowest_trust: TrustLevel;
  /** What the gateway must do now. Empty in `dry_run` and `explain`. */
  effects: Effect[];
};

export type UnexplainedDecision = Omit<Decision, 'explanation'>;
