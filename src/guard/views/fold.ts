import type { Span } from './view.ts';

/** A character with all that may combine with it; folding two of them apart or together gives the same. */
const SEGMENT = new RegExp(
  ['[^_](?:[_])*', '[_]+']
    .join('|')
    .replaceAll('_', '\\p{M}\\p{DI}\\u1160-\\u11ff\\u3131-\\u318e\\uff9e-\\uffdc\\ud7b0-\\ud7ff'),
  'gu',
);
/** What is not seen, and accents on Latin, Greek and Cyrillic letters. Vowel signs of other scripts stay. */
const DROPPED = /(?:\p{DI}|[\u0300-\u036f])+/gu;
const HEAVY = /[\p{DI}\ufdfa]|\p{M}{16}/u;
const INVISIBLE = /\p{DI}+/gu;
/** Normalizing takes quadratic time in the marks on one letter, so a pile of them is cut. */
const MARK_PILE = /(\p{M}{16})\p{M}+/gu;
/** One character that would grow to eighteen: an honorific, read as a gap. */
const LONG_LIGATURE = '\ufdfa';
const NOT_ASCII = /[^\0-\x7f]/;
/** White space and control characters. */
const GAP = /[\s\p{Cc}]+/gu;
const UNEVEN_GAP = /[^\S \n]|[ \n]{2}|(?!\n)\p{Cc}/u;
const LINE_END = /[\n\r\u2028\u2029]/;

/**
 * The form in which texts and phrases are compared: compatibility forms unified (NFKC), invisible characters and
 * Latin, Greek and Cyrillic accents out, lower case, and every gap one space, or one line feed where it held a line
 * end. Lone surrogates read as U+FFFD. Folding twice changes nothing more.
 */
export function fold(text: string): string {
  return evenGaps(NOT_ASCII.test(text) ? foldLetters(text.toWellFormed()) : text.toLowerCase());
}

function foldLetters(text: string): string {
  const decomposed = (HEAVY.test(text) ? lighten(text) : text).normalize('NFKD');
  return decomposed.replace(DROPPED, '').toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}

/** Takes out what would make normalizing slow. */
function lighten(text: string): string {
  return text.replace(INVISIBLE, '').replace(MARK_PILE, '$1').replaceAll(LONG_LIGATURE, ' ');
}

function evenGaps(text: string): string {
  if (!UNEVEN_GAP.test(text)) return text;
  return text.replace(GAP, (gap) => (LINE_END.test(gap) ? '\n' : ' '));
}

/** The segments that `foldWithOffsets` folds one by one; joined they are the well-formed text. */
export function segments(text: string): string[] {
  return text.toWellFormed().match(SEGMENT) ?? [];
}

/** A folded text; code unit n of it came from `[starts[n], ends[n])` of the original. */
export type FoldedText = { text: string; starts: number[]; ends: number[] };

/** `fold` with the way back to the original. Several times slower, so it is for texts with a hit. */
export function foldWithOffsets(text: string): FoldedText {
  if (!NOT_ASCII.test(text)) return foldAsciiWithOffsets(text);
  const folded = { units: [] as string[], starts: [] as number[], ends: [] as number[] };
  let start = 0;
  for (const segment of segments(text)) {
    const end = start + segment.length;
    for (const unit of fold(segment).split('')) append(folded, unit, { start, end });
    start = end;
  }
  return { text: folded.units.join(''), starts: folded.starts, ends: folded.ends };
}

/** In ASCII only gaps change their length. */
function foldAsciiWithOffsets(text: string): FoldedText {
  const folded = fold(text);
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at < text.length; ) {
    let end = at + 1;
    if (folded.length < text.length && isGapCode(text.charCodeAt(at))) {
      while (end < text.length && isGapCode(text.charCodeAt(end))) end += 1;
    }
    starts.push(at);
    ends.push(end);
    at = end;
  }
  return { text: folded, starts, ends };
}

/** White space and control characters of ASCII. */
function isGapCode(code: number): boolean {
  return code <= 0x20 || code === 0x7f;
}

/** Appends one code unit; a gap after a gap widens that one, and a line end in either makes it a line end. */
function append(
  { units, starts, ends }: { units: string[]; starts: number[]; ends: number[] },
  unit: string,
  { start, end }: Span,
): void {
  const last = units.length - 1;
  if (isGap(unit) && isGap(units[last])) {
    if (unit === '\n') units[last] = unit;
    ends[last] = end;
    return;
  }
  units.push(unit);
  starts.push(start);
  ends.push(end);
}

function isGap(unit: string | undefined): boolean {
  return unit === ' ' || unit === '\n';
}
