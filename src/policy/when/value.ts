import { parsePointer } from '../../json/pointer.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import type { Doubt } from '../truth.ts';
import { type Node, textOf } from './syntax.ts';
import { BOOL, DOUBLE, DURATION, INT, LIST, MAP, NULL, STRING, TIMESTAMP } from './types.ts';

/** Values that JSON does not have. Objects of JSON are told from them by this class alone. */
abstract class OwnValue {}

/** A point in time, in nanoseconds since 1970. */
export class Timestamp extends OwnValue {
  readonly ns: bigint;
  constructor(ns: bigint) {
    super();
    this.ns = ns;
  }
}

export class Duration extends OwnValue {
  readonly ns: bigint;
  constructor(ns: bigint) {
    super();
    this.ns = ns;
  }
}

export type Key = string | bigint | boolean;

/** A map that a condition made. */
export class MapValue extends OwnValue {
  readonly entries: ReadonlyMap<Key, Value>;
  constructor(entries: ReadonlyMap<Key, Value>) {
    super();
    this.entries = entries;
  }
}

/** Stands where another step will put a value. */
export class Unknown extends OwnValue {}
export const UNKNOWN = new Unknown();

/** Why an expression has no value. Made once for most expressions, so that a missing argument costs nothing. */
export class Fault extends OwnValue {
  readonly node: Node;
  readonly reason: string;
  #doubt: Doubt | undefined;

  constructor(node: Node, reason: string) {
    super();
    this.node = node;
    this.reason = reason;
  }

  /** In words: the expression and why it has no value. Words of the rule may stand in it, texts of the plan never. */
  get doubt(): Doubt {
    this.#doubt ??= { doubt: `\`${shortened(textOf(this.node))}\` ${this.reason}` };
    return this.#doubt;
  }
}

function shortened(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 97)}...`;
}

export type ObjectValue = { readonly [key: string]: Value };
export type Value =
  | boolean
  | bigint
  | number
  | string
  | null
  | readonly Value[]
  | ObjectValue
  | MapValue
  | Timestamp
  | Duration
  | Unknown
  | Fault;

/** The kind of a value; 0 for what has none (a fault, something unknown). */
export function kindOf(value: Value): number {
  switch (typeof value) {
    case 'boolean':
      return BOOL;
    case 'bigint':
      return INT;
    case 'number':
      return DOUBLE;
    case 'string':
      return STRING;
    default:
      return value === null ? NULL : kindOfObject(value);
  }
}

function kindOfObject(value: object): number {
  if (Array.isArray(value)) return LIST;
  if (!(value instanceof OwnValue) || value instanceof MapValue) return MAP;
  if (value instanceof Timestamp) return TIMESTAMP;
  return value instanceof Duration ? DURATION : 0;
}

export function isMap(value: Value): value is ObjectValue | MapValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !(value instanceof OwnValue) || value instanceof MapValue;
}

/** A member by name; never one of a prototype. `undefined` where there is none, or where the value has no members. */
export function memberOf(container: Value, name: string): Value | undefined {
  if (typeof container !== 'object' || container === null || Array.isArray(container)) return undefined;
  if (container instanceof OwnValue)
    return container instanceof MapValue ? container.entries.get(name) : undefined;
  return Object.hasOwn(container, name) ? (container as ObjectValue)[name] : undefined;
}

/** How many entries a map has. */
export function sizeOf(map: ObjectValue | MapValue): number {
  return map instanceof MapValue ? map.entries.size : Object.keys(map).length;
}

/** The keys of a map in an order of their own, so that nothing depends on how they were sent. */
export function keysOf(map: ObjectValue | MapValue): Key[] {
  if (!(map instanceof MapValue)) return Object.keys(map).sort();
  const rank = (key: Key) => `${typeof key} ${String(key)}`;
  return [...map.entries.keys()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** The arguments with `UNKNOWN` wherever another step's output will stand. What is known is shared, not copied. */
export function withUnknown(args: JsonObject, pointers: readonly string[]): Value {
  return pointers.reduce<Value>((value, pointer) => replaced(value, parsePointer(pointer) ?? []), args);
}

function replaced(value: Value, [segment, ...rest]: readonly string[]): Value {
  if (segment === undefined || value === UNKNOWN) return UNKNOWN;
  const members = value as Record<string, JsonValue>;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(members, segment)) return value;
  const inner = replaced(members[segment] as Value, rest);
  if (Array.isArray(value)) return value.with(Number(segment), inner);
  // A plain object whatever the key: `__proto__` would otherwise be lost.
  return Object.fromEntries([
    ...Object.entries(members).filter(([key]) => key !== segment),
    [segment, inner],
  ]);
}
