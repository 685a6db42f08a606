import { isBelowAny, pointerSegment } from '../json/pointer.ts';
import type { JsonValue } from '../json/value.ts';
import type { Operators } from './argument-schema.ts';
import { hostsOf, isInDomains } from './hosts.ts';
import { mentionsOf } from './mentions.ts';
import { compilePattern } from './pattern.ts';
import { isDoubt, type Quantifier, quantify, type Truth } from './truth.ts';

/** A place in the arguments of a step, and which places in them are not known yet. */
export type Place = { pointer: string; unknown: readonly string[] };

/** Any place in arguments of which all are known. */
export const ALL_KNOWN: Place = { pointer: '', unknown: [] };

/** The arguments as a whole. */
export function rootOf(unknown: readonly string[]): Place {
  return unknown.length === 0 ? ALL_KNOWN : { pointer: '', unknown };
}

/** Places are only told apart where some are not known. */
export function below(place: Place, key: string | number): Place {
  if (place === ALL_KNOWN) return place;
  return { pointer: `${place.pointer}/${pointerSegment(key)}`, unknown: place.unknown };
}

export function isUnknown(place: Place): boolean {
  return place !== ALL_KNOWN && isBelowAny(place.pointer, place.unknown);
}

/** Tests one value that is no list. */
export type ElementTest = (value: JsonValue, place: Place) => Truth;

type Scalar = string | number | boolean | null;

/**
 * The operators of one argument as tests of a single element, `exists` left out. A value of a type the operator
 * does not know is doubt: text is never read as a number, nor a number as text.
 */
export function compileOperators(asked: Operators, quantifier: Quantifier): ElementTest[] {
  const tests: (ElementTest | undefined)[] = [
    asked.eq === undefined ? undefined : equality([asked.eq], true),
    asked.ne === undefined ? undefined : equality([asked.ne], false),
    asked.in && equality(asked.in, true),
    asked.not_in && equality(asked.not_in, false),
    comparison(asked.gt, (value, limit) => value > limit),
    comparison(asked.gte, (value, limit) => value >= limit),
    comparison(asked.lt, (value, limit) => value < limit),
    comparison(asked.lte, (value, limit) => value <= limit),
    asked.matches === undefined ? undefined : matching(asked.matches),
    textual(asked.starts_with, (value, part) => value.startsWith(part)),
    textual(asked.ends_with, (value, part) => value.endsWith(part)),
    textual(asked.contains, (value, part) => value.includes(part)),
    asked.mentions && mentioning(asked.mentions),
    asked.in_domains && domainMembership(asked.in_domains, true, quantifier),
    asked.not_in_domains && domainMembership(asked.not_in_domains, false, quantifier),
  ];
  return tests.filter((test) => test !== undefined);
}

/** JSON's name for the type of a value. */
export function typeName(value: JsonValue): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

function wrongType(value: JsonValue, wanted: string): Truth {
  return { doubt: `it is a ${typeName(value)}, not a ${wanted}` };
}

/** Definite only between values of one type: `"5"` is neither 5 nor surely not 5 to the tool behind. */
function equality(operands: readonly Scalar[], whenListed: boolean): ElementTest {
  const listed = new Set<JsonValue>(operands);
  const types = [...new Set(operands.map(typeName))].sort();
  const hasTexts = types.includes('string');
  return (value) => {
    if (hasTexts && typeof value === 'string') return listed.has(value) === whenListed;
    if (value !== null && typeof value === 'object') return wrongType(value, types.join(' or '));
    if (!types.includes(typeName(value))) return wrongType(value, types.join(' or '));
    return listed.has(value) === whenListed;
  };
}

function comparison(
  limit: number | undefined,
  holds: (value: number, limit: number) => boolean,
): ElementTest | undefined {
  if (limit === undefined) return undefined;
  return (value) => {
    if (typeof value !== 'number') return wrongType(value, 'number');
    return Number.isFinite(value) ? holds(value, limit) : { doubt: 'it is not a finite number' };
  };
}

function textual(
  part: string | undefined,
  holds: (value: string, part: string) => boolean,
): ElementTest | undefined {
  if (part === undefined) return undefined;
  return (value) => (typeof value === 'string' ? holds(value, part) : wrongType(value, 'string'));
}

/** The schema compiled this pattern before, so it compiles again. */
function matching(source: string): ElementTest {
  const { pattern, error } = compilePattern(source);
  if (pattern === undefined) throw new TypeError(error);
  return (value) => (typeof value === 'string' ? pattern.test(value) : wrongType(value, 'string'));
}

function domainMembership(
  domains: readonly string[],
  whenInside: boolean,
  quantifier: Quantifier,
): ElementTest {
  const listed = new Set(domains);
  return (value) => {
    if (typeof value !== 'string') return wrongType(value, 'string');
    const hosts = hostsOf(value);
    if ('doubt' in hosts) return hosts;
    return quantify(hosts, quantifier, (host) => isInDomains(host, listed) === whenInside);
  };
}

/** True where some text inside the value (keys and numbers too) mentions one of the parts. */
function mentioning(parts: readonly string[]): ElementTest {
  const speaks = mentionsOf(parts);
  const search = (value: JsonValue, place: Place): Truth => {
    if (isUnknown(place)) return { doubt: `the value at ${place.pointer} is not known yet` };
    if (value === null || typeof value !== 'object') return speaks(String(value));
    const entries = place === ALL_KNOWN ? Object.entries(value) : orderedEntries(value);
    if (!Array.isArray(value) && entries.some(([key]) => speaks(key))) return true;
    if (entries.length === 0) return false;
    return quantify(entries, 'any', ([key, item]) => search(item, below(place, key)));
  };
  return search;
}

/** Which doubt is named must not depend on the order in which members were sent. */
function orderedEntries(value: object): [string, JsonValue][] {
  const entries: [string, JsonValue][] = Object.entries(value);
  return Array.isArray(value) ? entries : entries.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** All tests hold for the same element; a definite no wins over doubt. */
export function holdsForElement(tests: readonly ElementTest[], value: JsonValue, place: Place): Truth {
  let result: Truth = true;
  for (const test of tests) {
    const truth = test(value, place);
    if (truth === false) return false;
    if (isDoubt(truth) && result === true) result = truth;
  }
  return result;
}
