import { canonicalJson, sha256 } from '../json/canonical.ts';
import { parsePointer, valueAt } from '../json/pointer.ts';
import type { JsonObject } from '../json/value.ts';
import { toMicros } from './cost.ts';
import { type PlanGraph, planGraph } from './graph.ts';
import { parseSubmission } from './parse-with.ts';
import {
  type Cost,
  type Envelope,
  type Mode,
  OBLIGATION_TYPES,
  type Plan,
  type PlanAgent,
  type RuntimeMode,
  type Source,
  type Step,
} from './plan.ts';
import { PlanError } from './plan-error.ts';
import { planSchema, shorthandSchema } from './schema.ts';
import { type ExpandedPlan, expandShorthand, isShorthand } from './shorthand.ts';
import { type PlanText, textsOf } from './texts.ts';

type SubmittedSource = NonNullable<ExpandedPlan['steps'][number]['provenance']>[number];

/** A plan ready to be decided. */
export type NormalizedPlan = {
  plan: Plan;
  /** Canonical JSON of `plan`; `plan_hash` is its hash. */
  canonical: string;
  plan_hash: string;
  envelope: Envelope;
  graph: PlanGraph;
  texts: PlanText[];
  /** True where the plan named its trace; a trace that was made for it is new and nobody else's. */
  names_trace: boolean;
  /** True where the plan named itself. */
  names_plan: boolean;
};

/** What normalisation needs from outside, so that it stays pure. */
export type NormalizeInput = {
  /** Filled in where the plan names no tenant; absent for callers of all tenants. */
  tenant_id?: string;
  /** Makes ids for what the plan does not name. */
  newId: (prefix: string) => string;
  /** Overrides the plan's own mode, for `/explain`. */
  mode?: Mode;
  /** Where the plan is decided, when that is known: a plan that says otherwise is refused. Default: what the plan says. */
  runtime_mode?: RuntimeMode;
};

/**
 * Brings a submission, full form or shorthand, into its one normal form.
 *
 * Throws `PlanError` with a JSON pointer for each problem: unknown or ill-typed fields, a duplicate `step_id`, an
 * unknown reference, a cycle, a source that flows into no argument.
 */
export function normalizePlan(submission: unknown, input: NormalizeInput): NormalizedPlan {
  const submitted = isShorthand(submission)
    ? expandShorthand(parseSubmission(shorthandSchema, submission))
    : parseSubmission(planSchema, submission);
  const plan = planOf(submitted, input);
  checkStepIds(plan.steps);
  const { graph, problems } = planGraph(plan.steps);
  if (problems.length > 0) throw new PlanError(problems);
  for (let index = 0; index < plan.steps.length; index += 1) {
    const step = plan.steps[index] as Step;
    step.depends_on = dependenciesOf(step, graph.references[index] ?? []);
  }
  const canonical = canonicalJson(plan);
  return {
    plan,
    canonical,
    plan_hash: sha256(canonical),
    envelope: envelopeOf(submitted, input),
    graph,
    texts: textsOf(submitted),
    names_trace: submitted.trace_id !== undefined,
    names_plan: submitted.execution_plan_id !== undefined,
  };
}

/** Members are set in the order of their names, here and below, so that the canonical form costs no sorting. */
function planOf(submitted: ExpandedPlan, input: NormalizeInput): Plan {
  const plan = {} as Plan;
  plan.agent = agentOf(submitted.agent, input);
  if (submitted.allowed_capabilities !== undefined)
    plan.allowed_capabilities = submitted.allowed_capabilities;
  if (submitted.environment !== undefined) plan.environment = submitted.environment;
  if (submitted.metadata !== undefined) plan.metadata = submitted.metadata as JsonObject;
  if (submitted.on_behalf_of !== undefined) plan.on_behalf_of = submitted.on_behalf_of;
  if (submitted.parent !== undefined) plan.parent = submitted.parent as NonNullable<Plan['parent']>;
  if (submitted.prompt !== undefined) plan.prompt_hash = sha256(submitted.prompt);
  plan.provenance = sourcesOf(submitted.provenance);
  if (submitted.session_id !== undefined) plan.session_id = submitted.session_id;
  plan.steps = submitted.steps.map(stepOf);
  return plan;
}

function agentOf(claimed: ExpandedPlan['agent'], { tenant_id, runtime_mode }: NormalizeInput): PlanAgent {
  const agent = {} as PlanAgent;
  const tenant = claimed.tenant_id ?? tenant_id;
  if (claimed.agent_id !== undefined) agent.agent_id = claimed.agent_id;
  if (claimed.agent_name !== undefined) agent.agent_name = claimed.agent_name;
  if (claimed.agent_type !== undefined) agent.agent_type = claimed.agent_type;
  if (claimed.budget_context !== undefined) agent.budget_context = claimed.budget_context;
  if (claimed.policy_bundle !== undefined) agent.policy_bundle = claimed.policy_bundle;
  agent.runtime_mode = runtimeModeOf(claimed.runtime_mode, runtime_mode);
  if (tenant !== undefined) agent.tenant_id = tenant;
  return agent;
}

