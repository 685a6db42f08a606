import { canonicalJson, sha256 } from '../json/canonical.ts';
import { withoutUndefined } from '../json/without-undefined.ts';
import { toMicros } from './cost.ts';
import { type PlanGraph, planGraph } from './graph.ts';
import { parseWith } from './parse-with.ts';
import type { Cost, Envelope, Mode, Plan, Source, Step } from './plan.ts';
import { PlanError } from './plan-error.ts';
import { planSchema, shorthandSchema } from './schema.ts';
import { type ExpandedPlan, expandShorthand, isShorthand } from './shorthand.ts';
import { type PlanText, textsOf } from './texts.ts';

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
};

/** What normalisation needs from outside, so that it stays pure. */
export type NormalizeInput = {
  /** Filled in where the plan names no tenant; absent for callers of all tenants. */
  tenant_id?: string;
  /** Makes ids for what the plan does not name. */
  newId: (prefix: string) => string;
  /** Overrides the plan's own mode, for `/explain`. */
  mode?: Mode;
};

/**
 * Brings a submission, full form or shorthand, into its one normal form.
 *
 * Throws `PlanError` with a JSON pointer for each problem: unknown or ill-typed fields, a duplicate `step_id`, an
 * unknown reference, a cycle, a `content_hash` that is not the hash of the content.
 */
export function normalizePlan(submission: unknown, input: NormalizeInput): NormalizedPlan {
  const submitted = isShorthand(submission)
    ? expandShorthand(parseWith(shorthandSchema, submission))
    : parseWith(planSchema, submission);
  const plan = planOf(submitted, input.tenant_id);
  checkStepIds(plan.steps);
  const { graph, problems } = planGraph(plan.steps);
  if (problems.length > 0) throw new PlanError(problems);
  for (const [index, step] of plan.steps.entries()) {
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
  };
}

/** Members stand in the order of their names, so that the canonical form costs no sorting. */
function planOf(submitted: ExpandedPlan, callerTenant: string | undefined): Plan {
  const { agent } = submitted;
  return withoutUndefined({
    agent: withoutUndefined({
      agent_id: agent.agent_id,
      agent_name: agent.agent_name,
      agent_type: agent.agent_type,
      budget_context: agent.budget_context,
      policy_bundle: agent.policy_bundle,
      runtime_mode: agent.runtime_mode ?? 'gateway',
      tenant_id: agent.tenant_id ?? callerTenant,
    }),
    allowed_capabilities: submitted.allowed_capabilities,
    environment: submitted.environment,
    metadata: submitted.metadata,
    on_behalf_of: submitted.on_behalf_of,
    parent: submitted.parent === undefined ? undefined : withoutUndefined(submitted.parent),
    prompt_hash: submitted.prompt === undefined ? undefined : sha256(submitted.prompt),
    provenance: sourcesOf(submitted.provenance, '/provenance'),
    session_id: submitted.session_id,
    steps: submitted.steps.map(stepOf),
  }) as unknown as Plan;
}

function stepOf(step: ExpandedPlan['steps'][number], index: number): Step {
  return withoutUndefined({
    arguments: step.arguments,
    cost: costOf(step.estimated_cost),
    depends_on: step.depends_on ?? [],
    provenance: sourcesOf(step.provenance, `/steps/${index}/provenance`),
    sensitivity_level: step.sensitivity_level,
    step_id: step.step_id ?? `s${index + 1}`,
    tool_name: step.tool_name,
  }) as unknown as Step;
}

function costOf(estimate: ExpandedPlan['steps'][number]['estimated_cost']): Cost {
  return { tokens: estimate?.tokens ?? 0, tool_calls: 1, usd: toMicros(estimate?.usd ?? 0) };
}

function sourcesOf(sources: ExpandedPlan['provenance'], pointer: string): Source[] {
  return (sources ?? []).map((source, index) => {
    const { content, ...rest } = source;
    const contentHash = content === undefined ? undefined : sha256(content);
    if (contentHash !== undefined && (rest.content_hash ?? contentHash) !== contentHash) {
      throw new PlanError([
        {
          pointer: `${pointer}/${index}/content_hash`,
          message: 'is not the SHA-256 of the content beside it',
        },
      ]);
    }
    return withoutUndefined({
      content_hash: rest.content_hash ?? contentHash,
      derived_from: rest.derived_from,
      signature: rest.signature,
      source_name: rest.source_name,
      source_type: rest.source_type,
      trust_level: rest.trust_level,
    }) as unknown as Source;
  });
}

function checkStepIds(steps: readonly Step[]): void {
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
  return [...new Set([...step.depends_on, ...references.map((reference) => reference.from)])].sort();
}

function envelopeOf(submitted: ExpandedPlan, input: NormalizeInput): Envelope {
  return withoutUndefined({
    trace_id: submitted.trace_id ?? input.newId('run'),
    execution_plan_id: submitted.execution_plan_id ?? input.newId('plan'),
    mode: input.mode ?? submitted.mode ?? 'enforce',
    approval_id: submitted.approval_id,
    request_permit: submitted.request_permit ?? false,
    correlation_id: submitted.correlation_id,
  }) as unknown as Envelope;
}
