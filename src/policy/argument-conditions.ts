import { parsePointer } from '../json/pointer.ts';
import type { JsonValue } from '../json/value.ts';
import type { Operators } from './argument-schema.ts';
import type { StepView } from './bundle.ts';
import type { Condition, ShareCondition } from './condition.ts';
import { hostsOf } from './hosts.ts';
import {
  ALL_KNOWN,
  below,
  compileOperators,
  type ElementTest,
  holdsForElement,
  isUnknown,
  type Place,
  rootOf,
} from './operators.ts';
import type { RuleContent } from './rule-schema.ts';
import { taintCondition } from './taint-condition.ts';
import { type Quantifier, quantify, type Truth } from './truth.ts';

const MISSING = { doubt: 'the argument is missing' };
const NULL = { doubt: 'the argument is null: neither there nor absent' };
const UNKNOWN = { doubt: 'the value comes from another step and is not known yet' };

/** The conditions of a rule's `args` and `taint`. Lists are judged element by element, with `quantifier`. */
export function argumentConditions(
  { args, taint }: Pick<RuleContent, 'args' | 'taint'>,
  quantifier: Quantifier,
  share: ShareCondition,
): Condition[] {
  const pointers = (mapping: object) => Object.keys(mapping).sort();
  const asked = pointers(args).map((pointer) => {
    const operators = args[pointer] ?? {};
    return share(['args', pointer, operators, quantifier], () =>
      argumentCondition(pointer, operators, quantifier),
    );
  });
  const tainted = pointers(taint).map((pointer) => {
    const levels = taint[pointer] ?? [];
    return share(['taint', pointer, levels, quantifier], () => taintCondition(pointer, levels, quantifier));
  });
  return [...asked, ...tainted];
}

type Judge = {
  segments: readonly string[];
  exists: boolean | undefined;
  tests: readonly ElementTest[];
  quantifier: Quantifier;
};

function argumentCondition(pointer: string, asked: Operators, quantifier: Quantifier): Condition {
  const segments = parsePointer(pointer) ?? [];
  const judge: Judge = {
    segments,
    exists: asked.exists,
    tests: compileOperators(asked, quantifier),
    quantifier,
  };
  return {
    label: `args.${pointer || '*'} ${describe(asked)}`,
    test: testOf(judge),
    seen: (step) => describeArgument(step, segments, asked),
  };
}

/** Most conditions are one question on one argument, and nothing in most steps is unknown: these need no walk. */
function testOf(judge: Judge): Condition['test'] {
  const { segments, tests, exists } = judge;
  const [name] = segments;
  const walk = ({ arguments: args, unknown_pointers: unknown }: StepView) =>
    judgePlace(judge, args, 0, rootOf(unknown));
  if (name === undefined || segments.length > 1) return walk;
  const [only] = exists === undefined && tests.length === 1 ? tests : [];
  const isInherited = name in Object.prototype;
  return (step) => {
    if (step.unknown_pointers.length > 0) return walk(step);
    // What no object inherits is its own if it is there at all, and need not be asked for twice.
    const value = isInherited ? member(step.arguments, name) : step.arguments[name];
    if (value === undefined) return judgeAbsent(judge);
    if (only === undefined || Array.isArray(value)) return judgeValue(judge, value, ALL_KNOWN);
    return only(value, ALL_KNOWN);
  };
}

/**
 * Follows the pointer down from a value at `place`. A segment that meets a list and is no index goes into every element,
 * so `recipients.email` judges each recipient.
 */
function judgePlace(judge: Judge, value: JsonValue, depth: number, place: Place): Truth {
  const { segments, quantifier } = judge;
  if (isUnknown(place)) return judgeUnknown(judge, depth);
  if (depth === segments.length) return judgeValue(judge, value, place);
  const segment = segments[depth] as string;
  if (Array.isArray(value) && !/^\d+$/.test(segment)) {
    return quantify(value, quantifier, (item, index) => judgePlace(judge, item, depth, below(place, index)));
  }
  const next = member(value, segment);
  return next === undefined ? judgeAbsent(judge) : judgePlace(judge, next, depth + 1, below(place, segment));
}

/** What another step will put here: it will be there, but nobody knows what it will be, nor what lies below it. */
function judgeUnknown({ segments, exists, tests }: Judge, depth: number): Truth {
  if (depth < segments.length || exists === undefined) return UNKNOWN;
  if (!exists) return false;
  return tests.length === 0 ? true : UNKNOWN;
}

function judgeAbsent({ exists }: Judge): Truth {
  return exists === undefined ? MISSING : !exists;
}

function judgeValue(judge: Judge, value: JsonValue, place: Place): Truth {
  const { exists, tests } = judge;
  if (exists !== undefined) {
    if (value === null) return NULL;
    if (!exists || tests.length === 0) return exists;
  }
  return Array.isArray(value) ? judgeElements(judge, value, place) : holdsForElement(tests, value, place);
}

function judgeElements(judge: Judge, list: readonly JsonValue[], place: Place): Truth {
  return quantify(list, judge.quantifier, (item, index) => {
    const at = below(place, index);
    if (isUnknown(at)) return UNKNOWN;
    return Array.isArray(item) ? judgeElements(judge, item, at) : holdsForElement(judge.tests, item, at);
  });
}

/** An own member; never one of a prototype, nor the length of a list. */
function member(value: JsonValue | undefined, segment: string): JsonValue | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (Array.isArray(value)) return /^\d+$/.test(segment) ? value[Number(segment)] : undefined;
  return Object.hasOwn(value, segment) ? value[segment] : undefined;
}

function describe(asked: Operators): string {
  return Object.entries(asked)
    .map(([operator, operand]) => {
      const words = Array.isArray(operand) ? operand.join(', ') : String(operand);
      return `${operator} ${words.length <= 80 ? words : `${words.slice(0, 77)}...`}`;
    })
    .join(' and ');
}

function describeArgument(step: StepView, segments: readonly string[], asked: Operators): string {
  let value: JsonValue | undefined = step.arguments;
  for (const segment of segments) {
    if (Array.isArray(value) && !/^\d+$/.test(segment)) break;
    value = member(value, segment);
  }
  if (value === undefined) return 'it is missing';
  if (Array.isArray(value)) return `it is a list of ${value.length}`;
  if (typeof value === 'string') return describeText(value, asked);
  if (typeof value === 'number' || typeof value === 'boolean') return `it is ${value}`;
  return value === null ? 'it is null' : 'it is an object';
}

/** Hosts are named only where the rule asks for them: elsewhere a token could pass for one. */
function describeText(text: string, asked: Operators): string {
  const length = `it is a text of ${text.length} characters`;
  if (asked.in_domains === undefined && asked.not_in_domains === undefined) return length;
  const hosts = hostsOf(text);
  return 'doubt' in hosts ? `${length}: ${hosts.doubt}` : `it names ${hosts.slice(0, 5).join(', ')}`;
}
