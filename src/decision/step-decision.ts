import type { DataFlow } from '../plan/data-flow.ts';
import type { Plan } from '../plan/plan.ts';
import type { StepDecision } from './decision.ts';
import { mostSevere } from './fold.ts';
import type { StageRecord, StageResult, StepResult } from './stage.ts';

/**
 * What one step got: the most severe of its own results and of the stages that judged the plan as a whole. A person's
 * approval answers what asked for one.
 */
export function stepDecision(
  index: number,
  plan: Plan,
  flow: DataFlow,
  records: readonly StageRecord[],
): StepDecision {
  const step = plan.steps[index];
  if (step === undefined) throw new Error(`the plan has no step ${index}`);
  const policy = resultOf(recordOf(records, 'policy'), index, step.step_id);
  const capability = resultOf(recordOf(records, 'capability'), index, step.step_id)?.capability;
  const objection = objectionTo(index, step.step_id, records) ?? notEvaluated(records);
  const decided: StepDecision = {
    step_id: step.step_id,
    tool_name: step.tool_name,
    decision: objection?.decision ?? 'allow',
    reason: objection?.reason ?? policy?.reason ?? 'allowed',
    control: objection?.stage ?? 'none',
    lowest_trust: flow.steps[index]?.lowest_trust ?? 'unverified',
    matched_rules: policy?.matched_rules ?? [],
    obligations: policy?.obligations ?? [],
  };
  if (capability !== undefined) decided.capability = capability;
  addPolicy(decided, policy);
  if (objection?.errors !== undefined) decided.errors = objection.errors;
  return decided;
}

function addPolicy(decided: StepDecision, policy: StepResult | undefined): void {
  if (policy?.arguments_hash !== undefined) decided.arguments_hash = policy.arguments_hash;
  if (policy?.shadow_rules !== undefined) decided.shadow_rules = policy.shadow_rules;
  if (policy?.doubtful_rules !== undefined) decided.doubtful_rules = policy.doubtful_rules;
  if (policy?.considered !== undefined) decided.considered = policy.considered;
}

/**
 * In a plan that was blocked before policy, a step that nothing objected to was judged by no rule either: it is not
 * allowed, it is not evaluated.
 */
function notEvaluated(
  records: readonly StageRecord[],
): (Pick<StepResult, 'decision' | 'reason' | 'errors'> & { stage: StageRecord['stage'] }) | undefined {
  const block = records.find(({ result }) => result.decision === 'block');
  if (block === undefined || recordOf(records, 'policy')?.decision !== 'skip') return undefined;
  return { decision: 'block', reason: 'not_evaluated', stage: block.stage };
}

/** The most severe result that is not an allow, with its stage; none where nothing objected. */
function objectionTo(
  index: number,
  stepId: string,
  records: readonly StageRecord[],
): (StepResult & { stage: StageRecord['stage'] }) | undefined {
  const approved = recordOf(records, 'approval')?.reason === 'approval_granted';
  const objections: (StepResult & { stage: StageRecord['stage'] })[] = [];
  for (const { stage, result } of records) {
    // What allowed the plan as a whole objected to no step.
    if (result.steps === undefined && result.decision === 'allow') continue;
    const own = resultOf(result, index, stepId);
    if (own === undefined || own.decision === 'allow') continue;
    if (!approved || own.decision !== 'require_approval') objections.push({ stage, ...own });
  }
  return mostSevere(objections);
}

function recordOf(records: readonly StageRecord[], stage: StageRecord['stage']): StageResult | undefined {
  return records.find((record) => record.stage === stage)?.result;
}

/** A stage's result for one step; a stage that judged the plan as a whole says the same of every step. */
function resultOf(result: StageResult | undefined, index: number, stepId: string): StepResult | undefined {
  if (result === undefined) return undefined;
  if (result.steps === undefined) {
    if (result.decision === 'skip') return undefined;
    return { step_id: stepId, tool_name: '', decision: result.decision, reason: result.reason };
  }
  const atIndex = result.steps[index];
  return atIndex?.step_id === stepId ? atIndex : result.steps.find((step) => step.step_id === stepId);
}
