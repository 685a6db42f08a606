import type { JsonValue } from '../../json/value.ts';
import type { Operators } from '../argument-schema.ts';
import { isInDomains } from '../hosts.ts';
import { mentionCovers } from '../mentions.ts';
import { compileOperators, type ElementTest, holdsForElement, rootOf, typeName } from '../operators.ts';
import type { Truth } from '../truth.ts';

/**
 * How a rule takes the answer of a condition. `could`: it matches unless the condition definitely does not hold, as a rule
 * that restricts does. `must`: it matches only where the condition definitely holds, as a rule that allows does.
 */
export type Side = 'could' | 'must';

/** What is asked of one element, `exists` left out, with the engine's own tests for single values. */
export type Asked = { operators: Operators; side: Side; tests: readonly ElementTest[] };

export function askedOf({ exists: _, ...operators }: Operators, side: Side): Asked {
  return { operators, side, tests: compileOperators(operators, side === 'could' ? 'any' : 'every') };
}

/** Whether a rule goes on with this value: the engine's own answer. */
export function takes({ tests, side }: Asked, value: JsonValue): boolean {
  const truth: Truth = holdsForElement(tests, value, rootOf([]));
  return side === 'could' ? truth !== false : truth === true;
}

const COMPARISONS = ['gt', 'gte', 'lt', 'lte'] as const;
const TEXTUAL = ['matches', 'starts_with', 'ends_with', 'contains', 'in_domains', 'not_in_domains'] as const;
type Endless = 'number' | 'string';

/** True where every element that `a` takes is taken by `b`. Never true by mistake. */
export function elementImplies(a: Asked, b: Asked): boolean {
  const parts = Object.entries(b.operators).filter(([, operand]) => operand !== undefined);
  return parts.every(([name, operand]) => {
    const one = askedOf({ [name]: operand } as Operators, b.side);
    return (
      [null, true, false].every((value) => !takes(a, value) || takes(one, value)) &&
      objectsImply(a, one) &&
      endlessImplies(a, one, 'number') &&
      endlessImplies(a, one, 'string')
    );
  });
}

/** Objects are only searched, by `mentions`; to every other operator they are in doubt. */
function objectsImply(a: Asked, one: Asked): boolean {
  if (one.operators.mentions !== undefined) return mentionsImply(a, one) || !mayTakeType(a, 'object');
  return one.side === 'could' || !mayTakeType(a, 'object');
}

/** False only where no value of this type can be taken because some operator is in doubt about it, and doubt is not enough. */
function mayTakeType({ operators, side }: Asked, type: string): boolean {
  return side === 'could' || operatorsIn(operators).every((name) => isDefinite(operators, name, type));
}

export function operatorsIn(operators: Operators): (keyof Operators)[] {
  return (Object.keys(operators) as (keyof Operators)[]).filter((name) => operators[name] !== undefined);
}

/** Whether an operator answers yes or no, and not doubt, for values of a type. Of texts that are no addresses, it may. */
export function isDefinite(operators: Operators, name: keyof Operators, type: string): boolean {
  if (name === 'mentions') return true;
  if ((COMPARISONS as readonly string[]).includes(name)) return type === 'number';
  if ((TEXTUAL as readonly string[]).includes(name)) return type === 'string';
  return scalarsOf(operators[name]).some((value) => typeName(value) === type);
}

function scalarsOf(operand: unknown): JsonValue[] {
  return [operand].flat() as JsonValue[];
}

/** Where only listed values of a type can be taken, those. */
export function listedOf({ eq, in: among }: Operators, type: string): JsonValue[] | undefined {
  for (const listed of [eq === undefined ? [] : [eq], among ?? []]) {
    const fitting = listed.filter((value) => typeName(value) === type);
    if (fitting.length > 0) return fitting;
  }
  return undefined;
}

function endlessImplies(a: Asked, one: Asked, type: Endless): boolean {
  if (!mayTakeType(a, type)) return true;
  const listed = listedOf(a.operators, type);
  if (listed !== undefined) return listed.every((value) => !takes(a, value) || takes(one, value));
  const [name] = operatorsIn(one.operators);
  if (name === undefined) return true;
  if (name === 'mentions') return mentionsImply(a, one);
  if (!isDefinite(one.operators, name, type)) return one.side === 'could';
  if (name === 'ne' || name === 'not_in') {
    const left = scalarsOf(one.operators[name]).filter((value) => typeName(value) === type);
    return left.every((value) => !takes(a, value));
  }
  return type === 'number' ? numbersImply(a, one) : textsImply(a.operators, one.operators);
}

export type Interval = { low: number; high: number; isLowOpen: boolean; isHighOpen: boolean };

/** The numbers between the limits given. */
export function intervalOf({ gt, gte, lt, lte }: Operators): Interval {
  const low = Math.max(gt ?? -Infinity, gte ?? -Infinity);
  const high = Math.min(lt ?? Infinity, lte ?? Infinity);
  return { low, high, isLowOpen: low === gt, isHighOpen: high === lt };
}

export function isEmptyInterval({ low, high, isLowOpen, isHighOpen }: Interval): boolean {
  return low > high || (low === high && (isLowOpen || isHighOpen));
}

function numbersImply(a: Asked, one: Asked): boolean {
  const inner = intervalOf(a.operators);
  if (isEmptyInterval(inner)) return true;
  if (inner.low === inner.high) return takes(one, inner.low);
  const outer = intervalOf(one.operators);
  if (outer.low === -Infinity && outer.high === Infinity) return false;
  const fitsBelow =
    inner.low > outer.low || (inner.low === outer.low && (inner.isLowOpen || !outer.isLowOpen));
  const fitsAbove =
    inner.high < outer.high || (inner.high === outer.high && (inner.isHighOpen || !outer.isHighOpen));
  return fitsBelow && fitsAbove;
}

/** One textual operator from others: the same, a longer beginning, a narrower list of domains. */
function textsImply(a: Operators, one: Operators): boolean {
  const { starts_with = '', ends_with = '', contains = '' } = a;
  if (one.matches !== undefined) return a.matches === one.matches;
  if (one.starts_with !== undefined) return starts_with.startsWith(one.starts_with);
  if (one.ends_with !== undefined) return ends_with.endsWith(one.ends_with);
  if (one.contains !== undefined) {
    const part = one.contains;
    return [starts_with, ends_with, contains].some((given) => given.includes(part));
  }
  if (one.in_domains !== undefined) {
    const wanted = new Set(one.in_domains);
    return a.in_domains?.every((domain) => isInDomains(domain, wanted)) ?? false;
  }
  return one.not_in_domains !== undefined && outsideDomains(a, one.not_in_domains);
}

function outsideDomains({ in_domains, not_in_domains }: Operators, unwanted: readonly string[]): boolean {
  const outside = new Set(not_in_domains ?? []);
  if (unwanted.every((domain) => isInDomains(domain, outside))) return true;
  if (in_domains === undefined) return false;
  const [inside, left] = [new Set(in_domains), new Set(unwanted)];
  return (
    in_domains.every((domain) => !isInDomains(domain, left)) &&
    unwanted.every((domain) => !isInDomains(domain, inside))
  );
}

function mentionsImply(a: Asked, one: Asked): boolean {
  const wanted = one.operators.mentions ?? [];
  const given = a.operators.mentions;
  return given?.every((part) => wanted.some((other) => mentionCovers(part, other))) ?? false;
}
