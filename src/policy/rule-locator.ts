import type { JsonValue } from '../json/value.ts';
import { createLocator, type Location, type Locator, lineOf, lineStarts } from './location.ts';

/** Stands before the text of one rule, so that pointers lead into it as they do in the whole file. */
const HEAD = 'rules:\n';

/** A text with rules, what each of them says, and the lines on which they begin (`ruleLines`). */
type RuleText = { text: string; rules: readonly JsonValue[]; lines: readonly number[] };

/** By what a rule says: the very same object stands for the very same text. */
const known = new WeakMap<object, Locator>();

/** As `createLocator` of such a text: a place in a rule is found by reading that rule alone, once. */
export function createRuleLocator({ text, rules, lines }: RuleText): Locator {
  const whole = createLocator(text);
  let starts: number[] | undefined;
  const ruleAt = (index: number): { locator: Locator; line: number } => {
    starts ??= lineStarts(text);
    const line = lineOf(starts, lines[index] ?? 0);
    const rule = rules[index];
    const isObject = typeof rule === 'object' && rule !== null;
    const locator =
      (isObject ? known.get(rule) : undefined) ??
      createLocator(`${HEAD}${text.slice(lines[index], lines[index + 1])}`);
    if (isObject) known.set(rule, locator);
    return { locator, line };
  };
  const find = <T extends Location | undefined>(
    pointer: string,
    seek: (locator: Locator, at: string) => T,
  ): T => {
    const [, index, rest] = /^\/rules\/(0|[1-9]\d*)(\/.*)?$/s.exec(pointer) ?? [];
    if (index === undefined || Number(index) >= lines.length - 1) return seek(whole, pointer);
    const { locator, line } = ruleAt(Number(index));
    const found = seek(locator, `/rules/0${rest ?? ''}`);
    return found === undefined ? found : { ...found, line: found.line + line - 1 };
  };
  return {
    at: (pointer) => find(pointer, (locator, at) => locator.at(at)),
    inside: (pointer, place) => find(pointer, (locator, at) => locator.inside(at, place)),
  };
}
