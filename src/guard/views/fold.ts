import { eachUnit, foldUnits } from './fold-units.ts';

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
/** Every gap but one space or one line feed, which stay as they are. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are gaps
const UNEVEN_ASCII_GAP = /[\0- \x7f]{2,}|[\0-\t\x0b-\x1f\x7f]/g;
const SPACE = 0x20;
const LINE_FEED = 0x0a;
const LINE_END = /[\n\r\u2028\u2029]/;

/**
 * The form in which texts and phrases are compared: compatibility forms unified (NFKC), invisible characters and
 * Latin, Greek and Cyrillic accents out, lower case, and every gap one space, or one line feed where it held a line
 * end. Lone surrogates read as U+FFFD. Folding twice changes nothing more.
 */
export function fold(text: string): string {
  if (!NOT_ASCII.test(text)) return text.toLowerCase().replace(UNEVEN_ASCII_GAP, evenGap);
  return foldUnits(text.toWellFormed(), foldLetters);
}

function foldLetters(text: string): string {
  const decomposed = (HEAVY.test(text) ? lighten(text) : text).normalize('NFKD');
  return decomposed.replace(DROPPED, '').toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}

/** Takes out what would make normalizing slow. */
function lighten(text: string): string {
  return text.replace(INVISIBLE, '').replace(MARK_PILE, '$1').replaceAll(LONG_LIGATURE, ' ');
}

function evenGap(gap: string): string {
  return LINE_END.test(gap) ? '\n' : ' ';
}

/** The segments that `foldWithOffsets` folds one by one; joined they are the well-formed text. */
export function segments(text: string): string[] {
  return text.toWellFormed().match(SEGMENT) ?? [];
}

/** The code units of a folded text; unit n of it came from `[starts[n], ends[n])` of the original. */
export type FoldedText = { units: number[]; starts: number[]; ends: number[] };

/**
 * Where each unit of the folded text came from, the length of the text behind them: of ASCII, where a unit ends where the
 * next begins. `undefined` where there is more than ASCII.
 */
export function asciiStarts(text: string, foldedLength: number): Uint32Array | undefined {
  if (NOT_ASCII.test(text)) return undefined;
  const starts = new Uint32Array(foldedLength + 1);
  let units = 0;
  let wasGap = false;
  for (let at = 0; at < text.length; at += 1) {
    const isGapCode = isAsciiGap(text.charCodeAt(at));
    if (!(isGapCode && wasGap)) {
      starts[units] = at;
      units += 1;
    }
    wasGap = isGapCode;
  }
  starts[units] = text.length;
  return starts;
}

function isAsciiGap(code: number): boolean {
  return code <= 0x20 || code === 0x7f;
}

/** `fold` with the way back to the original. Several times slower, so it is for texts with a hit. */
export function foldWithOffsets(text: string): FoldedText {
  const folded: FoldedText = { units: [], starts: [], ends: [] };
  const known = new Map<string, string>();
  eachUnit(text.toWellFormed(), foldLetters, {
    add: (unit, at) => append(folded, unit, at, at + 1),
    addPiece: (piece, at) => appendSegments(folded, piece, { offset: at, known }),
  });
  return folded;
}

/** A text has few different segments, so each is folded once. */
function appendSegments(
  folded: FoldedText,
  piece: string,
  { offset, known }: { offset: number; known: Map<string, string> },
): void {
  let start = offset;
  for (const segment of segments(piece)) {
    const end = start + segment.length;
    const units = known.get(segment) ?? fold(segment);
    known.set(segment, units);
    for (let at = 0; at < units.length; at += 1) append(folded, units.charCodeAt(at), start, end);
    start = end;
  }
}

/** Appends one code unit; a gap after a gap widens that one, and a line end in either makes it a line end. */
function append({ units, starts, ends }: FoldedText, unit: number, start: number, end: number): void {
  const last = units.length - 1;
  if (isGap(unit) && isGap(units[last])) {
    if (unit === LINE_FEED) units[last] = unit;
    ends[last] = end;
    return;
  }
  units.push(unit);
  starts.push(start);
  ends.push(end);
}

function isGap(unit: number | undefined): boolean {
  return unit === SPACE || unit === LINE_FEED;
}
