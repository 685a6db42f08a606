import type { JsonObject, JsonValue } from '../../json/value.ts';

const DEEPEST = 8;

/** A value that fits a schema, where its plain parts are all it asks; whoever uses it checks it. */
export function sampleOf(schema: unknown, depth = 0): JsonValue {
  if (typeof schema !== 'object' || schema === null || depth > DEEPEST) return 'x';
  const node = schema as JsonObject;
  if (node['const'] !== undefined) return node['const'];
  if (Array.isArray(node['enum'])) return node['enum'][0] ?? null;
  if (Array.isArray(node['examples'])) return node['examples'][0] ?? null;
  const choice = [node['anyOf'], node['oneOf']].find(Array.isArray);
  if (node['type'] === undefined && choice !== undefined) return sampleOf(choice[0], depth + 1);
  return byType(node, [node['type']].flat()[0], depth);
}

function byType(node: JsonObject, type: unknown, depth: number): JsonValue {
  switch (type) {
    case 'number':
    case 'integer':
      return sampleNumber(node);
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array':
      return Array.from({ length: numberOr(node['minItems'], 1) }, () => sampleOf(node['items'], depth + 1));
    case 'object':
      return sampleObject(node, depth);
    default:
      return node['properties'] === undefined ? sampleText(node) : sampleObject(node, depth);
  }
}

function sampleNumber({ minimum, exclusiveMinimum, maximum }: JsonObject): number {
  if (typeof exclusiveMinimum === 'number') return exclusiveMinimum + 1;
  return numberOr(minimum, Math.min(1, numberOr(maximum, 1)));
}

function sampleText({ minLength, pattern, format }: JsonObject): string {
  if (format === 'email') return 'a@else.example';
  if (format === 'uri' || (typeof pattern === 'string' && pattern.includes('http')))
    return 'https://else.example/';
  return 'x'.repeat(Math.min(1000, numberOr(minLength, 1)));
}

function numberOr(value: JsonValue | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/** Required members only. */
function sampleObject({ properties = {}, required }: JsonObject, depth: number): JsonObject {
  const names = Array.isArray(required) ? required.map(String) : [];
  return Object.fromEntries(
    names.map((name) => [name, sampleOf((properties as JsonObject)[name], depth + 1)]),
  );
}
