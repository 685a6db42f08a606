import type { JsonValue } from '../../../json/value.ts';
import type { Operators } from '../../argument-schema.ts';
import { textFor } from '../pattern-text.ts';

const LIMITS = ['gt', 'gte', 'lt', 'lte'] as const;

/**
 * Values that the conditions on one argument can tell apart: every constant, numbers between and beyond them, texts and
 * hosts inside and outside, something else, and `more`. Lists are tried only as pairs of an inside and an outside.
 */
export function valuesToTry(
  asked: readonly Operators[],
  constants: readonly (string | number)[] = [],
  more: readonly JsonValue[] = [],
): { values: JsonValue[] } {
  const scalars = asked.flatMap(({ eq, ne, in: among = [], not_in = [] }) =>
    [eq, ne, ...among, ...not_in].filter((value) => value !== undefined),
  );
  const given = [...scalars, ...constants];
  const limits = asked.flatMap((operators) => LIMITS.flatMap((name) => operators[name] ?? []));
  const numbers = aroundNumbers([...limits, ...given.filter((value) => typeof value === 'number')]);
  const texts = textsFor(
    asked,
    given.filter((value) => typeof value === 'string'),
  );
  const others = scalars.filter((value) => value === null || typeof value === 'boolean');
  const flips = others.some((value) => typeof value === 'boolean') ? [true, false] : [];
  const all: JsonValue[] = [...numbers, ...texts, ...others, ...flips];
  const pairs = texts.length > 1 ? texts.slice(1).map((text) => [texts[0] as string, text]) : [];
  const values = [...all, ...pairs.slice(0, MAX_PAIRS), ...more];
  const distinct = new Map(values.map((value) => [JSON.stringify(value), value]));
  return { values: [...distinct.values()] };
}

const MAX_PAIRS = 4;

function aroundNumbers(given: readonly number[]): number[] {
  if (given.length === 0) return [];
  const sorted = [...new Set(given)].sort((a, b) => a - b);
  const between = sorted.slice(1).map((value, index) => ((sorted[index] as number) + value) / 2);
  const [lowest = 0, highest = 0] = [sorted[0], sorted.at(-1)];
  const steps = sorted.flatMap((value) => [value + 1, value - 1]);
  return [...sorted, ...between, ...between.map(Math.floor), ...steps, lowest - 1, highest + 1];
}

function textsFor(asked: readonly Operators[], given: readonly string[]): string[] {
  const parts = asked.flatMap(({ starts_with, ends_with, contains, mentions = [] }) =>
    [starts_with, ends_with, contains, ...mentions].filter((part) => part !== undefined),
  );
  const patterns = asked.flatMap(({ matches }) => matches ?? []);
  const domains = asked.flatMap(({ in_domains = [], not_in_domains = [] }) => [
    ...in_domains,
    ...not_in_domains,
  ]);
  const hosts = domains.length === 0 ? [] : [...new Set([...domains, 'elsewhere.example'])];
  const beginnings = asked.flatMap(({ starts_with }) => starts_with ?? []);
  const texts = [
    ...hosts.flatMap((host) => [
      `a@${host}`,
      ...beginnings.map((part) => `${part}${host}/`),
      `https://${host}/`,
    ]),
    ...given,
    ...parts,
    ...patterns.flatMap((source) => textFor(source) ?? []),
    ...(hosts.length === 0 ? ['else'] : ['not a host']),
  ];
  const endings = asked.flatMap(({ ends_with }) => ends_with ?? []);
  const joined = beginnings.flatMap((start) => endings.map((end) => `${start}${end}`));
  return [...new Set([...texts, ...joined])];
}
