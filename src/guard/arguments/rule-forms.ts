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
/** Of each set the forms that need it, by their places in `FORMS`. */
const FORMS_BY_SET = SETS.map((_, set) =>
  FORMS.flatMap(({ needs }, form) => (needs.includes(set) ? [form] : [])),
);
const NEEDS = Uint8Array.from(FORMS, ({ needs }) => needs.length);
const NEEDING_NOTHING = FORMS.flatMap(({ needs }, form) => (needs.length === 0 ? [form] : []));

/** What one search remembers. Made once: most texts are short, and hold no literal at all. */
const isSeen = new Uint8Array(SETS_BY_NUMBER.length);
const isMet = new Uint8Array(SETS.length);
const missing = new Uint8Array(FORMS.length);

/** The forms that may match a text: of each set of literals that they need one stands in it. */
export function formsFor(text: string): RuleForm[] {
  isSeen.fill(0);
  isMet.fill(0);
  missing.set(NEEDS);
  const found = [...NEEDING_NOTHING];
  SEARCH.each(text, (literal) => {
    if (isSeen[literal] === 1) return;
    isSeen[literal] = 1;
    for (const set of SETS_BY_NUMBER[literal] ?? []) meet(set, found);
  });
  return found.sort((one, other) => one - other).flatMap((form) => FORMS[form]?.form ?? []);
}

/** A set is met: forms that lack no other are found. */
function meet(set: number, found: number[]): void {
  if (isMet[set] === 1) return;
  isMet[set] = 1;
  for (const form of FORMS_BY_SET[set] ?? []) {
    const rest = (missing[form] ?? 0) - 1;
    missing[form] = rest;
    if (rest === 0) found.push(form);
  }
}
