import type { ArgumentRule } from './argument-rule.ts';
import { ARGUMENT_RULES } from './argument-rules.ts';
import { literalSearch } from './literal-search.ts';
import { alternativesOf } from './needed-literals.ts';

/** One alternative of the pattern of a rule, tried by itself. */
export type RuleForm = { rule: ArgumentRule; pattern: RegExp };

/** Sets of literals, of which forms need one or several. */
const SETS: string[][] = [];
const PLACES = new Map<string, number>();
const FORMS: { form: RuleForm; needs: readonly number[] }[] = ARGUMENT_RULES.flatMap((rule) =>
  alternativesOf(rule.pattern).map(({ source, needed }) => ({
    form: { rule, pattern: new RegExp(source, rule.pattern.flags) },
    needs: [...new Set(needed.map(placeOf))],
  })),
);

function placeOf(literals: readonly string[]): number {
  const name = literals.join('\n');
  const place = PLACES.get(name) ?? SETS.push([...literals]) - 1;
  PLACES.set(name, place);
  return place;
}

/** Of each literal the sets that it stands in. */
const SETS_OF = new Map<string, number[]>();
for (const [place, set] of SETS.entries())
  for (const literal of set) SETS_OF.set(literal, [...(SETS_OF.get(literal) ?? []), place]);
const SEARCH = literalSearch([...SETS_OF.keys()]);
const SETS_BY_NUMBER = [...SETS_OF.values()];

/** The forms that may match a text: of each set of literals that they need one stands in it. */
export function formsFor(text: string): RuleForm[] {
  const isSeen = new Uint8Array(SETS_BY_NUMBER.length);
  SEARCH.each(text, (literal) => {
    isSeen[literal] = 1;
  });
  const isMet = new Uint8Array(SETS.length);
  for (const [literal, sets] of SETS_BY_NUMBER.entries())
    if (isSeen[literal] === 1) for (const set of sets) isMet[set] = 1;
  const forms: RuleForm[] = [];
  for (const { form, needs } of FORMS) if (needs.every((set) => isMet[set] === 1)) forms.push(form);
  return forms;
}
