import { pointerSegment } from '../../../json/pointer.ts';
import type { JsonObject, JsonValue } from '../../../json/value.ts';
import { sampleOf } from '../schema-sample.ts';

const DEEPEST = 4;
const MAX_MEMBERS = 60;

/** The schemas of the members of arguments, by pointer, in all of the schemas given. Elements stand at `/0`. */
export function memberSchemas(schemas: readonly unknown[]): Map<string, unknown[]> {
  const found = new Map<string, unknown[]>();
  for (const schema of schemas) collect(schema, '', found);
  return found;
}

function collect(schema: unknown, pointer: string, found: Map<string, unknown[]>): void {
  const depth = pointer.split('/').length - 1;
  if (typeof schema !== 'object' || schema === null || depth > DEEPEST) return;
  const { properties, items, anyOf, oneOf, allOf } = schema as JsonObject;
  const note = (place: string, member: unknown) => {
    if (found.size >= MAX_MEMBERS && !found.has(place)) return;
    found.set(place, [...(found.get(place) ?? []), member]);
    collect(member, place, found);
  };
  for (const [name, member] of Object.entries((properties ?? {}) as JsonObject))
    note(`${pointer}/${pointerSegment(name)}`, member);
  if (items !== undefined && pointer !== '') note(`${pointer}/0`, items);
  for (const part of [anyOf, oneOf, allOf])
    if (Array.isArray(part)) for (const one of part) collect(one, pointer, found);
}

/** A value of every kind: one of them is of the wrong type. */
export const EVERY_KIND: readonly JsonValue[] = ['x', 1, 1.5, -1, true, null, [], ['x'], {}];
const MAX_LENGTH = 10_000;

/** Values at and around what a schema of one argument lets through. */
export function valuesOfSchema(schema: unknown): JsonValue[] {
  if (typeof schema !== 'object' || schema === null) return [...EVERY_KIND];
  const node = schema as JsonObject;
  const limits = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'];
  const numbers = limits
    .flatMap((name) => numbersAt(node[name]))
    .flatMap((limit) => [limit, limit - 1, limit + 1, limit * 2]);
  const lengths = ['minLength', 'maxLength']
    .flatMap((name) => numbersAt(node[name]))
    .flatMap((length) => [length - 1, length, length + 1])
    .filter((length) => length >= 0 && length <= MAX_LENGTH);
  const counts = ['minItems', 'maxItems']
    .flatMap((name) => numbersAt(node[name]))
    .flatMap((count) => [count - 1, count, count + 1])
    .filter((count) => count >= 0 && count <= 1_000);
  const listed = Array.isArray(node['enum']) ? node['enum'].slice(0, 50) : [];
  const values: JsonValue[] = [
    ...[sampleOf(schema), ...listed, ...(node['const'] === undefined ? [] : [node['const']])],
    ...numbers,
    ...lengths.map((length) => 'x'.repeat(length)),
    ...counts.map((count) => Array.from({ length: count }, () => sampleOf(node['items']))),
    ...EVERY_KIND,
  ];
  const distinct = new Map(values.map((value) => [JSON.stringify(value), value]));
  return [...distinct.values()];
}

function numbersAt(value: JsonValue | undefined): number[] {
  return typeof value === 'number' ? [value] : [];
}
