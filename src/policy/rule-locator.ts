import { createLocator, type Location, type Locator, lineOf, lineStarts } from './location.ts';

/** Stands before the text of one rule, so that pointers lead into it as they do in the whole file. */
const HEAD = 'rules:\n';

type Rule = { locator: Locator; line: number };

/**
 * As `createLocator` of a text whose rules begin on these lines (`ruleLines`): a place in a rule is found by reading that
 * rule alone.
 */
export function createRuleLocator(text: string, lines: readonly number[]): Locator {
  const whole = createLocator(text);
  const rules = new Map<number, Rule>();
  let starts: number[] | undefined;
  const ruleAt = (index: number): Rule => {
    const known = rules.get(index);
    if (known !== undefined) return known;
    starts ??= lineStarts(text);
    const locator = createLocator(`${HEAD}${text.slice(lines[index], lines[index + 1])}`);
    const rule = { locator, line: lineOf(starts, lines[index] ?? 0) };
    rules.set(index, rule);
    return rule;
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
