import { A, atbash, CORE_WORDS, LETTERS, reversed } from './core-words.ts';
import type { LetterRuns } from './survey.ts';
import type { Span } from './view.ts';

/** How letters were moved: by that many places, or from the other end of the alphabet. */
export type Cipher = { by: number; isMirrored: boolean };
/** What a folded text shows of rare ways to write it, so that nobody has to look for them one by one. */
export type Signs = { ciphers: readonly Cipher[]; isBackwards: boolean; isSpelled: boolean };

/** Words of the spelling alphabet of radio, one of which stands in nearly all that is spelled with it. */
const SPELLING_WORDS = 'india alpha oscar november romeo tango sierra'.split(' ');
/** So long a word is no accident alone; of shorter ones there are two. */
const SURE_LENGTH = 8;
const MAX_CIPHERS = 2;
const HINT = /rot-?\d|caesar|cipher|shift(?:ed)? (?:by|each|cipher)/;

/** How a word is written where it is looked for: its letters moved on, or mirrored, or just so. */
type KnownWord = { word: string; way: 'moved' | 'mirrored' | 'spelled' };

/** Core words that were moved, by their cipher, and what else was seen. */
type Seen = { moved: Map<number, Set<string>>; isBackwards: boolean; isSpelled: boolean };

/**
 * Words by the steps between their first four letters, which no shift changes; Atbash turns their signs. `HAS_STEPS`, a
 * bit each, is small enough to stay in the cache of the processor.
 */
const BY_STEPS = new Map<number, readonly KnownWord[]>();
const HAS_STEPS = new Uint32Array(Math.ceil(LETTERS ** 3 / 32));
for (const word of CORE_WORDS) {
  addKnown(word, { word, way: 'moved' });
  addKnown(atbash(word), { word, way: 'mirrored' });
}
for (const word of SPELLING_WORDS) addKnown(word, { word, way: 'spelled' });

/** Looks up how every run of letters begins, and how it ends, which is where one begins who reads backwards. */
export function signsIn(folded: string, { starts, ends, count }: LetterRuns): Signs {
  const seen: Seen = { moved: new Map(), isBackwards: false, isSpelled: false };
  for (let index = 0; index < count; index += 1) {
    const run = { start: starts[index] ?? 0, end: ends[index] ?? 0 };
    const first = stepsFrom(folded, run.start, 1);
    if (isKnownBy(first)) seeBeginning(folded, run, { words: BY_STEPS.get(first) ?? [], seen });
    const last = stepsFrom(folded, run.end - 1, -1);
    if (isKnownBy(last)) seen.isBackwards ||= endsBackwards(folded, run, BY_STEPS.get(last) ?? []);
  }
  return { ciphers: ciphersOf(seen.moved, folded), isBackwards: seen.isBackwards, isSpelled: seen.isSpelled };
}

function seeBeginning(
  folded: string,
  run: Span,
  { words, seen }: { words: readonly KnownWord[]; seen: Seen },
): void {
  for (const known of words) {
    if (known.way === 'spelled') seen.isSpelled ||= folded.startsWith(known.word, run.start);
    else if (isMoved(folded, run, known)) addMoved(seen.moved, known, folded.charCodeAt(run.start));
  }
}

function endsBackwards(folded: string, { end }: Span, words: readonly KnownWord[]): boolean {
  return words.some(({ word, way }) => way === 'moved' && folded.endsWith(reversed(word), end));
}

/** The ciphers that a core word of at least eight letters, or two shorter ones, are found in, at most two. */
function ciphersOf(words: ReadonlyMap<number, ReadonlySet<string>>, folded: string): Cipher[] {
  const isHinted = words.size > 0 && HINT.test(folded);
  return [...words]
    .filter(
      ([, found]) => found.size > 1 || isHinted || [...found].some((word) => word.length >= SURE_LENGTH),
    )
    .slice(0, MAX_CIPHERS)
    .map(([key]) => ({ by: key >> 1, isMirrored: (key & 1) === 1 }));
}

/** Adds a word to those of its cipher; one that was moved by nothing is itself. */
function addMoved(words: Map<number, Set<string>>, { word, way }: KnownWord, first: number): void {
  const isMirrored = way === 'mirrored';
  const read = isMirrored ? A + LETTERS - 1 - (first - A) : first;
  const by = (word.charCodeAt(0) - read + LETTERS) % LETTERS;
  if (by === 0 && !isMirrored) return;
  const key = by * 2 + (isMirrored ? 1 : 0);
  words.set(key, (words.get(key) ?? new Set()).add(word));
}

function isMoved(folded: string, { start, end }: Span, { word, way }: KnownWord): boolean {
  if (end - start < word.length) return false;
  const sign = way === 'mirrored' ? -1 : 1;
  for (let at = 1; at < word.length; at += 1) {
    const own = word.charCodeAt(at) - word.charCodeAt(at - 1);
    const read = folded.charCodeAt(start + at) - folded.charCodeAt(start + at - 1);
    if ((read - sign * own) % LETTERS !== 0) return false;
  }
  return true;
}

function addKnown(written: string, known: KnownWord): void {
  const steps = stepsFrom(written, 0, 1);
  HAS_STEPS[steps >> 5] = (HAS_STEPS[steps >> 5] ?? 0) | (1 << (steps & 31));
  BY_STEPS.set(steps, [...(BY_STEPS.get(steps) ?? []), known]);
}

function isKnownBy(steps: number): boolean {
  return (((HAS_STEPS[steps >> 5] ?? 0) >> (steps & 31)) & 1) === 1;
}

/** The steps between four letters, from a place onwards or backwards, as one number. */
function stepsFrom(text: string, at: number, direction: 1 | -1): number {
  let steps = 0;
  let before = text.charCodeAt(at);
  for (let index = 1; index <= 3; index += 1) {
    const letter = text.charCodeAt(at + direction * index);
    steps = steps * LETTERS + ((letter - before + LETTERS) % LETTERS);
    before = letter;
  }
  return steps;
}
