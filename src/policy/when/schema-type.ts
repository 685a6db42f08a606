import type { JsonObject, JsonValue } from '../../json/value.ts';
import { BOOL, DOUBLE, DYN, LIST, MAP, NULL, STRING, scalar, type Type } from './types.ts';
import { kindOf } from './value.ts';

const KINDS: Record<string, number> = {
  boolean: BOOL,
  number: DOUBLE,
  integer: DOUBLE,
  string: STRING,
  null: NULL,
  array: LIST,
  object: MAP,
};
const JSON_KINDS = BOOL | DOUBLE | STRING | NULL | LIST | MAP;

/**
 * What a JSON Schema says of the kinds of a value and its members. Keywords that only narrow further (`allOf`, `$ref`,
 * `if`) are left out: what remains is still true of every value that fits.
 */
export function typeOfSchema(schema: JsonValue | undefined): Type {
  if (!isObject(schema)) return DYN;
  const kinds = kindsOf(schema);
  if (kinds === JSON_KINDS && schema['properties'] === undefined) return DYN;
  return {
    kinds,
    key: scalar(STRING),
    ...((kinds & LIST) === 0 ? {} : { element: elementOf(schema) }),
    ...((kinds & MAP) === 0 ? {} : membersOf(schema)),
    ...((kinds & STRING) === 0 ? {} : textsOf(schema)),
  };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(schema: JsonObject, keyword: string): JsonValue | undefined {
  return Object.hasOwn(schema, keyword) ? schema[keyword] : undefined;
}

function listedValues(schema: JsonObject): readonly JsonValue[] | undefined {
  const [constant, listed] = [own(schema, 'const'), own(schema, 'enum')];
  return constant === undefined ? (Array.isArray(listed) ? listed : undefined) : [constant];
}

function kindsOf(schema: JsonObject): number {
  const named = own(schema, 'type');
  const byType =
    named === undefined ? JSON_KINDS : union([named].flat().map((type) => KINDS[String(type)] ?? JSON_KINDS));
  const byValue = union((listedValues(schema) ?? []).map(kindOf)) || JSON_KINDS;
  // A schema that nothing fits is somebody else's mistake: here it says nothing.
  return byType & byValue || JSON_KINDS;
}

function union(kinds: readonly number[]): number {
  return kinds.reduce((all, kind) => all | kind, 0);
}

function elementOf(schema: JsonObject): Type {
  return own(schema, 'prefixItems') === undefined ? typeOfSchema(own(schema, 'items')) : DYN;
}

function membersOf(schema: JsonObject): Partial<Type> {
  const properties = own(schema, 'properties');
  const fields = new Map(
    Object.entries(isObject(properties) ? properties : {}).map(([name, of]) => [name, typeOfSchema(of)]),
  );
  const others = own(schema, 'additionalProperties');
  const hasPatterns = own(schema, 'patternProperties') !== undefined;
  if (others === false && !hasPatterns) return { fields, isClosed: true };
  return { fields, value: hasPatterns ? DYN : typeOfSchema(others) };
}

function textsOf(schema: JsonObject): Partial<Type> {
  const listed = listedValues(schema);
  if (listed === undefined) return {};
  return { texts: new Set(listed.filter((value) => typeof value === 'string')) };
}
