import type { Finding } from '../guard/finding.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import type { SensitivityLevel } from '../plan/sensitivity.ts';
import type { SourceType, TrustLevel } from '../plan/trust-level.ts';
import type { Layer } from './layer.ts';
import type { HistoryCount, HistoryQuery } from './past.ts';

export const ACTIONS = ['allow', 'block', 'require_approval'] as const;
/** What a rule does, and what a plan gets. */
export type Action = (typeof ACTIONS)[number];

/** A step among the others of its plan, as `when:` sees it. */
export type PlanStepView = {
  step_id: string;
  tool_name: string;
  sensitivity_level?: SensitivityLevel;
  lowest_trust: TrustLevel;
  arguments: JsonObject;
  unknown_pointers: readonly string[];
};

/** The plan as a whole, as `when:` sees it. */
export type PlanView = { steps: readonly PlanStepView[]; metadata?: JsonObject };

/** Everything a rule may look at for one step. Gathered once, read by every rule that can match. */
export type StepView = {
  step_id: string;
  tool_name: string;
  agent_id?: string;
  agent_name?: string;
  agent_type?: string;
  tenant_id?: string;
  /** The agent's groups, by its record. */
  groups?: readonly string[];
  environment?: string;
  capability?: string;
  runtime_mode?: string;
  session_id?: string;
  sensitivity_level?: SensitivityLevel;
  arguments: JsonObject;
  /** Lowest trust of what told the step to be: of its sources, without the data that flow into it. */
  instruction_trust: TrustLevel;
  /** Lowest trust of the step: of its instructions and of all that flows into it. */
  lowest_trust: TrustLevel;
  source_types: readonly SourceType[];
  /** Findings in the step's arguments, and those of the whole plan (prompt, provenance). */
  findings: readonly Finding[];
  /** Lowest trust of what flows into the argument at this JSON pointer. */
  taintOf(pointer: string): TrustLevel;
  /** Pointers of `{"$from"}` references in the arguments: their values are not known yet, so any condition on them is in doubt. */
  unknown_pointers: readonly string[];
  /** Made when a condition first asks for it; the same object for all steps of the plan. */
  plan(): PlanView;
  /** When the plan is decided: RFC 3339, UTC. */
  now: string;
  /**
   * How many earlier steps a question finds, for this step; `undefined` where nobody knows. Absent where no past is
   * known at all. Asked only when everything else of the rule holds or is in doubt.
   */
  historyOf?(query: HistoryQuery): HistoryCount | undefined;
};

export type MatchedRule = {
  id: string;
  /** SHA-256 of the rule's canonical content: an approval satisfies the rule it was opened for and no other. */
  hash: string;
  effect: Action;
  /** Whose rule it is; absent of a rule for everyone. */
  layer?: Layer;
  reason: string;
  message?: string;
  /** Present where the bundle's default is stronger than this rule of a layer, and is not marked overridable. */
  outranked_by?: 'default';
  /** Present where a condition could not be evaluated: a rule that restricts matches then, one that allows does not. */
  doubt?: string;
  /** Present where an allow's `overrides` set this rule aside. */
  overridden_by?: string;
};

/** What a decision asks for besides its word. Paths are JSON pointers into the arguments of the step. */
export type Obligation =
  | { type: 'set_argument'; path: string; value: JsonValue }
  | { type: 'cap_argument'; path: string; max: number }
  | { type: 'redact_argument'; path: string }
  /** Who is to be told of the decision, whatever it is: names of channels, sorted. */
  | { type: 'notify'; channels: readonly string[] }
  /** How long a permit for this step may last at most. */
  | { type: 'permit_ttl'; seconds: number }
  /** How often a permit for this step may be used at most. */
  | { type: 'permit_max_uses'; uses: number };

/** What an approval must look like to satisfy the matched `require_approval` rules. */
export type ApprovalDemand = {
  /** Shortest of the rules', in milliseconds. */
  ttl_ms: number;
  /** Highest of the rules': how many different people. */
  required: number;
  /** The people every rule that names some accepts, sorted; empty means anyone with the role. */
  approvers: string[];
  /** Hashes of the rules that ask, sorted. */
  rule_hashes: string[];
};

export type PolicyVerdict = {
  action: Action;
  reason: string;
  message?: string;
  /** All rules that matched, strongest first, then by id. Overridden ones are in it, marked. */
  matched: readonly MatchedRule[];
  /** Rules in `mode: shadow` that matched. They never decide. */
  shadow: readonly MatchedRule[];
  /**
   * Allows that would have made the answer weaker and did not match because of doubt alone, by id, at most 20; absent where
   * there are none.
   */
  doubtful?: MatchedRule[];
  obligations: readonly Obligation[];
  demand?: ApprovalDemand;
  /** True where no rule decided and the bundle's default did. */
  by_default: boolean;
  /** How many rules could have matched by tool and were looked at. */
  considered: number;
};

/** One considered rule and why it did or did not match; mode `explain` lists them all. */
export type RuleTrace = {
  id: string;
  effect: Action;
  layer?: Layer;
  mode: 'enforce' | 'shadow';
  matched: boolean;
  /** Present where one condition alone kept the rule from matching. */
  near_miss?: true;
  /** The first condition that failed or was in doubt, in words: `args./amount gt 1000: 12 is not greater`. */
  detail: string;
};

/** A tool as a capability grants it. */
export type ToolGrant = {
  capability: string;
  risk: 'low' | 'medium' | 'high' | 'critical';
  sensitivity_level?: SensitivityLevel;
  output_trust?: TrustLevel;
  /** What it is called with is read back later, as memory or message. */
  writes_memory?: boolean;
  /** Problems of these arguments against the tool's JSON Schema; none when it has no schema. `unknown_pointers` are not judged. */
  validate(args: JsonObject, unknownPointers: readonly string[]): { pointer: string; message: string }[];
};

export type CapabilityRecord = {
  capability: string;
  description?: string;
  risk: 'low' | 'medium' | 'high' | 'critical';
  tools: {
    name: string;
    parameters?: JsonObject;
    sensitivity_level?: SensitivityLevel;
    output_trust?: TrustLevel;
    writes_memory?: boolean;
  }[];
};

/**
 * One version of policies + capabilities, compiled. Immutable, without I/O, and safe to hold across a reload: a
 * decision finishes on the bundle it began with.
 */
export type Bundle = {
  name: string;
  /** SHA-256 of the canonical content. */
  version: string;
  /** Canonical content, enough to compile the very same bundle again (`compileBundleContent`). */
  content: JsonObject;
  rule_count: number;
  /** `permits: always` in the file: sign a permit for every allowed plan. */
  permits_always: boolean;
  capabilities: readonly CapabilityRecord[];
  /** The grant for a tool among these capabilities, first capability in the given order that has it. */
  grantOf(toolName: string, capabilities: readonly string[]): ToolGrant | undefined;
  /** Everything its rules ask of the past, once each, and what must be counted to answer that. */
  history: readonly HistoryQuery[];
  /** What rules that can match a tool ask of the past, once each. */
  historyOf(toolName: string): readonly HistoryQuery[];
  evaluate(step: StepView): PolicyVerdict;
  explain(step: StepView): RuleTrace[];
};
