import type { DataFlow } from '../plan/data-flow.ts';
import { type PlanGraph, planGraph } from '../plan/graph.ts';
import type { Envelope, Plan } from '../plan/plan.ts';
import type { Bundle } from '../policy/bundle.ts';
import type { Decision, UnexplainedDecision } from './decision.ts';
import { explain } from './explanation.ts';
import type { Facts } from './facts.ts';
import { dataFlowOf } from './past-steps.ts';
import { PIPELINE } from './pipeline.ts';
import type { Effect, Stage, StageInput, StageName, StageRecord, StageResult } from './stage.ts';
import { stepDecision } from './step-decision.ts';
import { verdictOf } from './verdict.ts';

/** What a decision is made from. `graph` may be handed over where it is known already; it follows from the plan. */
export type DecideInput = { plan: Plan; envelope: Envelope; facts: Facts; bundle: Bundle; graph?: PlanGraph };

/**
 * Decides a plan: the one place where that happens.
 *
 * Pure: equal plan, facts and bundle give an equal decision, on any instance and in replay. The first block ends the
 * pipeline and the rest is `skip`, except in mode `explain`, where every stage speaks. A stage that throws blocks
 * with `internal_error`; its fault is handed out beside the decision so that the gateway can log it. Effects are
 * empty unless the mode is `enforce` and nothing blocked. `onStage` is called after each stage, for whoever measures.
 */
export function decide(
  input: DecideInput,
  onStage: () => void = () => {},
): { decision: Decision; fault?: unknown } {
  const { decision, flow, records } = judge(input, onStage);
  const { plan, facts, bundle } = input;
  const { steps } = decision;
  const explanation = explain({ plan, facts, bundle, flow, records, steps, verdict: decision });
  const fault = records.find((record) => record.fault !== undefined)?.fault;
  const explained = { ...decision, explanation };
  return fault === undefined ? { decision: explained } : { decision: explained, fault };
}

/** The same without its explanation, for whoever decides many plans and tells nobody why. */
export function decideUnexplained(input: DecideInput): UnexplainedDecision {
  return judge(input, () => {}).decision;
}

type Judged = { decision: UnexplainedDecision; flow: DataFlow; records: StageRecord[] };

function judge(input: DecideInput, onStage: () => void): Judged {
  const { plan, envelope, facts, bundle } = input;
  const flow = dataFlowOf({ ...input, graph: input.graph ?? planGraph(plan.steps).graph });
  const records = runStages({ plan, envelope, facts, bundle, flow }, onStage);
  const { decision, reason, control } = verdictOf(records);
  return {
    decision: {
      decision,
      reason,
      control,
      stages: records.map(({ stage, result }) => ({
        stage,
        decision: result.decision,
        reason: result.reason,
        result,
      })),
      steps: plan.steps.map((_, index) => stepDecision(index, plan, flow, records)),
      lowest_trust: flow.lowest_trust,
      effects: effectsOf(envelope, decision, records),
    },
    flow,
    records,
  };
}

const SKIPPED: StageResult = { decision: 'skip', reason: 'stage_skipped', detail: {}, effects: [] };

function runStages(base: Omit<StageInput, 'earlier'>, onStage: () => void): StageRecord[] {
  const records: StageRecord[] = [];
  const input: StageInput = { ...base, earlier: records };
  let blocked = false;
  for (const { stage, judge } of PIPELINE) {
    const skip: boolean = blocked && base.envelope.mode !== 'explain';
    const record: StageRecord = skip ? { stage, result: SKIPPED } : runStage(stage, judge, input);
    records.push(record);
    onStage();
    blocked ||= record.result.decision === 'block';
  }
  return records;
}

function runStage(stage: StageName, judge: Stage, input: StageInput): StageRecord {
  try {
    return { stage, result: judge(input) };
  } catch (fault) {
    return { stage, result: { decision: 'block', reason: 'internal_error', detail: {}, effects: [] }, fault };
  }
}

function effectsOf(envelope: Envelope, decision: Decision['decision'], records: readonly StageRecord[]) {
  if (envelope.mode !== 'enforce' || decision === 'block') return [];
  const effects: Effect[] = [];
  for (const { result } of records) {
    for (const effect of result.effects) {
      // A plan that waits for a person spends nothing yet: its budget is reserved when it comes back approved.
      if (decision === 'allow' || effect.type === 'open_approval') effects.push(effect);
    }
  }
  return effects;
}
