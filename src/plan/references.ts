import { parsePointer, pointerSegment } from '../json/pointer.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';

const INDEX = /^\d+$/;

/** `{"$from": step_id, "path": pointer}` inside arguments: the output of another step. */
export type Reference = {
  /** Where it stands in the arguments, as a JSON pointer. */
  pointer: string;
  from: string;
  path: string;
};

/** A `$from` that is written wrongly. */
export type ReferenceProblem = { pointer: string; message: string };

/** Whether a value in arguments stands for the output of another step. */
export function isReference(value: JsonValue): boolean {
  return (
    value !== null && typeof value === 'object' && !Array.isArray(value) && Object.hasOwn(value, '$from')
  );
}

/**
 * All references in a step's arguments, with what is wrong with any of them. The references are in an order that does not
 * depend on how members were sent: a plan that is read back has them in another.
 */
export function findReferences(args: JsonObject): { references: Reference[]; problems: ReferenceProblem[] } {
  const found = { references: [] as Reference[], problems: [] as ReferenceProblem[] };
  walk(args, '', found);
  if (found.references.length > 1) found.references.sort(byPointer);
  return found;
}

/** Elements of a list by their place, members by name. */
function byPointer({ pointer: a }: Reference, { pointer: b }: Reference): number {
  const [one, other] = [a.split('/'), b.split('/')];
  const at = one.findIndex((segment, index) => segment !== other[index]);
  const [segment = '', against = ''] = [one[at], other[at]];
  const apart = INDEX.test(segment) && INDEX.test(against) ? Number(segment) - Number(against) : 0;
  if (apart !== 0) return apart;
  return segment < against ? -1 : 1;
}

function walk(
  value: JsonValue,
  pointer: string,
  found: { references: Reference[]; problems: ReferenceProblem[] },
): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      walk(value[index] as JsonValue, `${pointer}/${index}`, found);
    }
    return;
  }
  if (isReference(value)) {
    readReference(value, pointer, found);
    return;
  }
  for (const key in value) {
    const member = value[key];
    if (member !== null && typeof member === 'object')
      walk(member, `${pointer}/${pointerSegment(key)}`, found);
  }
}

function readReference(
  value: JsonObject,
  pointer: string,
  found: { references: Reference[]; problems: ReferenceProblem[] },
): void {
  const { $from: from, path = '', ...others } = value;
  const extra = Object.keys(others)[0];
  if (extra !== undefined) {
    // Something that is half a reference and half a value would be judged as one and run as the other.
    found.problems.push({
      pointer,
      message: `a {"$from"} reference may only have "path" beside it, not "${extra}"`,
    });
  } else if (typeof from !== 'string') {
    found.problems.push({
      pointer: `${pointer}/$from`,
      message: '"$from" must be the step_id of another step',
    });
  } else if (typeof path !== 'string' || parsePointer(path) === undefined) {
    found.problems.push({
      pointer: `${pointer}/path`,
      message: '"path" must be a JSON pointer such as "/text"',
    });
  } else {
    found.references.push({ pointer, from, path });
  }
}
