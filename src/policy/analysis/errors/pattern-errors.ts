import type { RuleContent } from '../../rule-schema.ts';
import { parseCondition } from '../../when/parse.ts';
import { type Node, partsOf, startOf } from '../../when/syntax.ts';
import { matchesNothing } from './empty-pattern.ts';
import type { RuleError } from './rule-error.ts';

const MESSAGE =
  'no text matches this pattern: it asks for something behind the end of the text, or before its start';

/** Patterns of `args` that match nothing. */
export function patternErrors({ args }: RuleContent): RuleError[] {
  return Object.entries(args).flatMap(([pointer, { matches }]) =>
    matches !== undefined && matchesNothing(matches)
      ? [{ members: ['args', pointer, 'matches'], message: MESSAGE }]
      : [],
  );
}

/** The same of a `when` that compiles. */
export function patternErrorsInWhen({ when }: RuleContent): RuleError[] {
  if (when?.includes('matches') !== true) return [];
  return patternsIn(parseCondition(when)).map((node) => ({
    members: ['when'],
    inside: { text: when, offset: startOf(node) },
    message: MESSAGE,
  }));
}

function patternsIn(node: Node): Node[] {
  const inside = partsOf(node).flatMap(patternsIn);
  if (node.kind !== 'call' || node.name !== 'matches') return inside;
  const pattern = node.operands[1];
  const isEmpty =
    pattern?.kind === 'constant' && typeof pattern.value === 'string' && matchesNothing(pattern.value);
  return isEmpty ? [...inside, pattern] : inside;
}
