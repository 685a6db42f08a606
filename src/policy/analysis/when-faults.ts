import { startOf, textOf } from '../when/syntax.ts';
import { whenBounds } from './errors/when-bounds.ts';
import { obstacleWithin } from './errors/when-errors.ts';
import type { GrantShape } from './grant-shapes.ts';
import type { RuleFinding } from './lint-issue.ts';
import type { RuleShape } from './rule-shape.ts';

/** A `when` for which the schemas and levels of the rule's tools leave no value. */
export function whenFaults({ rule, side }: RuleShape, about: readonly GrantShape[]): RuleFinding[] {
  const { id, when } = rule;
  const obstacle = about.length === 0 ? undefined : obstacleWithin(rule, whenBounds(about));
  if (when === undefined || obstacle === undefined) return [];
  const why = `\`${textOf(obstacle)}\` is never true of what the rule's tools take`;
  const message =
    side === 'must'
      ? `rule ${id} can never match: ${why}; correct it or remove the rule`
      : `this condition of rule ${id} never surely holds: ${why}; correct it or remove the rule`;
  return [
    {
      ...{ code: side === 'must' ? 'vacuous' : 'holds_only_in_doubt', rule_ids: [id], message },
      ...{ pointer: '/when', inside: { text: when, offset: startOf(obstacle) } },
    },
  ];
}
