import type { OperatorPlace } from '../finding.ts';
import type { Abuse } from './argument-abuse.ts';

const RISK = { category: 'code_injection', severity: 'high' } as const;
/** The same as `code.query_operator` of texts. */
const ALWAYS_HOLDS = {
  ...RISK,
  id: 'code.operator_holds',
  weight: 4,
  message: 'An operator of a document query that holds whatever the value is.',
} as const;
const RUNS_CODE = {
  ...RISK,
  id: 'code.operator_runs',
  weight: 6,
  message: 'An operator of a document query that runs code on the server.',
} as const;
export const OPERATOR_ROWS = [ALWAYS_HOLDS, RUNS_CODE];

const CODE = new Set(['$where', '$function', '$accumulator', '$eval']);
const COMPARISONS = new Set(['$ne', '$gt', '$gte', '$lt', '$lte', '$nin', '$not', '$regex', '$exists']);
/** Members that are compared with one value, and never with others than it. */
const SECRET = /^(?:pass(?:word|wd|phrase|code)?|pwd|pin|otp|secret|token|api_?key)$/i;
/** Members that say who somebody is: anybody is nobody. */
const IDENTITY = /^(?:user(?:_?name|_?id)?|login|e_?mail|account)$/i;
/** A pattern that anything matches. */
const ANYTHING = /^\^?(?:\.[*+]|\.\{0,\}|\[\^?\\?.{1,3}\]\*)?\$?$/;

/**
 * Abuse by an operator in a nested argument, where a plain value may have been meant: code that the server runs, and comparisons that
 * everything passes. A filter that compares (`age: { $gte: 18 }`, `closed_at: { $ne: null }`) is what tools that search take.
 */
export function operatorAbuse(name: string, { under, operand }: OperatorPlace): Abuse[] {
  const row = CODE.has(name) ? RUNS_CODE : holdsAlways(name, under, operand) ? ALWAYS_HOLDS : undefined;
  return row === undefined ? [] : [{ ...row, start: 0, end: name.length }];
}

function holdsAlways(name: string, under: string, operand: unknown): boolean {
  if (name === '$or' || name === '$nor') return Array.isArray(operand) && operand.some(isEmpty);
  if (!COMPARISONS.has(name)) return false;
  if (SECRET.test(under)) return true;
  if (name === '$regex') return typeof operand === 'string' && ANYTHING.test(operand);
  if (name === '$ne') return IDENTITY.test(under) && isEmpty(operand);
  return (name === '$gt' || name === '$gte' || name === '$nin') && isEmpty(operand);
}

/** Nothing, an empty text, list or object. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
