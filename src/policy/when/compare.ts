import { MAX_LIST, MAX_STEPS } from './limits.ts';
import { DOUBLE, DURATION, INT, kindNames, LIST, MAP, NULL, NUMBER, STRING, TIMESTAMP } from './types.ts';
import {
  Duration,
  type Key,
  keysOf,
  kindOf,
  MapValue,
  memberOf,
  type ObjectValue,
  sizeOf,
  Timestamp,
  UNKNOWN,
  type Value,
} from './value.ts';

/** Counts what an evaluation costs, so that no condition can take long whatever a plan holds. */
export type Meter = { steps: number };

/** How many characters of a text count as one step. */
export const CHARACTERS_A_STEP = 512;

/** A comparison that has no answer, and why. */
export class Incomparable {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

export const OVER_BUDGET = new Incomparable(`takes more than ${MAX_STEPS.toLocaleString('en')} steps`);
export const TOO_LONG = new Incomparable(`has more than ${MAX_LIST.toLocaleString('en')} elements`);
const NOT_KNOWN = new Incomparable('holds a value from another step that is not known yet');

/** Of two sides those that say `null` in the rule itself; only there it surely differs from a value. */
export type NullSides = { first: boolean; second: boolean };

/**
 * Whether two values are equal. Numbers are compared by their value, whatever their kind. Values of different kinds
 * are neither equal nor different: `"5"` may be 5 to the tool behind, so the answer is no answer. So with null, but
 * where the rule says it. Within lists and objects a definite difference wins over a missing answer.
 */
export function equal(a: Value, b: Value, meter: Meter, nulls: NullSides): boolean | Incomparable {
  if (a === UNKNOWN || b === UNKNOWN) return NOT_KNOWN;
  const [kind, other] = [kindOf(a), kindOf(b)];
  if (isNumber(kind) && isNumber(other)) return equalNumbers(a as number, b as number);
  if (kind !== other) return isSaidNull(a, b, nulls) ? false : differentKinds(kind, other);
  switch (kind) {
    case LIST:
      return equalLists(a as Value[], b as Value[], meter, nulls);
    case MAP:
      return equalMaps(a as ObjectValue, b as ObjectValue, meter, nulls);
    case TIMESTAMP:
    case DURATION:
      return (a as Timestamp).ns === (b as Timestamp).ns;
    default:
      return a === b;
  }
}

function isSaidNull(a: Value, b: Value, { first, second }: NullSides): boolean {
  return (a === null && first) || (b === null && second);
}

function isNumber(kind: number): boolean {
  return (kind & NUMBER) !== 0;
}

function differentKinds(kind: number, other: number): Incomparable {
  return new Incomparable(`compares ${kindNames(kind)} with ${kindNames(other)}`);
}

function equalNumbers(a: number | bigint, b: number | bigint): boolean {
  if (typeof a === typeof b) return a === b;
  return !Number.isNaN(a) && !Number.isNaN(b) && !(a < b) && !(a > b);
}

function equalLists(
  a: readonly Value[],
  b: readonly Value[],
  meter: Meter,
  nulls: NullSides,
): boolean | Incomparable {
  if (a.length !== b.length) return false;
  return equalParts(a.length, (index) => equal(a[index] as Value, b[index] as Value, meter, nulls), meter);
}

function equalMaps(
  a: ObjectValue | MapValue,
  b: ObjectValue | MapValue,
  meter: Meter,
  nulls: NullSides,
): boolean | Incomparable {
  const size = sizeOf(a);
  meter.steps += size;
  if (meter.steps > MAX_STEPS) return OVER_BUDGET;
  if (size !== sizeOf(b)) return false;
  const keys = keysOf(a);
  const partAt = (index: number) => {
    const key = keys[index] as Key;
    const other = entryOf(b, key);
    return other === undefined ? hasNot(b, key) : equal(entryOf(a, key) as Value, other, meter, nulls);
  };
  return equalParts(keys.length, partAt, meter);
}

function equalParts(
  count: number,
  partAt: (index: number) => boolean | Incomparable,
  meter: Meter,
): boolean | Incomparable {
  let result: boolean | Incomparable = true;
  for (let index = 0; index < count; index += 1) {
    meter.steps += 1;
    if (meter.steps > MAX_STEPS) return OVER_BUDGET;
    const part = partAt(index);
    if (part === false) return false;
    if (part !== true && result === true) result = part;
  }
  return result;
}

/** What stands in a map under a key. Numbers that are whole find the integer of their value. */
export function entryOf(map: ObjectValue | MapValue, key: Key | number): Value | undefined {
  if (typeof key === 'string') return memberOf(map, key);
  if (!(map instanceof MapValue)) return undefined;
  if (typeof key !== 'number') return map.entries.get(key);
  return Number.isInteger(key) ? map.entries.get(BigInt(key)) : undefined;
}

/** Whether a map has a key. Where it has not, a key of another kind leaves no answer, as in `equal`. */
export function hasKey(map: ObjectValue | MapValue, key: Key | number): boolean | Incomparable {
  return entryOf(map, key) !== undefined || hasNot(map, key);
}

function hasNot(map: ObjectValue | MapValue, key: Key | number): false | Incomparable {
  const [kind, [other]] = [kindOf(key), keysOf(map)];
  if (other === undefined || !(map instanceof MapValue)) {
    return other === undefined || kind === STRING ? false : differentKinds(kind, STRING);
  }
  const odd = [...map.entries.keys()]
    .map(kindOf)
    .find((each) => each !== kind && !(isNumber(each) && isNumber(kind)));
  return odd === undefined ? false : differentKinds(kind, odd);
}

/**
 * Whether a list holds a value: where no element surely is it, one of another kind, or one that is not known, leaves no answer, as
 * in `equal`. An empty list holds nothing.
 */
export function isIn(
  value: Value,
  list: readonly Value[],
  meter: Meter,
  nulls: NullSides,
): boolean | Incomparable {
  if (list.length > MAX_LIST) return TOO_LONG;
  let result: false | Incomparable = false;
  for (const element of list) {
    meter.steps += 1;
    if (meter.steps > MAX_STEPS) return OVER_BUDGET;
    const same = equal(value, element, meter, nulls);
    if (same === true) return true;
    if (result === false) result = same;
  }
  return result;
}

/** Below zero, zero or above, as `a` stands before, with or after `b`; NaN where one is NaN. */
export function order(a: Value, b: Value, meter: Meter): number | Incomparable {
  const [kind, other] = [kindOf(a), kindOf(b)];
  if (isNumber(kind) && isNumber(other)) return orderNumbers(a as number, b as number);
  if (kind !== other) return differentKinds(kind, other);
  if (typeof a === 'string') {
    meter.steps += a.length / CHARACTERS_A_STEP;
    return meter.steps > MAX_STEPS ? OVER_BUDGET : orderTexts(a, b as string);
  }
  if (typeof a === 'boolean') return Number(a) - Number(b);
  if (a instanceof Timestamp || a instanceof Duration) return orderNumbers(a.ns, (b as Timestamp).ns);
  return new Incomparable(`compares ${kindNames(kind)}, which has no order`);
}

function orderNumbers(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : 0;
}

/** By code point, as CEL has it; JavaScript would compare halves of characters. */
function orderTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  if (at === length) return a.length - b.length;
  const isSecondHalf =
    at > 0 && (a.charCodeAt(at) & 0xfc00) === 0xdc00 && (a.charCodeAt(at - 1) & 0xfc00) === 0xd800;
  const from = isSecondHalf ? at - 1 : at;
  return (a.codePointAt(from) ?? 0) - (b.codePointAt(from) ?? 0);
}

/** Kinds that can be compared with each other; null with all. */
export function canBeEqual(kinds: number, others: number): boolean {
  const wide = (set: number) => ((set & NUMBER) === 0 ? set : set | INT | DOUBLE);
  return ((kinds | others) & NULL) !== 0 || (wide(kinds) & wide(others)) !== 0;
}
