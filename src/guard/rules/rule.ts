import type { Severity } from '../finding.ts';

/**
 * What a hit says about a text, in terms of scoring. Of each family only the strongest hit counts, so saying the
 * same thing twice weighs no more than once.
 */
export const FAMILIES = [
  'override',
  'spoofing',
  'jailbreak',
  'unrestrained',
  'persona',
  'duality',
  'maker_policy',
  'unlawful',
  'coercion',
  'forced_beginning',
  'fiction',
  'authority',
  'approval',
  'extraction',
  'addressed',
  'secrecy',
  'exfiltration',
  'concealment',
] as const;
export type Family = (typeof FAMILIES)[number];

/** A phrase the guard knows. A rule is a row: one more phrase is one more row, in any language. */
export type PhraseRule = {
  /** Stable: it is the `detector` of findings, and rules of operators may name it. */
  id: string;
  family: Family;
  category: string;
  severity: Severity;
  /** What the phrase adds to the score; see docs/guard.md. */
  weight: number;
  /** BCP 47 tags, or `any`. */
  languages: readonly string[];
  message: string;
  /** Literal beginnings, folded; the pattern is tried only where one of them stands at the start of a word. */
  starts: readonly string[];
  /** Matches from a start on, in the folded view; made by `phrase`, so a space in it is any gap. */
  pattern: RegExp;
  /**
   * Words of which one of each list stands near the start, before or after it, in every text the pattern matches. The
   * pattern is not tried before they were all seen.
   */
  beside?: { words: readonly (readonly string[])[]; window: number };
  /** Where only these directions make the phrase suspicious. */
  directions?: readonly ('input' | 'context' | 'output' | 'arguments')[];
  /** Texts in which the row must be found, and texts in which it must not. Tested, and shown in the docs. */
  hits: readonly string[];
  misses: readonly string[];
};

/**
 * A letter of any script, or a mark on one, as a short class: all but ASCII without its letters, and the blocks of
 * signs. The classes of Unicode make patterns that are ten times as large and no better at this.
 */
const LETTER =
  '[^\\0-@\\[-`{-\\xa9\\xab-\\xb4\\xb6-\\xb9\\xbb-\\xbf\\u2000-\\u206f\\u3000-\\u3004\\u3008-\\u3020\\uff00-\\uff20]';

/** A letter of the Latin script, folded: all that can go on with a word of it, in a class a tenth as large. */
const LATIN_LETTER = '[a-z\\xdf-\\u02af]';
const BEYOND_LATIN = /[\p{L}--\p{Script=Latin}]/v;

/**
 * Compiles a phrase. A space stands for one gap, `\b` for the end of a word, `\p{L}` for a letter: of any script, or where
 * the phrase is written in Latin letters alone, of this one. Quantifiers MUST be bounded, because the time for a hit is
 * what bounds the time for a text.
 */
export function phrase(source: string): RegExp {
  const letter = BEYOND_LATIN.test(source) ? LETTER : LATIN_LETTER;
  const plain = source
    .normalize('NFKC')
    .replaceAll(' ', '\\s')
    .replaceAll('\\b', '(?!\\p{L})')
    .replaceAll('\\p{L}', letter);
  return new RegExp(plain, 'y');
}

/** Up to `count` words of whatever, each with the gap after it. */
export function words(count: number): string {
  return `(?:\\S{1,24} ){0,${count}}?`;
}

/** Alternatives as one group. */
export function anyOf(...alternatives: string[]): string {
  return `(?:${alternatives.join('|')})`;
}

/**
 * Not what somebody else is told to do ("the captain told the crew to …"), and not what is said of a thing ("prompts
 * that …", "it may …"). What *you* are told, and what you can and may, counts.
 */
export const NOT_REPORTED =
  '(?<!(?:order|told|tell|ask|instruct|command|request|persuad|trick|convinc|attempt|tri|try)\\S{0,5} (?:(?!you )\\S{1,16} ){1,4}to )(?<!(?:that|which|who|and/or) )(?<!(?<!you )(?:can|could|may|might|would) )';
