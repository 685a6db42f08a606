import type { StepView } from '../bundle.ts';
import type { Condition } from '../condition.ts';
import { compileExpression } from './expression.ts';
import { ConditionError } from './limits.ts';
import { rootOf } from './places.ts';
import { type Declarations, refusal, wrongKind } from './scope.ts';
import { type Node, textOf } from './syntax.ts';
import { BOOL, kindNames } from './types.ts';
import { Fault, isMap, kindOf, Timestamp, type Value } from './value.ts';

/** A condition, or what is wrong with its text and at which character. */
export type WhenResult =
  | { condition: Condition; error?: never }
  | { condition?: never; error: ConditionError };

/**
 * Compiles the `when` of a rule. What it makes is pure, bounded in time, and never throws: what has no answer is
 * doubt.
 */
export function compileWhen(source: string, declarations: Declarations<StepView>): WhenResult {
  try {
    return { condition: conditionOf(source, declarations) };
  } catch (error) {
    if (error instanceof ConditionError) return { error };
    throw error;
  }
}

function conditionOf(source: string, declarations: Declarations<StepView>): Condition {
  const { node, type, evaluate, isConstant, places } = compileExpression(source, declarations);
  if ((type.kinds & BOOL) === 0)
    throw refusal(node, `a condition is true or false, and this is ${kindNames(type.kinds)}`);
  if (isConstant) throw refusal(node, 'it looks at nothing, so the answer is always the same', 'remove it');
  return {
    label: `when ${shortened(source.replaceAll(/\s+/g, ' '))}`,
    test: (step) => {
      const value = evaluate(step);
      return typeof value === 'boolean' ? value : wrongKind(node, value, BOOL).doubt;
    },
    seen: (step) => {
      const told = new Set(places().map((place) => describe(place.node, place.evaluate(step))));
      return told.size === 0 ? 'it is false' : [...told].join(', ');
    },
  };
}

function shortened(words: string): string {
  return words.length <= 120 ? words : `${words.slice(0, 117)}...`;
}

/** What an agent may put anything into; there only the length of a text is told. */
const PRIVATE_ROOTS = ['args', 'plan'];

function describe(node: Node, value: Value): string {
  const name = textOf(node);
  if (value instanceof Fault) return `${name} ${value.reason}`;
  if (typeof value === 'string') {
    const isPrivate = PRIVATE_ROOTS.includes(rootOf(node) ?? '');
    return isPrivate ? `${name} is a text of ${value.length} characters` : `${name} is ${value}`;
  }
  if (Array.isArray(value)) return `${name} is a list of ${value.length}`;
  if (value instanceof Timestamp || isMap(value)) return `${name} is ${kindNames(kindOf(value))}`;
  return `${name} is ${String(value)}`;
}
