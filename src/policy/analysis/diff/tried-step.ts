import { mayTouch } from '../../../json/reach.ts';
import type { JsonObject } from '../../../json/value.ts';
import { worstSensitivity } from '../../../plan/sensitivity.ts';
import { lowerTrust, type TrustLevel } from '../../../plan/trust-level.ts';
import type { Bundle, PlanStepView, PolicyVerdict, StepView, ToolGrant } from '../../bundle.ts';
import { STRENGTH } from './leniency.ts';

/**
 * A step that is tried: what can be in a plan from one source, with one agent. Plain JSON. Beside it the plan has copies of it,
 * or one step with another tool.
 */
export type TriedStep = Omit<
  StepView,
  'instruction_trust' | 'taintOf' | 'unknown_pointers' | 'plan' | 'historyOf'
> & {
  capability: string;
  /** Steps of the plan that are like this one, itself among them; one where it is absent. */
  copies?: number;
  beside?: OtherStep;
  /** How many earlier steps are found, by the key of the question; none where it is absent. */
  history?: Record<string, number>;
};

/** Another step of the same plan, whose output may flow into an argument. */
export type OtherStep = {
  tool_name: string;
  capability: string;
  arguments: JsonObject;
  /** Pointer of the argument it gives its output to. */
  into?: string;
};

/** The id of the step beside the one that is tried. */
export const OTHER_STEP = 's0';

/** What a bundle makes of a tried step, and which enforced rules matched. */
export type TriedVerdict = Pick<PolicyVerdict, 'action' | 'reason' | 'obligations' | 'demand'> & {
  rules: string[];
};

/**
 * Decides a tried step as capability and policy do: for an agent that has the capabilities of the step and of the one beside
 * it, and nothing else.
 */
export function decideTried(bundle: Bundle, step: TriedStep): TriedVerdict {
  const judged = judgeTried(bundle, step);
  if (step.beside === undefined || judged.action === 'block') return judged;
  const other = judgeTried(bundle, stepBeside(step, step.beside));
  return STRENGTH[other.action] > STRENGTH[judged.action] ? other : judged;
}

function judgeTried(bundle: Bundle, step: TriedStep): TriedVerdict {
  const grant = bundle.grantOf(step.tool_name, [step.capability]);
  if (grant === undefined) return refused('capability_not_granted');
  const { into } = step.beside ?? {};
  if (grant.validate(step.arguments, into === undefined ? [] : [into]).length > 0)
    return refused('invalid_arguments');
  const { action, reason, matched, obligations, demand } = bundle.evaluate(
    viewOfTried(graded(step, grant), bundle),
  );
  const standing = matched.filter(({ overridden_by }) => overridden_by === undefined);
  const verdict: TriedVerdict = { action, reason, obligations, rules: standing.map(({ id }) => id) };
  return demand === undefined ? verdict : { ...verdict, demand };
}

function refused(reason: string): TriedVerdict {
  return { action: 'block', reason, obligations: [], rules: [] };
}

function graded(step: TriedStep, grant: ToolGrant): TriedStep {
  const { sensitivity_level, ...rest } = step;
  const level = worstSensitivity(sensitivity_level, grant.sensitivity_level);
  return level === undefined ? rest : { ...rest, sensitivity_level: level };
}

/** The step beside another as one that is tried itself: of the same agent, from the same source. */
function stepBeside(step: TriedStep, { tool_name, capability, arguments: args }: OtherStep): TriedStep {
  const { beside: _, copies: __, sensitivity_level: ___, ...rest } = step;
  return { ...rest, tool_name, capability, arguments: args, step_id: OTHER_STEP };
}

/** What rules see of a tried step under a bundle, which says what the output of other tools is worth. */
export function viewOfTried(step: TriedStep, bundle?: Bundle): StepView {
  const { copies = 1, beside, history } = step;
  const into = beside?.into;
  const flowing = beside === undefined ? undefined : trustOf(beside, step, bundle);
  const lowest = into === undefined || flowing === undefined ? step.lowest_trust : flowing;
  const unknown_pointers = into === undefined ? [] : [into];
  // One copy: tens of thousands are made, and members that are not of a view are seen by no rule.
  return {
    ...step,
    lowest_trust: lowest,
    instruction_trust: step.lowest_trust,
    unknown_pointers,
    taintOf: (pointer) => (into !== undefined && mayTouch(pointer, into) ? lowest : step.lowest_trust),
    historyOf: ({ key }) => {
      const count = history?.[key] ?? 0;
      return { least: count, most: count };
    },
    plan: () => ({
      steps: [...othersOf(step), ...copiesOf({ ...step, lowest_trust: lowest, unknown_pointers }, copies)],
    }),
  };
}

function trustOf(
  { tool_name, capability }: OtherStep,
  { lowest_trust }: TriedStep,
  bundle?: Bundle,
): TrustLevel {
  return lowerTrust(lowest_trust, bundle?.grantOf(tool_name, [capability])?.output_trust ?? 'external');
}

function othersOf({ beside, lowest_trust }: TriedStep): PlanStepView[] {
  if (beside === undefined) return [];
  const { tool_name, arguments: args } = beside;
  return [{ step_id: OTHER_STEP, tool_name, arguments: args, lowest_trust, unknown_pointers: [] }];
}

function copiesOf(step: Omit<PlanStepView, 'step_id'>, copies: number): PlanStepView[] {
  const { tool_name, arguments: args, sensitivity_level, lowest_trust, unknown_pointers } = step;
  return Array.from({ length: copies }, (_, index) => ({
    ...{ step_id: `s${index + 1}`, tool_name, arguments: args, lowest_trust, unknown_pointers },
    ...(sensitivity_level !== undefined && { sensitivity_level }),
  }));
}
