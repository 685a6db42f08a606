import { isBelowAny, parsePointer, pointerSegment } from '../json/pointer.ts';
import type { JsonValue } from '../json/value.ts';
import type { Operators } from './argument-schema.ts';
import type { StepView } from './bundle.ts';
import type { Condition } from './condition.ts';
import { hostsOf } from './hosts.ts';
import { compileOperators, type ElementTest, holdsForElement } from './operators.ts';
import type { RuleContent } from './rule-schema.ts';
import { type Quantifier, quantify, type Truth } from './truth.ts';

const MISSING = { doubt: 'the argument is missing' };
const NULL = { doubt: 'the argument is null: neither there nor absent' };
const UNKNOWN = { doubt: 'the value comes from another step and is not known yet' };

/** The conditions of a rule's `args` and `taint`. Lists are judged element by element, with `quantifier`. */
export function argumentConditions(
  { args, taint }: Pick<RuleContent, 'args' | 'taint'>,
  quantifier: Quantifier,
): Condition[] {
  const pointers = (mapping: object) => Object.keys(mapping).sort();
  const asked = pointers(args).map((pointer) => argumentCondition(pointer, args[pointer] ?? {}, quantifier));
  const tainted = pointers(taint).map((pointer) => taintCondition(pointer, taint[pointer] ?? []));
  return [...asked, ...tainted];
}

function taintCondition(pointer: string, levels: readonly string[]): Condition {
  return {
    label: `taint.${pointer} in ${levels.join(', ')}`,
    test: (step) => levels.includes(step.taintOf(pointer)),
    seen: (step) => `it is ${step.taintOf(pointer)}`,
  };
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
    test: (step) =>
      judgePlace(judge, { value: step.arguments, depth: 0, pointer: '' }, step.unknown_pointers),
    seen: (step) => describeArgument(step, segments, asked),
  };
}

type Place = { value: JsonValue | undefined; depth: number; pointer: string };

/**
 * Follows the pointer down from a place. A segment that meets a list and is no index goes into every element, so
 * `recipients.email` judges each recipient.
 */
function judgePlace(judge: Judge, place: Place, unknown: readonly string[]): Truth {
  const { segments, quantifier } = judge;
  const { value, depth, pointer } = place;
  if (unknown.length > 0 && isUnknown(pointer, unknown)) return judgeUnknown(judge, place);
  if (depth === segments.length) return judgeValue(judge, place, unknown);
  const segment = segments[depth] as string;
  if (Array.isArray(value) && !/^\d+$/.test(segment)) {
    return quantify(value, quantifier, (item, index) =>
      judgePlace(judge, { value: item, depth, pointer: below(pointer, index, unknown) }, unknown),
    );
  }
  const next = { value: member(value, segment), depth: depth + 1, pointer: below(pointer, segment, unknown) };
  return next.value === undefined ? judgeAbsent(judge) : judgePlace(judge, next, unknown);
}

/** What another step will put here: it will be there, but nobody knows what it will be, nor what lies below it. */
function judgeUnknown({ segments, exists, tests }: Judge, { depth }: Place): Truth {
  if (depth < segments.length || exists === undefined) return UNKNOWN;
  if (!exists) return false;
  return tests.length === 0 ? true : UNKNOWN;
}

function judgeAbsent({ exists }: Judge): Truth {
  return exists === undefined ? MISSING : !exists;
}

function judgeValue(
  { exists, tests, quantifier }: Judge,
  { value, pointer }: Place,
  unknown: readonly string[],
): Truth {
  if (exists !== undefined) {
    if (value === null) return NULL;
    if (!exists || tests.length === 0) return exists;
  }
  const judgeElement = (element: JsonValue, place: string): Truth => {
    if (unknown.length > 0 && isUnknown(place, unknown)) return UNKNOWN;
    if (!Array.isArray(element)) return holdsForElement(tests, { value: element, pointer: place, unknown });
    return quantify(element, quantifier, (item, index) => judgeElement(item, below(place, index, unknown)));
  };
  return judgeElement(value as JsonValue, pointer);
}

function isUnknown(pointer: string, unknown: readonly string[]): boolean {
  return isBelowAny(pointer, unknown);
}

/** Pointers are only built where a step has unknown places to compare them with. */
function below(pointer: string, key: string | number, unknown: readonly string[]): string {
  return unknown.length === 0 ? '' : `${pointer}/${pointerSegment(key)}`;
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
