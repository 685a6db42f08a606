import { pointerSegment } from '../../json/pointer.ts';
import type { JsonValue } from '../../json/value.ts';

/** One operation of RFC 6902. */
export type PatchOperation =
  | { op: 'add' | 'replace'; path: string; value: JsonValue }
  | { op: 'remove'; path: string };

/** One place at which two documents differ; a side that has nothing there lacks its member. */
export type Leaf = { pointer: string; before?: JsonValue; after?: JsonValue };

/**
 * Where two values differ, in the order of their members: objects by name, lists by position, everything else as a
 * whole. What only one side has is one place, however much it holds.
 */
export function differences(before: JsonValue, after: JsonValue, pointer = ''): Leaf[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => member(before, after, { name, pointer }));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      member(before, after, { name: index, pointer }),
    );
  }
  return before === after ? [] : [{ pointer, before, after }];
}

type Holder = Record<string | number, JsonValue>;

function member(
  before: object,
  after: object,
  { name, pointer }: { name: string | number; pointer: string },
): Leaf[] {
  const place = `${pointer}/${pointerSegment(name)}`;
  const a = Object.hasOwn(before, name) ? (before as Holder)[name] : undefined;
  const b = Object.hasOwn(after, name) ? (after as Holder)[name] : undefined;
  if (a === undefined) return b === undefined ? [] : [{ pointer: place, after: b }];
  if (b === undefined) return [{ pointer: place, before: a }];
  return differences(a, b, place);
}

/**
 * The operations that make one document of the other. Elements are taken from the end of a list first, so that no
 * operation moves what a later one names.
 */
export function jsonPatch(leaves: readonly Leaf[]): PatchOperation[] {
  const kept = leaves.flatMap(({ pointer: path, after, before }): PatchOperation[] => {
    if (after === undefined) return [];
    return [{ op: before === undefined ? 'add' : 'replace', path, value: after }];
  });
  const removed = leaves.filter(({ after }) => after === undefined).map(({ pointer }) => pointer);
  return [...kept, ...removed.toReversed().map((path): PatchOperation => ({ op: 'remove', path }))];
}

function isObject(value: JsonValue): value is Record<string, JsonValue> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
