import type { Step } from '../../plan/plan.ts';
import { stagePerStep } from '../fold.ts';
import { bindingGrants } from '../granted.ts';
import { misfits } from '../misfits.ts';
import type { Stage, StageInput, StepResult } from '../stage.ts';

/**
 * May this agent use this tool at all, and do the arguments fit it? Deny by default.
 *
 * The tool must be in one of the agent's capabilities, narrowed by `allowed_capabilities` where the plan gives some.
 * Arguments are checked against the tool's JSON Schema; the value behind a `{"$from"}` is not known yet and is left to
 * the rules, for which it is in doubt.
 */
export const capability: Stage = (input) => {
  const steps = input.plan.steps.map((step, index) => judge(step, index, input));
  return stagePerStep(steps, {}, 'capability_granted');
};

function judge(step: Step, index: number, input: StageInput): StepResult {
  const { step_id, tool_name } = step;
  const grants = bindingGrants(tool_name, input);
  const [grant] = grants;
  if (grant === undefined) return { step_id, tool_name, decision: 'block', reason: 'capability_not_granted' };
  const { capability } = grant;
  const unknown = (input.flow.steps[index]?.inflows ?? []).map((inflow) => inflow.pointer);
  const errors = misfits(step.arguments, grants, { unknown, at: `/steps/${index}/arguments` });
  if (errors.length > 0)
    return { step_id, tool_name, decision: 'block', reason: 'invalid_arguments', capability, errors };
  return { step_id, tool_name, decision: 'allow', reason: 'capability_granted', capability };
}
