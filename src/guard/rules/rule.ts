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
  /** The same without gaps, for texts written with gaps or digits inside words; made by `gapless`. */
  gapless?: RegExp;
  /** Where only these directions make the phrase suspicious. */
  directions?: readonly ('input' | 'context' | 'output' | 'arguments')[];
  /** Texts in which the row must be found, and texts in which it must not. Tested, and shown in the docs. */
  hits: readonly string[];
  misses: readonly string[];
};

/**
 * Compiles a phrase. A space stands for one gap, `\b` for the end of a word in any script. Quantifiers MUST be
 * bounded, because the time for a hit is what bounds the time for a text.
 */
export function phrase(source: string): RegExp {
  return new RegExp(
    source.normalize('NFKC').replaceAll(' ', '\\s').replaceAll('\\b', '(?![\\p{L}\\p{M}])'),
    'yu',
  );
}

/** Up to `count` words of whatever, each with the gap after it. */
export function words(count: number): string {
  return `(?:\\S{1,24} ){0,${count}}?`;
}

/** Alternatives as one group. */
export function anyOf(...alternatives: string[]): string {
  return `(?:${alternatives.join('|')})`;
}

/** A phrase without gaps, in the spelling of the joined view, where `l` reads as `i`. Letters and groups only. */
export function gapless(source: string): RegExp {
  return new RegExp(source.replaceAll('l', 'i'), 'g');
}
