import type { JsonObject } from '../json/value.ts';
import type { SensitivityLevel } from './sensitivity.ts';
import type { SourceType, TrustLevel } from './trust-level.ts';

export const MODES = ['enforce', 'dry_run', 'explain'] as const;
export type Mode = (typeof MODES)[number];

export const RUNTIME_MODES = ['gateway', 'sidecar', 'local_enforcement', 'air_gapped'] as const;
export type RuntimeMode = (typeof RUNTIME_MODES)[number];

/** What a rule can oblige whoever runs a step to: to change its arguments, and to run it with a permit alone. */
export const OBLIGATION_TYPES = [
  'cap_argument',
  'permit_max_uses',
  'permit_ttl',
  'redact_argument',
  'set_argument',
] as const;
export type ObligationType = (typeof OBLIGATION_TYPES)[number];

/** One place instructions came from, as claimed by the caller. Content is kept by hash only. */
export type Source = {
  source_type: SourceType;
  source_name?: string;
  trust_level?: TrustLevel;
  content_hash?: string;
  /** What the caller said the hash is, where the content beside it has another. */
  claimed_content_hash?: string;
  signature?: string;
  derived_from?: string[];
  /** Of a source of a step: the arguments its content stands in. Absent: it is one of the step's instructions. */
  flows_into?: string[];
};

/** The agent as the plan names it. What the gateway knows of it is a fact (`AgentRecord`). */
export type PlanAgent = {
  agent_id?: string;
  agent_name?: string;
  agent_type?: string;
  tenant_id?: string;
  policy_bundle?: string;
  runtime_mode: RuntimeMode;
  budget_context?: string;
};

/** Integer micro-units for money (1 USD = 1_000_000), plain counts for tokens and calls. */
export type Cost = { usd_micros: number; tokens: number; tool_calls: number };

export type Step = {
  step_id: string;
  tool_name: string;
  arguments: JsonObject;
  sensitivity_level?: SensitivityLevel;
  cost: Cost;
  /** Union of `depends_on` as submitted and the steps that arguments refer to, sorted. */
  depends_on: string[];
  provenance: Source[];
};

/**
 * A plan in its one normal form: defaults filled, shorthand expanded, texts replaced by their hashes.
 *
 * `plan_hash` is the canonical hash of exactly this object, so two submissions that mean the same have the same
 * hash, and an approval of one is an approval of the other.
 */
export type Plan = {
  agent: PlanAgent;
  on_behalf_of?: { type: string; id: string };
  parent?: { trace_id: string; execution_plan_id?: string; step_id?: string };
  session_id?: string;
  environment?: string;
  metadata?: JsonObject;
  /** From the one-call shorthand: the capabilities the caller narrows the agent to. Never widens. */
  allowed_capabilities?: string[];
  prompt_hash?: string;
  provenance: Source[];
  steps: Step[];
};

/** What accompanies a plan and is not part of what is being approved. */
export type Envelope = {
  trace_id: string;
  execution_plan_id: string;
  mode: Mode;
  approval_id?: string;
  request_permit: boolean;
  correlation_id?: string;
  /** What whoever runs the plan can fulfil, sorted. Absent: it did not say, and has to look at what it is told. */
  supported_obligations?: ObligationType[];
};
