import type { Condition } from './condition.ts';
import { type BundleContent, type RuleOrigins, ruleWhere } from './content.ts';
import type { Issue } from './problem.ts';
import { argumentTypes } from './when/argument-types.ts';
import { declarationsFor } from './when/variables.ts';
import { compileWhen } from './when/when-condition.ts';

/** The compiled `when` of the rules that have one, by rule id. */
export type WhenConditions = ReadonlyMap<string, Condition>;

/** Compiles the `when` of every rule, against the arguments of the tools that the rule can speak of. */
export function compileConditions(
  { rules, capabilities }: BundleContent,
  origins: RuleOrigins,
): { conditions: WhenConditions; issues: Issue[] } {
  const conditions = new Map<string, Condition>();
  const issues: Issue[] = [];
  const typesOf = argumentTypes(capabilities);
  for (const { id, match, when } of rules) {
    if (when === undefined) continue;
    const { condition, error } = compileWhen(when, declarationsFor(typesOf(match.tool_name)));
    if (condition !== undefined) {
      conditions.set(id, condition);
      continue;
    }
    const { message, hint, offset } = error;
    const inside = { text: when, offset };
    issues.push({
      ...ruleWhere(origins, id, '/when'),
      message,
      inside,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  return { conditions, issues };
}
