import type { JsonValue } from '../../json/value.ts';
import type { Operators } from '../argument-schema.ts';
import { holdsForElement, rootOf, typeName } from '../operators.ts';
import type { Aspect } from './rule-shape.ts';
import type { Bound } from './schema-bound.ts';
import { type Asked, intervalOf, isDefinite, isEmptyInterval, listedOf, operatorsIn } from './values.ts';

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

function holdsForType(asked: Asked, type: string, { low, high }: Bound): boolean {
  const { operators } = asked;
  if (type === 'list') return false;
  if (type === 'null') return answerFor(asked, null) === true;
  if (type === 'boolean') return [true, false].some((value) => answerFor(asked, value) === true);
  const names = operatorsIn(operators);
  if (!names.every((name) => isDefinite(operators, name, type))) return false;
  const listed = listedOf(operators, type);
  if (listed !== undefined)
    return listed.some((value) => answerFor(asked, value) === true && isWithin(value, low, high));
  return type !== 'number' || !isEmptyInterval(narrowed(operators, low, high));
}

function isWithin(value: JsonValue, low: number, high: number): boolean {
  return typeof value !== 'number' || (value >= low && value <= high);
}

function narrowed(operators: Operators, low: number, high: number) {
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
