import type { PhraseRule } from './rule.ts';
import { together } from './together.ts';

/**
 * `tail` is what must follow the last part; `not` words that turn the head around when they stand right before or right
 * after it.
 */
export type NearOptions = { window: number; isRunOn: boolean; tail?: string; not?: string };

/**
 * The source of a pattern that matches a word of the head where, for each of the parts, one of its words stands near,
 * before or after it in one sentence; and which words to wait for. Head and parts are literals between bars.
 */
export function nearWords(
  head: string,
  parts: readonly string[],
  { tail = '', ...near }: NearOptions,
): { source: string; beside: NonNullable<PhraseRule['beside']> } {
  const spell = (words: string) => alternatives(words, near.isRunOn);
  const last = parts.length - 1;
  return {
    source: together(
      spell(head),
      parts.map((part, index) => (index === last ? `(?:${spell(part)})${tail}` : spell(part))),
      near,
    ),
    beside: { words: parts.map(literals), window: near.window },
  };
}

/** The alternatives as they may stand in a text, where a typographic apostrophe is written for the plain one. */
export function literals(words: string): string[] {
  return words.split('|').flatMap((word) => {
    const start = word.trim();
    return start.includes("'") ? [start, start.replaceAll("'", '’')] : [start];
  });
}

/** The beginnings of a rule, written in lines of literals between bars. */
export function listed(...lines: readonly string[]): string[] {
  return literals(lines.join('|'));
}

/**
 * Literals as alternatives of a pattern; either apostrophe is meant by both. Where words have gaps, a literal of up to
 * three letters is a whole word: as a beginning it would be found in words of any language.
 */
export function alternatives(words: string, isRunOn: boolean): string {
  return words
    .replace(/[()[\]{}*+?^$\\.]/g, '\\$&')
    .split('|')
    .map((word) => (isRunOn || word.length > 3 || word.endsWith(' ') ? word : `${word}\\b`))
    .join('|')
    .replace(/['’]/g, "['’]");
}
