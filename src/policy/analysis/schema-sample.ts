import type { JsonObject, JsonValue } from '../../json/value.ts';
import { textFor } from './pattern-text.ts';

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

function sampleNumber({
  minimum,
  exclusiveMinimum,
  maximum,
  exclusiveMaximum,
  multipleOf,
}: JsonObject): number {
  const unit = numberOr(multipleOf, 1);
  const low = Math.max(numberOr(minimum, -Infinity), numberOr(exclusiveMinimum, -Infinity));
  const high = Math.min(numberOr(maximum, Infinity), numberOr(exclusiveMaximum, Infinity));
  const tries =
    low === -Infinity
      ? [unit, Math.floor(high / unit) * unit, (Math.floor(high / unit) - 1) * unit]
      : [Math.ceil(low / unit) * unit, (Math.ceil(low / unit) + 1) * unit, (low + high) / 2];
  const isInside = (value: number) =>
    value >= low && value <= high && value !== exclusiveMinimum && value !== exclusiveMaximum;
  return tries.find(isInside) ?? unit;
}

const FORMATS: Record<string, string> = {
  email: 'a@else.example',
  uri: 'https://else.example/',
  url: 'https://else.example/',
  'uri-reference': '/else',
  hostname: 'else.example',
  date: '2026-01-01',
  'date-time': '2026-01-01T00:00:00Z',
  time: '00:00:00Z',
  'iso-time': '00:00:00Z',
  'iso-date-time': '2026-01-01T00:00:00Z',
  duration: 'P1D',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uuid: '00000000-0000-4000-8000-000000000000',
  'json-pointer': '/x',
  regex: 'x',
};

function sampleText({ minLength, pattern, format }: JsonObject): string {
  const formatted = typeof format === 'string' ? FORMATS[format] : undefined;
  if (formatted !== undefined) return formatted;
  const least = Math.min(1000, numberOr(minLength, 1));
  const text = typeof pattern === 'string' ? (textFor(pattern) ?? 'x') : 'x';
  // What a pattern does not hold in place may go on.
  return text.padEnd(least, 'x');
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
