import type { Step } from '../../plan/plan.ts';
import { stagePerStep } from '../fold.ts';
import { grantedCapabilities } from '../granted.ts';
import type { Stage, StageInput, StepResult } from '../stage.ts';

/**
 * May this agent use this tool at all, and do the arguments fit it? Deny by default.
 *
 * The tool must be in one of the agent's capabilities, narrowed by `allowed_capabilities` where the plan gives some.
 * Arguments are checked against the tool's JSON Schema; the value behind a `{"$from"}` is not known yet and is left to
 * the rules, for which it is in doubt.
 */
export const capability: Stage = (input) => {
  const granted = grantedCapabilities(input);
  const steps = input.plan.steps.map((step, index) => judge(step, index, granted, input));
  return stagePerStep(steps, {}, 'capability_granted');
};

function judge(step: Step, index: number, granted: readonly string[], input: StageInput): StepResult {
  const { step_id, tool_name } = step;
  const grant = input.bundle.grantOf(tool_name, granted);
  if (grant === undefined) return { step_id, tool_name, decision: 'block', reason: 'capability_not_granted' };
  const { capability } = grant;
  const unknown = (input.flow.steps[index]?.inflows ?? []).map((inflow) => inflow.pointer);
  const own = input.bundle.grantOf(tool_name, input.facts.agent?.capabilities ?? []) ?? grant;
  // Narrowing to another capability with the tool never gets around the one that counts without it.
  const grants = own.capability === capability ? [grant] : [own, grant];
  const problems = grants.flatMap(({ validate }) => validate(step.arguments, unknown));
  if (problems.length > 0) {
    const errors = problems.map(({ pointer, message }) => ({
      pointer: `/steps/${index}/arguments${pointer}`,
      message,
    }));
    return { step_id, tool_name, decision: 'block', reason: 'invalid_arguments', capability, errors };
  }
  return { step_id, tool_name, decision: 'allow', reason: 'capability_granted', capability };
}
