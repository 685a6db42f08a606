import { parsePointer } from '../json/pointer.ts';
import type { JsonValue } from '../json/value.ts';
import type { StepView } from './bundle.ts';
import type { Condition } from './condition.ts';
import { below, isUnknown, type Place, rootOf } from './operators.ts';
import type { Quantifier } from './truth.ts';

const MISSING = { doubt: 'the argument is missing' };

/**
 * The lowest trust of what flows into an argument, where there is one. Of an argument that is missing nobody can tell an
 * optional one that was left out from a name that is misspelt, so it is doubt as in `args`. Where only some elements of a
 * list have it, what they have can settle the answer as one element of a list can.
 */
export function taintCondition(
  pointer: string,
  levels: readonly string[],
  quantifier: Quantifier,
): Condition {
  const segments = parsePointer(pointer) ?? [];
  return {
    label: `taint.${pointer} in ${levels.join(', ')}`,
    test: (step) => {
      const { isSomewhere, isEverywhere } = presenceOf(step, segments);
      if (!isSomewhere) return MISSING;
      const holds = levels.includes(step.taintOf(pointer));
      return isEverywhere || holds === (quantifier === 'any') ? holds : MISSING;
    },
    seen: (step) =>
      presenceOf(step, segments).isSomewhere ? `it is ${step.taintOf(pointer)}` : 'it is missing',
  };
}

/** Whether something stands where a pointer leads: in any of the elements it goes through, and in all of them. */
type Presence = { isSomewhere: boolean; isEverywhere: boolean };

const THERE: Presence = { isSomewhere: true, isEverywhere: true };
const NOWHERE: Presence = { isSomewhere: false, isEverywhere: false };

/** Most pointers are the name of one argument, and need no walk. */
function presenceOf(
  { arguments: args, unknown_pointers: unknown }: StepView,
  segments: readonly string[],
): Presence {
  const [name] = segments;
  if (name !== undefined && segments.length === 1 && Object.hasOwn(args, name)) return THERE;
  return presenceBelow(args, segments, rootOf(unknown));
}

/** What another step will provide is there, whatever it will be. */
function presenceBelow(value: JsonValue, segments: readonly string[], place: Place): Presence {
  const [segment, ...rest] = segments;
  if (segment === undefined || isUnknown(place)) return THERE;
  if (value === null || typeof value !== 'object') return NOWHERE;
  if (Array.isArray(value) && !/^\d+$/.test(segment)) {
    const each = value.map((item, index) => presenceBelow(item, segments, below(place, index)));
    return {
      isSomewhere: each.some(({ isSomewhere }) => isSomewhere),
      isEverywhere: each.every(({ isEverywhere }) => isEverywhere),
    };
  }
  const key = Array.isArray(value) ? String(Number(segment)) : segment;
  if (!Object.hasOwn(value, key)) return NOWHERE;
  const member = (value as Record<string, JsonValue>)[key] as JsonValue;
  return presenceBelow(member, rest, below(place, segment));
}
