import { type RuleOrigins, ruleWhere } from './content.ts';
import type { Issue } from './problem.ts';
import type { RuleContent } from './rule-schema.ts';
import type { ArgumentTypes } from './when/argument-types.ts';
import { declarationsFor } from './when/variables.ts';
import { compileWhen } from './when/when-condition.ts';

type CompiledWhen = ReturnType<typeof compileWhen>;

const compiled = new WeakMap<RuleContent, { typesOf: ArgumentTypes; when: CompiledWhen }>();

/**
 * The `when` of a rule, compiled against the arguments of the tools that the rule can speak of; nothing where it has none.
 * For the same rule and the same types of arguments it is the same condition again.
 */
export function conditionOf(rule: RuleContent, typesOf: ArgumentTypes): CompiledWhen | undefined {
  if (rule.when === undefined) return undefined;
  const before = compiled.get(rule);
  if (before?.typesOf === typesOf) return before.when;
  const when = compileWhen(rule.when, declarationsFor(typesOf(rule.match.tool_name)));
  compiled.set(rule, { typesOf, when });
  return when;
}

/** What is wrong with the `when` of rules. */
export function conditionIssues(
  rules: readonly RuleContent[],
  typesOf: ArgumentTypes,
  origins: RuleOrigins,
): Issue[] {
  return rules.flatMap((rule): Issue[] => {
    const { error } = conditionOf(rule, typesOf) ?? {};
    if (rule.when === undefined || error === undefined) return [];
    const { message, hint, offset } = error;
    const inside = { text: rule.when, offset };
    const place = ruleWhere(origins, rule.id, '/when');
    return [{ ...place, message, inside, ...(hint === undefined ? {} : { hint }) }];
  });
}
