import type { JsonObject, JsonValue } from '../../json/value.ts';
import { typeName } from '../operators.ts';

/** What a tool's schema lets stand somewhere: an upper bound, never too narrow. */
export type Bound = {
  /** JSON's names, `list` for arrays. Whole numbers are numbers. */
  types: ReadonlySet<string>;
  /** Present where only these values can be. */
  values?: readonly JsonValue[];
  /** Numbers are in here. */
  low: number;
  high: number;
  /** Present where all numbers are whole. */
  isWhole?: true;
};

const ALL_TYPES = ['null', 'boolean', 'number', 'string', 'object', 'list'];
export const ANYTHING: Bound = { types: new Set(ALL_TYPES), low: -Infinity, high: Infinity };

/**
 * What can stand at a path of the arguments, lists gone through as rules do; `absent` where the schema leaves no room for
 * it. What is not understood of a schema only makes the bound wider.
 */
export function boundAt(schema: unknown, segments: readonly string[]): Bound | 'absent' {
  // The arguments themselves are an object, whether or not the schema says so.
  const root = asObject(schema);
  return segments.length === 0 || root === undefined
    ? ANYTHING
    : boundBelow({ ...root, type: 'object' }, segments);
}

function boundBelow(schema: unknown, segments: readonly string[]): Bound | 'absent' {
  const [segment, ...rest] = segments;
  if (segment === undefined) return elementBound(schema);
  const bounds = membersAt(schema, segment).map((member) => boundBelow(member, rest));
  const present = bounds.filter((bound) => bound !== 'absent');
  return present.length === 0 ? 'absent' : present.reduce(union);
}

/** The argument names of a schema that takes no others; `undefined` where it may take any. */
export function closedNames(schema: unknown): string[] | undefined {
  const { properties = {}, additionalProperties, patternProperties } = asObject(schema) ?? {};
  if (additionalProperties !== false || patternProperties !== undefined) return undefined;
  return Object.keys(asObject(properties) ?? {});
}

/** Whether a segment that is no index goes into the elements of a list. */
export type Lists = 'entered' | 'closed';

/**
 * Follows a path of the arguments through a schema: `present` where something can stand at its end, else how many segments
 * lead somewhere, and the names there are where the next one should.
 */
export function wayInto(
  schema: unknown,
  segments: readonly string[],
  lists: Lists,
): 'present' | { depth: number; names: readonly string[] } {
  const root = asObject(schema);
  if (root === undefined) return 'present';
  let nodes: unknown[] = [{ ...root, type: 'object' }];
  for (const [depth, segment] of segments.entries()) {
    const next = nodes.flatMap((node) => membersAt(node, segment, lists));
    if (next.length === 0) return { depth, names: nodes.flatMap((node) => namesIn(node, lists)) };
    nodes = next;
  }
  return 'present';
}

function namesIn(schema: unknown, lists: Lists): string[] {
  const node = asObject(schema);
  if (node === undefined) return [];
  const isList = lists === 'entered' && typesOf(node).has('list');
  return [...(closedNames(node) ?? []), ...(isList ? namesIn(itemsOf(node), lists) : [])];
}

const ANY_SCHEMA = true;

/** The schemas a segment can lead to: of a member, or of the members of elements where there can be a list. */
function membersAt(schema: unknown, segment: string, lists: Lists = 'entered'): unknown[] {
  const node = asObject(schema);
  if (node === undefined) return schema === false ? [] : [ANY_SCHEMA];
  const types = typesOf(node);
  const members: unknown[] = [];
  if (types.has('object')) {
    const properties = asObject(node['properties']) ?? {};
    if (Object.hasOwn(properties, segment)) members.push(properties[segment]);
    else if (closedNames(node) === undefined) members.push(ANY_SCHEMA);
  }
  if (!types.has('list')) return members;
  const items = itemsOf(node);
  if (/^\d+$/.test(segment)) return [...members, items];
  return lists === 'closed' ? members : [...members, ...membersAt(items, segment)];
}

function itemsOf(node: JsonObject): unknown {
  return node['items'] === undefined || node['prefixItems'] !== undefined ? ANY_SCHEMA : node['items'];
}

function elementBound(schema: unknown): Bound {
  const node = asObject(schema);
  if (node === undefined) return ANYTHING;
  const options = node['type'] === undefined ? (node['anyOf'] ?? node['oneOf']) : undefined;
  if (Array.isArray(options) && options.length > 0) return options.map(elementBound).reduce(union);
  const types = typesOf(node);
  const own = scalarBound(node, types);
  return types.has('list') ? union(own, elementBound(itemsOf(node))) : own;
}

function scalarBound(node: JsonObject, allowed: ReadonlySet<string>): Bound {
  const types = new Set([...allowed].filter((type) => type !== 'list'));
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = node;
  const low = Math.max(numberOr(minimum, -Infinity), numberOr(exclusiveMinimum, -Infinity));
  const high = Math.min(numberOr(maximum, Infinity), numberOr(exclusiveMaximum, Infinity));
  const values = valuesOf(node)?.filter((value) => types.has(typeName(value)));
  const isWhole = wholeAlone(node['type']) ? { isWhole: true as const } : {};
  return { types, low, high, ...isWhole, ...(values === undefined ? {} : { values }) };
}

function wholeAlone(type: JsonValue | undefined): boolean {
  const listed = [type].flat();
  return listed.includes('integer') && !listed.includes('number');
}

function numberOr(value: JsonValue | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function valuesOf(node: JsonObject): JsonValue[] | undefined {
  if (Array.isArray(node['enum'])) return node['enum'];
  return node['const'] === undefined ? undefined : [node['const']];
}

/** The types that every part of the schema that is understood agrees on. */
function typesOf(node: JsonObject): ReadonlySet<string> {
  const limits: ReadonlySet<string>[] = [];
  if (node['type'] !== undefined) limits.push(new Set([node['type']].flat().map(ourName)));
  const values = valuesOf(node);
  if (values !== undefined) limits.push(new Set(values.map(typeName)));
  for (const choice of [node['anyOf'], node['oneOf']]) {
    if (!Array.isArray(choice)) continue;
    limits.push(new Set(choice.flatMap((option) => [...typesOf(asObject(option) ?? {})])));
  }
  return new Set(ALL_TYPES.filter((type) => limits.every((limit) => limit.has(type))));
}

function ourName(type: unknown): string {
  if (type === 'integer') return 'number';
  return type === 'array' ? 'list' : String(type);
}

/** What either of two schemas lets stand somewhere. */
export function union(one: Bound, other: Bound): Bound {
  const types = new Set([...one.types, ...other.types]);
  const [low, high] = [Math.min(one.low, other.low), Math.max(one.high, other.high)];
  const values = boundedValues(one) && boundedValues(other);
  const isWhole = areWhole(one) && areWhole(other) ? { isWhole: true as const } : {};
  return {
    ...{ types, low, high, ...isWhole },
    ...(values === undefined ? {} : { values: [...(boundedValues(one) ?? []), ...values] }),
  };
}

function areWhole({ types, isWhole }: Bound): boolean {
  return isWhole === true || !types.has('number');
}

/** No type means no value. */
function boundedValues({ types, values }: Bound): readonly JsonValue[] | undefined {
  return types.size === 0 ? [] : values;
}

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}
