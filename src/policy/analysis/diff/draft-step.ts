import { parsePointer } from '../../../json/pointer.ts';
import type { JsonObject, JsonValue } from '../../../json/value.ts';
import { worstSensitivity } from '../../../plan/sensitivity.ts';
import type { Action, Bundle, StepView } from '../../bundle.ts';

/** A step that is tried: what a plan of one step, from one source, with one agent and no past can be. Plain JSON. */
export type TriedStep = Omit<
  StepView,
  'instruction_trust' | 'taintOf' | 'unknown_pointers' | 'plan' | 'historyOf'
> & {
  capability: string;
};

/** What a bundle makes of a tried step, and which enforced rules matched. */
export type TriedVerdict = { action: Action; reason: string; rules: string[] };

/**
 * Decides a tried step as capability and policy do: for an agent that has exactly the capability of the step. Everything in
 * it comes from its one source, so every argument is worth what the step is.
 */
export function decideTried(bundle: Bundle, step: TriedStep): TriedVerdict {
  const grant = bundle.grantOf(step.tool_name, [step.capability]);
  if (grant === undefined) return { action: 'block', reason: 'capability_not_granted', rules: [] };
  if (grant.validate(step.arguments, []).length > 0)
    return { action: 'block', reason: 'invalid_arguments', rules: [] };
  const { sensitivity_level, ...rest } = step;
  const level = worstSensitivity(sensitivity_level, grant.sensitivity_level);
  const judged: TriedStep = level === undefined ? rest : { ...rest, sensitivity_level: level };
  const { action, reason, matched } = bundle.evaluate(viewOfTried(judged));
  const standing = matched.filter(({ overridden_by }) => overridden_by === undefined);
  return { action, reason, rules: standing.map(({ id }) => id) };
}

/** What rules see of a tried step. Its past is unknown. */
export function viewOfTried(step: TriedStep): StepView {
  const alone = { ...step, instruction_trust: step.lowest_trust, unknown_pointers: [] };
  return { ...alone, taintOf: () => step.lowest_trust, plan: () => ({ steps: [alone] }) };
}

/** Arguments with a value at a pointer; nothing there where it is `undefined`. Lists are made for segments that are numbers. */
export function withArgument(args: JsonObject, pointer: string, value: JsonValue | undefined): JsonObject {
  const segments = parsePointer(pointer) ?? [];
  return (placed(args, segments, value) ?? {}) as JsonObject;
}

function placed(
  container: JsonValue | undefined,
  [segment, ...rest]: readonly string[],
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (segment === undefined) return value;
  if (/^\d+$/.test(segment) && (container === undefined || Array.isArray(container))) {
    const list = [...(container ?? [])];
    const item = placed(list[Number(segment)], rest, value);
    if (item !== undefined) list[Number(segment)] = item;
    return list;
  }
  const isObject = typeof container === 'object' && container !== null && !Array.isArray(container);
  const members = isObject ? container : {};
  const { [segment]: present, ...others } = members;
  const member = placed(present, rest, value);
  return member === undefined ? others : { ...others, [segment]: member };
}
