import { stagePerStep } from '../fold.ts';
import { PlanHistory } from '../plan-history.ts';
import type { Demand, Stage, StageInput, StepResult } from '../stage.ts';
import { stepView } from '../step-view.ts';
import { withObligations } from '../with-obligations.ts';

/**
 * What the rules of the bundle say of each step. The strongest matching action wins; no match is the bundle's default.
 *
 * A rule that asks for approval leaves a demand; the approval stage finds out whether it is met.
 */
export const policy: Stage = (input) => {
  const history = input.bundle.history.length === 0 ? undefined : new PlanHistory(input);
  const steps = input.plan.steps.map((_, index) => judge(index, input, history));
  return stagePerStep(steps, {}, steps[0]?.reason ?? 'allowed');
};

function judge(index: number, input: StageInput, history: PlanHistory | undefined): StepResult {
  const past = history?.of(index);
  const view = stepView(index, input, past);
  const verdict = input.bundle.evaluate(view);
  const result: StepResult = {
    step_id: input.plan.steps[index]?.step_id ?? '',
    tool_name: view.tool_name,
    decision: verdict.action,
    reason: verdict.reason,
    matched_rules: verdict.matched,
  };
  if (verdict.shadow.length > 0) result.shadow_rules = verdict.shadow;
  if (verdict.doubtful !== undefined) result.doubtful_rules = verdict.doubtful;
  if (verdict.obligations.length > 0) result.obligations = verdict.obligations;
  const demand = verdict.demand ?? (verdict.action === 'require_approval' ? defaultDemand(input) : undefined);
  if (demand !== undefined) result.demand = demand;
  if (verdict.message !== undefined) result.message = verdict.message;
  if (input.envelope.mode === 'explain') result.considered = input.bundle.explain(view);
  if (past?.lacksRecord()) result.lacks_history = true;
  return verdict.obligations.length === 0 ? result : withObligations(result, { view, index, input });
}

/** A bundle whose `default` asks for approval has no rule to take the terms from. */
function defaultDemand({ bundle }: StageInput): Demand {
  return { ttl_ms: 15 * 60_000, required: 1, approvers: [], rule_hashes: [`default:${bundle.name}`] };
}
