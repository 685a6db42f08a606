import { matchesOf } from './matches.ts';
import { withoutEscapes } from './secrets/all-secrets.ts';
import { ALPHANUMERIC, unitClass } from './views/stretch.ts';
import type { Span } from './views/view.ts';

/**
 * A text as somebody may read it who looks for a value in it, and where in the text its units stand. `step` is how many
 * units of it stood together, where it was put together of pieces: a value begins and ends with one.
 */
export type Reading = {
  text: string;
  spanOf(start: number, end: number): Span;
  step?: number;
  /** Whether runs of digits that encode something are looked for in it. */
  holdsRuns?: boolean;
};

/** What is written for one unit. */
const ESCAPE =
  /%(?:25)?([0-9a-f]{2})|\\+u([0-9a-f]{4})|\\+x([0-9a-f]{2})|&#x([0-9a-f]{1,6});|&#(\d{1,7});|=([0-9A-F]{2})/gi;
/** What nobody sees, and what is put on a letter: soft hyphens, joiners, marks of direction, tags, accents. */
const UNSEEN = /[\p{Cf}\p{M}]/gu;
/** Pieces of one length with the same gap between them: letters apart, or groups of four. */
const SPLITS = [
  { units: unitClass(`${ALPHANUMERIC}_.+/=~-`), gaps: unitClass(' \t'), asked: undefined },
  {
    units: unitClass(ALPHANUMERIC),
    gaps: unitClass(' -_.,:;|/*+'),
    asked: /(?<![A-Za-z0-9])[A-Za-z0-9]{1,8}([-_.,:;|/*+])[A-Za-z0-9]{1,8}\1[A-Za-z0-9]{1,8}\1/,
  },
] as const;
type Split = (typeof SPLITS)[number];
const LONGEST_PIECE = 8;
const LEAST_PIECES = 3;
const SHORTEST = 8;

/** What programs and mails put at the end of a line and at the beginning of the next. */
const BEFORE_END = /[ \t\r\\+"'`]/;
const AFTER_END = /[ \t>*#|]{0,16}["'`]?([\w.+/=~-]{1,512})/y;
const SIGN = /[\w.+/=~-]/;
const MAX_BEFORE_END = 12;
const LONGEST = 512;

/** The text itself, and what it says without escapes, without what nobody sees, with pieces and lines put together. */
export function readingsOf(text: string): Reading[] {
  const plain: Reading = { text, spanOf: (start, end) => ({ start, end }) };
  const seen = replaced(plain, UNSEEN, () => '');
  const base = seen ?? plain;
  const blank = withoutEscapes(base.text);
  return [
    ...(seen === undefined ? [] : [plain]),
    ...(blank === base.text ? [] : [base]),
    { text: blank, spanOf: base.spanOf, holdsRuns: true },
    ...[replaced(base, ESCAPE, unitOf)].filter((reading) => reading !== undefined),
    ...piecesOf(base),
    ...linesOf(base).map((reading) => ({ ...reading, holdsRuns: true })),
  ];
}

function unitOf(match: RegExpExecArray): string {
  const [, percent, unit, byte, hex, decimal, quoted] = match;
  const code =
    decimal === undefined
      ? Number.parseInt(percent ?? unit ?? byte ?? hex ?? quoted ?? '', 16)
      : Number(decimal);
  return code <= 0xffff ? String.fromCharCode(code) : ' ';
}

/** A reading with what a pattern matches replaced; nothing where it matches nothing. */
function replaced(
  { text, spanOf }: Reading,
  pattern: RegExp,
  by: (match: RegExpExecArray) => string,
): Reading | undefined {
  const matches = matchesOf(text, pattern);
  if (matches.length === 0) return undefined;
  /** Where a stretch that was kept, or a unit that was put in, begins in the new text and in the old one. */
  const parts: { text: string; at: number; from: number }[] = [];
  let at = 0;
  const add = (part: string, from: number) => {
    if (part === '') return;
    parts.push({ text: part, at, from });
    at += part.length;
  };
  let read = 0;
  for (const match of matches) {
    add(text.slice(read, match.index), read);
    add(by(match), match.index);
    read = match.index + match[0].length;
  }
  add(text.slice(read), read);
  const placeOf = (unit: number): number => {
    const part = parts.findLast((each) => each.at <= unit);
    return part === undefined ? text.length : part.from + unit - part.at;
  };
  return {
    text: parts.map((part) => part.text).join(''),
    spanOf: (start, end) => spanOf(placeOf(start), end >= at ? text.length : placeOf(end)),
  };
}

/** Runs of pieces of one length, each put together; the last piece may be shorter. */
function piecesOf(reading: Reading): Reading[] {
  return SPLITS.filter(({ asked }) => asked?.test(reading.text) ?? true).flatMap((split) =>
    chainsOf(reading.text, split).map((chain) => pieced(reading, chain)),
  );
}

type Word = { start: number; end: number; parted: string };
type Chain = { starts: number[]; length: number; gap: string; end: number };

function chainsOf(text: string, split: Split): Chain[] {
  const chains: Chain[] = [];
  let chain: Chain = { starts: [], length: 0, gap: '', end: 0 };
  const close = () => {
    if (isLong(chain)) chains.push(chain);
  };
  for (const word of wordsOf(text, split)) {
    const isShorter = word.end - word.start < chain.length;
    if (goesOn(chain, word)) {
      extend(chain, word);
      if (!isShorter) continue;
    }
    close();
    chain = { starts: [word.start], length: word.end - word.start, gap: '', end: word.end };
  }
  close();
  return chains;
}

/** Words with what parts them from the one before. */
function* wordsOf(text: string, { units, gaps }: Split): Generator<Word> {
  for (let at = 0; at < text.length; ) {
    const start = skip(text, at, gaps);
    const end = skip(text, start, units);
    if (end > start) yield { start, end, parted: start - at > 3 ? '' : text.slice(at, start) };
    at = Math.max(end, start + 1);
  }
}

/** Whether a word is another piece: as long or shorter, and parted as those before, or with one sign more in between. */
function goesOn({ length, gap }: Chain, { start, end, parted }: Word): boolean {
  if (parted === '' || end - start > length || length > LONGEST_PIECE) return false;
  if (parted.length < 3) return gap === '' || parted === gap;
  return length === 1 && gap.length === 1 && parted.startsWith(gap) && parted.endsWith(gap);
}

function extend(chain: Chain, { start, end, parted }: Word): void {
  if (parted.length === 3) chain.starts.push(start - 2);
  else chain.gap = parted;
  chain.starts.push(start);
  chain.end = end;
}

function isLong({ starts, length, end }: Chain): boolean {
  const last = starts.at(-1) ?? 0;
  return starts.length >= LEAST_PIECES && (starts.length - 1) * length + end - last >= SHORTEST;
}

/** Where units of a class end that begin at a place. */
function skip(text: string, from: number, units: Uint8Array): number {
  let at = from;
  while (units[text.charCodeAt(at)] === 1) at += 1;
  return at;
}

function pieced({ text, spanOf }: Reading, { starts, length, end }: Chain): Reading {
  const place = (at: number) => (starts[Math.floor(at / length)] ?? 0) + (at % length);
  return {
    text: starts.map((start) => text.slice(start, Math.min(start + length, end))).join(''),
    step: length,
    spanOf: (start, stop) => spanOf(place(start), place(stop - 1) + 1),
  };
}

/** What ends a line and what begins the next, put together, over as many lines as are nothing else. */
function linesOf({ text, spanOf }: Reading): Reading[] {
  const readings: Reading[] = [];
  for (let lineEnd = text.indexOf('\n'); lineEnd >= 0; ) {
    const { words, last } = wordsOver(text, lineEnd);
    if (words.length > 1) readings.push(joinedOf(text, words, spanOf));
    lineEnd = text.indexOf('\n', last + 1);
  }
  return readings;
}

/** The word before the end of a line, and those behind it and behind each further end of a line that holds nothing else. */
function wordsOver(text: string, lineEnd: number): { words: Span[]; last: number } {
  const words = [wordBefore(text, lineEnd)].filter((word) => word !== undefined);
  let last = lineEnd;
  for (let next = words.length === 0 ? -1 : lineEnd; next >= 0; ) {
    last = next;
    const word = wordAfter(text, next);
    if (word === undefined) break;
    words.push(word);
    next = endsLine(text, word.end);
  }
  return { words, last };
}

function wordBefore(text: string, lineEnd: number): Span | undefined {
  let end = lineEnd;
  while (end > 0 && lineEnd - end < MAX_BEFORE_END && BEFORE_END.test(text.charAt(end - 1))) end -= 1;
  let start = end;
  while (start > 0 && end - start < LONGEST && SIGN.test(text.charAt(start - 1))) start -= 1;
  return start === end ? undefined : { start, end };
}

function wordAfter(text: string, lineEnd: number): Span | undefined {
  AFTER_END.lastIndex = lineEnd + 1;
  const match = AFTER_END.exec(text);
  if (match === null) return undefined;
  const end = lineEnd + 1 + match[0].length;
  return { start: end - (match[1] ?? '').length, end };
}

/** The end of the line, where nothing else stands before it; -1 where something does. */
function endsLine(text: string, at: number): number {
  let end = at;
  while (end - at < MAX_BEFORE_END && BEFORE_END.test(text.charAt(end))) end += 1;
  return text.charAt(end) === '\n' ? end : -1;
}

function joinedOf(text: string, words: readonly Span[], spanOf: Reading['spanOf']): Reading {
  const placeAt = (at: number): number => {
    let before = 0;
    for (const { start, end } of words) {
      if (at < before + end - start) return start + at - before;
      before += end - start;
    }
    return words.at(-1)?.end ?? 0;
  };
  return {
    text: words.map(({ start, end }) => text.slice(start, end)).join(''),
    spanOf: (start, end) => spanOf(placeAt(start), placeAt(end - 1) + 1),
  };
}
