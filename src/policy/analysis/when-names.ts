import type { NameAttribute, RuleContent } from '../rule-schema.ts';
import { parseCondition } from '../when/parse.ts';
import { comparisonsIn } from './errors/when-comparisons.ts';
import { effectOf, type Vocabulary } from './known-names.ts';
import type { RuleFinding } from './lint-issue.ts';

/** Where a condition finds a name of each kind. */
const WAYS: Partial<Record<NameAttribute, readonly string[]>> = {
  tool_name: ['step.tool_name', 'plan.steps[].tool_name'],
  capability: ['step.capability'],
  agent_id: ['agent.agent_id'],
  agent_name: ['agent.agent_name'],
  agent_type: ['agent.agent_type'],
  tenant_id: ['agent.tenant_id'],
};

/** Names that a `when` compares with and that nothing in the files has. */
export function unknownInWhen({ id, when }: RuleContent, known: readonly Vocabulary[]): RuleFinding[] {
  if (when === undefined) return [];
  return [...comparisonsIn(parseCondition(when))].flatMap(({ way, value, constant, isLeftOut }) => {
    const vocabulary = known.find(({ attribute }) => WAYS[attribute]?.includes(way));
    if (vocabulary === undefined || typeof value !== 'string' || vocabulary.isKnown(value)) return [];
    const names = isLeftOut ? { not_in: [value] } : [value];
    return [
      {
        code: vocabulary.code,
        rule_ids: [id],
        pointer: '/when',
        inside: { text: when, offset: constant.at },
        message: `${vocabulary.absence(value)}, so this comparison of rule ${id} ${effectOf(names, vocabulary)}`,
        unknown: { vocabulary, name: value },
      },
    ];
  });
}
