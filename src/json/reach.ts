import type { JsonObject, JsonValue } from './value.ts';

/** A place in a document: a member of an object or an element of a list. */
export type Place = { holder: Record<string, JsonValue> | JsonValue[]; key: string | number };

/** What a pointer leads to. */
export type Reach = {
  places: Place[];
  /** What stands in the way: a value that is neither object nor list, or is opaque, where the pointer goes on. */
  obstacles: Place[];
  /** The document as a whole is opaque: nobody can say what the pointer leads to. */
  isClosed: boolean;
};

const INDEX = /^\d+$/;

/**
 * The places that a pointer of a rule leads to. A segment that meets a list and is no index goes into every element,
 * so `/items/amount` is the amount of each item. What is absent or `null` on the way leads nowhere. Own members alone
 * count: a pointer never reaches a prototype. Nothing inside a value that `isOpaque` is looked at.
 */
export function reach(
  document: JsonObject,
  segments: readonly string[],
  isOpaque: (value: JsonValue) => boolean,
): Reach {
  const found: Reach = { places: [], obstacles: [], isClosed: isOpaque(document) };
  const follow = (value: JsonValue, depth: number, place: Place): void => {
    if (depth === segments.length) found.places.push(place);
    else if (isHolder(value) && !isOpaque(value)) goInto(value, depth);
    else if (value !== null) found.obstacles.push(place);
  };
  const goInto = (value: Place['holder'], depth: number): void => {
    for (const { next, at } of stepsInto(value, segments[depth] as string))
      follow(valueIn(next), depth + at, next);
  };
  if (segments.length > 0 && !found.isClosed) goInto(document, 0);
  return found;
}

/**
 * The places where a pointer of a rule can put a value, whether something stands there or not. A segment that meets a
 * list and is no index goes into every element. `undefined` where any part of the way is missing, no object or list,
 * an empty list or opaque: then nobody can put it there. `segments` MUST NOT be empty.
 */
export function placesToPut(
  value: JsonValue,
  segments: readonly string[],
  isOpaque: (value: JsonValue) => boolean,
): Place[] | undefined {
  if (!isHolder(value) || isOpaque(value)) return undefined;
  const [segment = '', ...rest] = segments;
  if (!Array.isArray(value)) {
    if (rest.length === 0) return [{ holder: value, key: segment }];
    return Object.hasOwn(value, segment)
      ? placesToPut(value[segment] as JsonValue, rest, isOpaque)
      : undefined;
  }
  if (INDEX.test(segment)) return placesInElement(value, segments, isOpaque);
  const found = value.map((element) => placesToPut(element, segments, isOpaque));
  const isEverywhere = found.length > 0 && found.every((places) => places !== undefined);
  return isEverywhere ? found.flat() : undefined;
}

/** A list is not made longer. */
function placesInElement(
  list: JsonValue[],
  [segment, ...rest]: readonly string[],
  isOpaque: (value: JsonValue) => boolean,
): Place[] | undefined {
  const key = Number(segment);
  const element = list[key];
  if (element === undefined) return undefined;
  return rest.length === 0 ? [{ holder: list, key }] : placesToPut(element, rest, isOpaque);
}

function isHolder(value: JsonValue): value is Place['holder'] {
  return value !== null && typeof value === 'object';
}

/** Where a segment leads from a value, and how many segments that takes: none where it goes into a list. */
function stepsInto(value: Place['holder'], segment: string): { next: Place; at: 0 | 1 }[] {
  if (!Array.isArray(value))
    return Object.hasOwn(value, segment) ? [{ next: { holder: value, key: segment }, at: 1 }] : [];
  if (!INDEX.test(segment)) return value.map((_, key) => ({ next: { holder: value, key }, at: 0 }));
  const key = Number(segment);
  return key < value.length ? [{ next: { holder: value, key }, at: 1 }] : [];
}

/** The value at a place. */
export function valueIn({ holder, key }: Place): JsonValue {
  return (holder as Record<string | number, JsonValue>)[key] as JsonValue;
}

/** Puts a value into a place. */
export function putIn({ holder, key }: Place, value: JsonValue): void {
  (holder as Record<string | number, JsonValue>)[key] = value;
}

/**
 * Whether a pointer of a rule may lead to `place`, above it or below it: it does so by its words, and where it leaves
 * out the index of a list. Where a member has the name of a number this may say yes too often, never no.
 */
export function mayTouch(pointer: string, place: string): boolean {
  if (!/\/\d/.test(place)) return touches(pointer, place);
  const asked = pointer.split('/');
  const given = place.split('/');
  let at = 1;
  for (let index = 1; index < given.length; index += 1) {
    if (at === asked.length) return true;
    const isSame = asked[at] === given[index];
    if (isSame) at += 1;
    else if (!INDEX.test(given[index] as string) || INDEX.test(asked[at] as string)) return false;
  }
  return true;
}

function touches(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}
