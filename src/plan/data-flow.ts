import { mayTouch } from '../json/reach.ts';
import type { PlanGraph } from './graph.ts';
import type { Plan, Step } from './plan.ts';
import { lowerTrust, lowestTrust, type SourceType, type TrustLevel } from './trust-level.ts';

/** What trust reaches which step and which argument. */
export type DataFlow = {
  /** By step index. */
  steps: StepFlow[];
  /** Lowest trust of the whole plan. */
  lowest_trust: TrustLevel;
};

export type StepFlow = {
  /** Of the instructions the step came from. What stands literally in its arguments is worth this. */
  own_trust: TrustLevel;
  /** Of the step as a whole: its instructions and everything that flows into it. */
  lowest_trust: TrustLevel;
  source_types: SourceType[];
  /** Where another step's output flows in, and what it is worth. */
  inflows: { pointer: string; from: string; trust_level: TrustLevel }[];
  /** Where the content of a source stands in the arguments, and what it is worth. */
  quotes: { pointer: string; source_type: SourceType; trust_level: TrustLevel }[];
};

/** What the sources of a plan are worth; no step was told by more than `ceiling`, where there is one. */
export type RatedSources = {
  plan: readonly RatedSource[];
  steps: Readonly<Record<string, readonly RatedSource[]>>;
  ceiling?: TrustLevel;
};

/** What a source is worth after the trust registry has spoken; never the plan's own claim. */
export type RatedSource = { source_type: SourceType; trust_level: TrustLevel };

/**
 * Follows trust along the references of a plan. Trust only falls: a step is worth no more than its instructions and
 * no more than what flows into it, and its output is worth no more than the step and no more than the tool's output.
 *
 * Provenance of a step's own is counted beside that of the plan, which it can lower and never raise. No provenance at
 * all is `unverified`. A source that flows into arguments is worth something there and instructs nothing.
 */
export function traceDataFlow(
  plan: Plan,
  graph: PlanGraph,
  rated: RatedSources,
  outputTrustOf: (toolName: string) => TrustLevel,
): DataFlow {
  const steps: StepFlow[] = [];
  const indexOf = (stepId: string) => plan.steps.findIndex((step) => step.step_id === stepId);
  for (const index of graph.order) {
    const step = plan.steps[index];
    if (step === undefined) continue;
    // A step may be called like a member that every object inherits.
    const own = Object.hasOwn(rated.steps, step.step_id) ? rated.steps[step.step_id] : undefined;
    const sources = own === undefined ? rated.plan : [...rated.plan, ...own];
    const quotes = own === undefined ? [] : quotesOf(step, own);
    const told = lowestTrust(instructionsOf(step, rated.plan, own).map((source) => source.trust_level));
    const ownTrust = lowerTrust(told, rated.ceiling ?? told);
    const inflows = (graph.references[index] ?? []).map(({ pointer, from }) => {
      const giver = indexOf(from);
      const outputTrust = outputTrustOf(plan.steps[giver]?.tool_name ?? '');
      return {
        pointer,
        from,
        trust_level: lowerTrust(steps[giver]?.lowest_trust ?? 'unverified', outputTrust),
      };
    });
    steps[index] = {
      own_trust: ownTrust,
      lowest_trust: lowestTrust([
        ownTrust,
        ...inflows.map((inflow) => inflow.trust_level),
        ...quotes.map((quote) => quote.trust_level),
      ]),
      source_types: typesOf(sources),
      inflows,
      quotes,
    };
  }
  return { steps, lowest_trust: lowestTrust(steps.map((step) => step.lowest_trust)) };
}

/** The sources that tell a step what to do: those of the plan, and its own that are not said to flow into arguments. */
function instructionsOf(
  step: Step,
  ofPlan: readonly RatedSource[],
  own: readonly RatedSource[] = [],
): readonly RatedSource[] {
  const instructing = own.filter((_, index) => step.provenance[index]?.flows_into === undefined);
  return instructing.length === 0 ? ofPlan : [...ofPlan, ...instructing];
}

function quotesOf(step: Step, own: readonly RatedSource[]): StepFlow['quotes'] {
  return own.flatMap(({ source_type, trust_level }, index) =>
    (step.provenance[index]?.flows_into ?? []).map((pointer) => ({ pointer, source_type, trust_level })),
  );
}

function typesOf(sources: readonly RatedSource[]): SourceType[] {
  const types: SourceType[] = [];
  for (const { source_type } of sources) if (!types.includes(source_type)) types.push(source_type);
  return types;
}

/**
 * Lowest trust of what stands in, below or above `pointer` of a step's arguments: a literal is worth the step's
 * instructions and the sources it quotes, a reference is worth what flows through it. A pointer without the index of a list is that of each
 * element.
 */
export function taintOf(flow: StepFlow, pointer: string): TrustLevel {
  let lowest = flow.own_trust;
  for (const inflow of [...flow.inflows, ...flow.quotes]) {
    if (mayTouch(pointer, inflow.pointer)) lowest = lowerTrust(lowest, inflow.trust_level);
  }
  return lowest;
}
