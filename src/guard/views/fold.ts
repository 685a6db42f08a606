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
  const wellFormed = text.toWellFormed();
  const folded: Units = { units: [], starts: [], ends: [] };
  const known = new Map<string, string>();
  for (let at = 0; at < wellFormed.length; ) {
    const odd = indexOfOdd(wellFormed, at);
    appendAscii(folded, wellFormed, { start: at, end: odd });
    at = endOfOdd(wellFormed, odd);
    appendSegments(folded, wellFormed.slice(odd, at), { offset: odd, known });
  }
  return { text: folded.units.join(''), starts: folded.starts, ends: folded.ends };
}

type Units = { units: string[]; starts: number[]; ends: number[] };

/** The next character that is not ASCII, or the one before it, because a mark changes that; or the end. */
function indexOfOdd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) < 0x80) at += 1;
  return at === text.length || at === from ? at : at - 1;
}

/** Where two ASCII characters in a row, or the end, follow: folding what is before and behind apart changes nothing. */
function endOfOdd(text: string, from: number): number {
  let at = from;
  while (
    at < text.length &&
    !(text.charCodeAt(at) < 0x80 && !(text.charCodeAt(at + 1) >= 0x80) && at > from)
  ) {
    at += 1;
  }
  return at;
}

/** In ASCII every unit is folded for itself. */
function appendAscii(folded: Units, text: string, { start, end }: Span): void {
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    const isGapCode = code <= 0x20 || code === 0x7f;
    const unit = isGapCode ? (code === 0x0a || code === 0x0d ? '\n' : ' ') : text.charAt(at).toLowerCase();
    append(folded, unit, { start: at, end: at + 1 });
  }
}

/** A text has few different segments, so each is folded once. */
function appendSegments(
  folded: Units,
  text: string,
  { offset, known }: { offset: number; known: Map<string, string> },
): void {
  let start = offset;
  for (const segment of segments(text)) {
    const end = start + segment.length;
    const units = known.get(segment) ?? fold(segment);
    known.set(segment, units);
    for (let at = 0; at < units.length; at += 1) append(folded, units.charAt(at), { start, end });
    start = end;
  }
}

/** Appends one code unit; a gap after a gap widens that one, and a line end in either makes it a line end. */
function append({ units, starts, ends }: Units, unit: string, { start, end }: Span): void {
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