function runtimeModeOf(claimed: RuntimeMode | undefined, known: RuntimeMode | undefined): RuntimeMode {
  if (known === undefined) return claimed ?? 'gateway';
  if ((claimed ?? known) === known) return known;
  const message = `is "${claimed}", and this plan is decided in mode "${known}"`;
  throw new PlanError([{ pointer: '/agent/runtime_mode', message }]);
}

function stepOf(submitted: ExpandedPlan['steps'][number], index: number): Step {
  const step = {} as Step;
  step.arguments = (submitted.arguments ?? {}) as JsonObject;
  step.cost = costOf(submitted.estimated_cost);
  step.depends_on = submitted.depends_on ?? [];
  step.provenance = sourcesOf(submitted.provenance);
  checkInflows(step, `/steps/${index}/provenance`);
  if (submitted.sensitivity_level !== undefined) step.sensitivity_level = submitted.sensitivity_level;
  step.step_id = submitted.step_id ?? `s${index + 1}`;
  step.tool_name = submitted.tool_name;
  return step;
}

function costOf(estimate: ExpandedPlan['steps'][number]['estimated_cost']): Cost {
  return { tokens: estimate?.tokens ?? 0, tool_calls: 1, usd_micros: toMicros(estimate?.usd ?? 0) };
}

function sourcesOf(sources: readonly SubmittedSource[] | undefined): Source[] {
  return sources === undefined ? [] : sources.map(sourceOf);
}

/** Of content that is there, the hash is made: one that is said beside it and differs is kept as a claim. */
function sourceOf(submitted: SubmittedSource): Source {
  const source = {} as Source;
  const claimed = submitted.content_hash;
  const hash = submitted.content === undefined ? claimed : sha256(submitted.content);
  if (claimed !== undefined && claimed !== hash) source.claimed_content_hash = claimed;
  if (hash !== undefined) source.content_hash = hash;
  if (submitted.derived_from !== undefined) source.derived_from = submitted.derived_from;
  if (submitted.flows_into !== undefined) source.flows_into = submitted.flows_into;
  if (submitted.signature !== undefined) source.signature = submitted.signature;
  if (submitted.source_name !== undefined) source.source_name = submitted.source_name;
  source.source_type = submitted.source_type;
  if (submitted.trust_level !== undefined) source.trust_level = submitted.trust_level;
  return source;
}

/** A pointer that leads to no argument would say nothing of the one that was meant. */
function checkInflows({ arguments: args, provenance }: Step, at: string): void {
  for (const [index, { flows_into = [] }] of provenance.entries()) {
    for (const [position, pointer] of flows_into.entries()) {
      const segments = parsePointer(pointer);
      if (segments !== undefined && valueAt(args, segments) !== undefined) continue;
      const message = `"${pointer}" leads to no argument of this step; a JSON pointer such as "/body" is needed`;
      throw new PlanError([{ pointer: `${at}/${index}/flows_into/${position}`, message }]);
    }
  }
}

function checkStepIds(steps: readonly Step[]): void {
  if (steps.length === 1) return;
  const seen = new Set<string>();
  for (const [index, step] of steps.entries()) {
    if (seen.has(step.step_id)) {
      throw new PlanError([
        {
          pointer: `/steps/${index}/step_id`,
          message: `the step_id "${step.step_id}" stands twice in this plan`,
        },
      ]);
    }
    seen.add(step.step_id);
  }
}

function dependenciesOf(step: Step, references: readonly { from: string }[]): string[] {
  if (references.length === 0 && step.depends_on.length === 0) return step.depends_on;
  return [...new Set([...step.depends_on, ...references.map((reference) => reference.from)])].sort();
}

function envelopeOf(submitted: ExpandedPlan, input: NormalizeInput): Envelope {
  const envelope: Envelope = {
    trace_id: submitted.trace_id ?? input.newId('run'),
    execution_plan_id: submitted.execution_plan_id ?? input.newId('plan'),
    mode: input.mode ?? submitted.mode ?? 'enforce',
    request_permit: submitted.request_permit ?? false,
  };
  if (submitted.approval_id !== undefined) envelope.approval_id = submitted.approval_id;
  if (submitted.correlation_id !== undefined) envelope.correlation_id = submitted.correlation_id;
  const supported = submitted.supported_obligations;
  if (supported !== undefined)
    envelope.supported_obligations = OBLIGATION_TYPES.filter((type) => supported.includes(type));
  return envelope;
}
