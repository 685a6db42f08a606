import type { JsonValue } from '../../json/value.ts';
import type { Operators } from '../argument-schema.ts';
import { isInDomains } from '../hosts.ts';
import { holdsForElement, rootOf, typeName } from '../operators.ts';
import type { Aspect } from './rule-shape.ts';
import type { Bound } from './schema-bound.ts';
import {
  type Asked,
  type Interval,
  intervalOf,
  isDefinite,
  isEmptyInterval,
  listedOf,
  operatorsIn,
} from './values.ts';

/** What a condition on an argument can come out as; each `true` may be an overestimate, no `false` is a mistake. */
export type Possible = { true: boolean; false: boolean };

/**
 * What the condition can say of arguments that fit a schema. Doubt is always possible where the argument can be: another
 * step may provide it.
 */
export function possibleAnswers(
  { exists, asked }: Extract<Aspect, { kind: 'argument' }>,
  bound: Bound | 'absent',
): Possible {
  if (bound === 'absent') return { true: exists === false, false: exists === true };
  if (exists === false) return { true: true, false: true };
  const answers = {
    true: holdsSomewhere(asked, bound),
    false: exists === true || failsSomewhere(asked, bound),
  };
  return operatorsIn(asked.operators).length === 0 ? { true: true, false: true } : answers;
}

function answerFor({ tests }: Asked, value: JsonValue) {
  return holdsForElement(tests, value, rootOf([]));
}

function holdsSomewhere(asked: Asked, bound: Bound): boolean {
  if (bound.values !== undefined) return bound.values.some((value) => answerFor(asked, value) === true);
  return [...bound.types].some((type) => holdsForType(asked, type, bound));
}

function holdsForType(asked: Asked, type: string, bound: Bound): boolean {
  const { operators } = asked;
  if (type === 'list') return false;
  if (type === 'null') return answerFor(asked, null) === true;
  if (type === 'boolean') return [true, false].some((value) => answerFor(asked, value) === true);
  const names = operatorsIn(operators);
  if (!names.every((name) => isDefinite(operators, name, type))) return false;
  const listed = listedOf(operators, type);
  if (listed !== undefined)
    return listed.some((value) => answerFor(asked, value) === true && isWithin(value, bound));
  if (type === 'string') return !excludesItself(asked);
  return type !== 'number' || holdsForNumber(operators, bound);
}

function isWithin(value: JsonValue, { low, high, isWhole }: Bound): boolean {
  if (typeof value !== 'number') return true;
  return value >= low && value <= high && (isWhole !== true || Number.isInteger(value));
}

function holdsForNumber(operators: Operators, { low, high, isWhole }: Bound): boolean {
  const interval = narrowed(operators, low, high);
  return !isEmptyInterval(interval) && (isWhole !== true || hasWhole(interval));
}

function hasWhole({ low, high, isLowOpen, isHighOpen }: Interval): boolean {
  const first = isLowOpen ? Math.floor(low) + 1 : Math.ceil(low);
  return first <= (isHighOpen ? Math.ceil(high) - 1 : Math.floor(high));
}

/**
 * Every host has to be in these domains and outside of those, and none can be. Of a rule that restricts one host may be the
 * one and another the other.
 */
function excludesItself({ operators: { in_domains, not_in_domains }, side }: Asked): boolean {
  if (side === 'could' || in_domains === undefined || not_in_domains === undefined) return false;
  const outside = new Set(not_in_domains);
  return in_domains.every((domain) => isInDomains(domain, outside));
}

function narrowed(operators: Operators, low: number, high: number): Interval {
  const interval = intervalOf(operators);
  return {
    low: Math.max(interval.low, low),
    high: Math.min(interval.high, high),
    isLowOpen: interval.isLowOpen && interval.low >= low,
    isHighOpen: interval.isHighOpen && interval.high <= high,
  };
}

function failsSomewhere(asked: Asked, bound: Bound): boolean {
  if (bound.values !== undefined) return bound.values.some((value) => answerFor(asked, value) === false);
  const { operators } = asked;
  return operatorsIn(operators).some((name) =>
    [...bound.types].some((type) => type !== 'list' && isDefinite(operators, name, type)),
  );
}

/** The types a condition can answer about, in words. */
export function typesWanted({ operators }: Asked): string[] {
  const types = ['null', 'boolean', 'number', 'string'];
  return types.filter((type) => operatorsIn(operators).every((name) => isDefinite(operators, name, type)));
}

/** The types that can be there, in words. */
export function typesThere({ types, values }: Bound): string[] {
  return values === undefined
    ? [...types].filter((type) => type !== 'list')
    : [...new Set(values.map(typeName))];
}
