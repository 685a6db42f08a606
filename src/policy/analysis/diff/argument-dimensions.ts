import type { JsonValue } from '../../../json/value.ts';
import type { Operators } from '../../argument-schema.ts';
import type { RuleContent } from '../../rule-schema.ts';
import type { Dimension, Surroundings } from './dimension.ts';
import { literalsOf } from './literals.ts';
import { EVERY_KIND, memberSchemas, valuesOfSchema } from './schema-values.ts';
import { valuesToTry } from './values-to-try.ts';
import { argumentAt } from './with-argument.ts';

/** An argument that no schema is likely to have. */
const OTHER_ARGUMENT = '/some-other-argument';

/**
 * The arguments that rules ask about, and where schemas are tried all that these name: with values from the rules, and with
 * those at and around the bounds of the schemas.
 */
export function argumentDimensions(
  rules: readonly RuleContent[],
  { schemas, isSchemaTried }: Pick<Surroundings, 'schemas' | 'isSchemaTried'>,
): Dimension[] {
  const expressions = rules.flatMap(({ when = [] }) => when);
  const constants = expressions.flatMap((text) => {
    const { numbers, texts } = literalsOf(text);
    return [...numbers, ...texts];
  });
  const asked = askedIn(rules, expressions);
  const members = memberSchemas(schemas);
  if (isSchemaTried)
    for (const pointer of [...members.keys(), OTHER_ARGUMENT])
      if (!asked.has(pointer)) asked.set(pointer, []);
  return [...asked].map(([pointer, operators]): Dimension => {
    const bySchema = (members.get(pointer) ?? []).flatMap(valuesOfSchema);
    const { values } = valuesToTry(operators, constants, [...bySchema, ...EVERY_KIND]);
    return {
      name: `args.${pointer}`,
      changes: changesOf(pointer, [...values, undefined]),
      isComplete: false,
    };
  });
}

function changesOf(pointer: string, values: readonly (JsonValue | undefined)[]): Dimension['changes'] {
  // All arguments together are searched: any one of them will do.
  const argument = argumentAt(pointer === '' ? '/note' : pointer);
  return values.map((value) => (step) => ({ ...step, arguments: argument(step.arguments, value) }));
}

/** Arguments that a rule asks something of without a condition on their value. */
function namedBeside({ taint, history = [] }: RuleContent): string[] {
  const past = history.flatMap(({ same = [], new: fresh = [] }) => [...same, ...fresh]);
  // Of an argument that is missing nobody knows the trust.
  return [...Object.keys(taint), ...past];
}

function askedIn(rules: readonly RuleContent[], expressions: readonly string[]): Map<string, Operators[]> {
  const asked = new Map<string, Operators[]>();
  const note = (pointer: string, operators: readonly Operators[]) =>
    asked.set(pointer, [...(asked.get(pointer) ?? []), ...operators]);
  for (const rule of rules) {
    for (const [pointer, operators] of Object.entries(rule.args)) note(pointer, [operators]);
    for (const pointer of namedBeside(rule)) note(pointer, []);
  }
  for (const text of expressions)
    for (const [, name] of text.matchAll(/\bargs\.([a-zA-Z_]\w*)/g)) note(`/${name}`, []);
  return asked;
}
