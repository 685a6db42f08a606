import { type FindingNames, findingNames } from '../../../guard/finding-names.ts';
import { byIdentity } from '../../../json/by-identity.ts';
import { parsePointer, toPointer, valueAt } from '../../../json/pointer.ts';
import type { JsonValue } from '../../../json/value.ts';
import { type RuleOrigins, ruleWhere } from '../../content.ts';
import type { Grants } from '../../grants.ts';
import type { Issue, Place } from '../../problem.ts';
import type { RuleContent } from '../../rule-schema.ts';
import { conditionOf } from '../../when-conditions.ts';
import { GrantShapes } from '../grant-shapes.ts';
import { knownFindings, nameErrors } from './name-errors.ts';
import { patternErrors, patternErrorsInWhen } from './pattern-errors.ts';
import { pointerErrors } from './pointer-errors.ts';
import type { RuleError } from './rule-error.ts';
import { whenBounds } from './when-bounds.ts';
import { whenErrors } from './when-errors.ts';
import { writtenPath } from './written-path.ts';

/** What rules are held against, and where they stand. */
export type RuleErrorSource = {
  grants: Grants;
  origins: RuleOrigins;
  /** The files as they were read, by name; `policies.yaml` under the name that places without a file have. */
  written(file: string | undefined): JsonValue | undefined;
  /** The names that findings can have; those of the guard unless said otherwise. */
  findings?: FindingNames | undefined;
};

/**
 * Conditions that can never come to anything, because what they name is not in a list that is closed and known: the
 * arguments of tools by their schemas, the findings of the guard, the modes of a plan, the layer of the rule itself. What
 * may come to be without a change of these files (agents, tenants) is no error.
 */
export function ruleErrors(rules: readonly RuleContent[], source: RuleErrorSource): Issue[] {
  const { grants, origins, findings = findingNames() } = source;
  const errorsOf = checkerOf(grants)(findings);
  return rules.flatMap((rule) =>
    errorsOf(rule).map(
      ({ members, ...error }): Issue => ({
        ...error,
        ...placeOf(ruleWhere(origins, rule.id, ''), members, source),
      }),
    ),
  );
}

/** For the same rule, capabilities and findings it is the same answer again. */
const checkerOf = byIdentity((grants: Grants) => {
  const shapes = new GrantShapes(
    Object.fromEntries(grants.capabilities.map(({ capability, tools }) => [capability, { tools }])),
  );
  return byIdentity((findings: FindingNames) => {
    const known = knownFindings(findings);
    return byIdentity((rule: RuleContent): RuleError[] => [
      ...nameErrors(rule, known),
      ...pointerErrors(rule, shapes),
      ...patternErrors(rule),
      // What does not compile is told by whoever compiles it.
      ...(conditionOf(rule, grants.typesOf)?.condition === undefined
        ? []
        : [...whenErrors(rule, known, whenBounds(shapes.ofTools(rule))), ...patternErrorsInWhen(rule)]),
    ]);
  });
});

/** Where a member of a rule stands as its author wrote it. Rules that were made of other keys have one place alone. */
function placeOf(
  rule: Place,
  members: readonly string[],
  { written }: Pick<RuleErrorSource, 'written'>,
): Place {
  if (!/^\/rules\/\d+$/.test(rule.pointer)) return rule;
  const content = valueAt(written(rule.file), parsePointer(rule.pointer) ?? []);
  return { ...rule, pointer: `${rule.pointer}${toPointer(writtenPath(content as JsonValue, members))}` };
}
