import type { LetterRuns } from './letter-runs.ts';

/** Words that attacks can hardly do without, long enough to be no accident when they stand there turned. */
export const CORE_WORDS: readonly string[] =
  'ignore previous instruction system prompt reveal password forget bypass disregard guideline developer restrict everything conversation secret'.split(
    ' ',
  );
/** The shortest of them. */
const MIN_CORE = 6;
/** So long a word is no accident alone; of shorter ones there are two. */
const SURE_LENGTH = 8;
const HINT = /rot-?\d|caesar|cipher|shift(?:ed)? (?:by|each|cipher)/;
const NOT_ASCII = /[^\0-\x7f]/;
const A = 97;
const LETTERS = 26;
/** Letters written upside down, in the order they stand for. */
const FLIPPED = 'ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz';
const ANY_FLIPPED = /[ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ].{0,8}[ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ]/;
const LATIN_OF_FLIPPED = new Map(
  Array.from(FLIPPED, (letter, index) => [letter, String.fromCharCode(A + index)]),
);

/** A way of turning a text that keeps its length. `isReversed`: the first character becomes the last. */
type Turn = { turn(text: string): string; isReversed: boolean };

const REVERSED: Turn = { turn: reversed, isReversed: true };
const WORDS_REVERSED: Turn = { turn: wordsReversed, isReversed: false };
/** Core words by their first three steps from letter to letter, which no shift changes; Atbash turns their signs. */
const BY_STEPS = coreBySteps();
const NO_WORDS: readonly CoreWord[] = [];
/** Runs of ASCII signs, each replaced by the one 47 places on. */
const ROT47_SIGN = new RegExp(CORE_WORDS.map((word) => rot47(word).replace(/[^a-z0-9]/gi, '\\$&')).join('|'));

/** How letters were moved: by that many places, or from the other end of the alphabet. */
type Cipher = { by: number; isMirrored: boolean };
type CoreWord = { word: string; isMirrored: boolean };

/** The ways to turn a folded text that make words of attacks appear in it. Length is kept. */
export function turns(
  folded: string,
  { runs, isBackwards }: { runs: LetterRuns; isBackwards: boolean },
): Turn[] {
  const found = ciphersIn(folded, runs).map(({ by, isMirrored }) => ({
    turn: (text: string) => shifted(isMirrored ? atbash(text) : text, by),
    isReversed: false,
  }));
  const backwards = isBackwards ? [REVERSED, WORDS_REVERSED] : [];
  const upsideDown = { turn: (text: string) => reversed(upright(text)), isReversed: true };
  return [
    ...found,
    ...backwards,
    ...(NOT_ASCII.test(folded) && ANY_FLIPPED.test(folded) ? [upsideDown] : []),
  ];
}

/** A text in rot47, read; `undefined` where it does not look so. It is told by upper and lower case, so it is not folded. */
export function fromRot47(text: string): string | undefined {
  return ROT47_SIGN.test(text) ? rot47(text) : undefined;
}

/** The ciphers that a core word of at least eight letters, or two shorter ones, are found in, at most two. */
function ciphersIn(folded: string, { starts, ends, count }: LetterRuns): Cipher[] {
  const seen = new Map<number, Set<string>>();
  for (let run = 0; run < count; run += 1) {
    const start = starts[run] ?? 0;
    const end = ends[run] ?? 0;
    if (end - start >= MIN_CORE) seeWord(folded, start, end, seen);
  }
  const isHinted = seen.size > 0 && HINT.test(folded);
  return [...seen]
    .filter(
      ([, words]) => words.size > 1 || isHinted || [...words].some((word) => word.length >= SURE_LENGTH),
    )
    .slice(0, 2)
    .map(([key]) => ({ by: key >> 1, isMirrored: (key & 1) === 1 }));
}

function seeWord(folded: string, start: number, end: number, seen: Map<number, Set<string>>): void {
  for (const core of BY_STEPS[stepsAt(folded, start)] ?? NO_WORDS) {
    if (end - start < core.word.length || !hasSteps(folded, start, core)) continue;
    const by = shiftOf(core, folded.charCodeAt(start));
    if (by === 0 && !core.isMirrored) continue;
    const key = by * 2 + (core.isMirrored ? 1 : 0);
    seen.set(key, (seen.get(key) ?? new Set()).add(core.word));
  }
}

/** By how many places the letter that stands there was moved on, to be moved back to the first one of the word. */
function shiftOf({ word, isMirrored }: CoreWord, code: number): number {
  const read = isMirrored ? A + LETTERS - 1 - (code - A) : code;
  return (word.charCodeAt(0) - read + LETTERS) % LETTERS;
}

function hasSteps(folded: string, start: number, { word, isMirrored }: CoreWord): boolean {
  const sign = isMirrored ? -1 : 1;
  for (let at = 1; at < word.length; at += 1) {
    const own = word.charCodeAt(at) - word.charCodeAt(at - 1);
    const read = folded.charCodeAt(start + at) - folded.charCodeAt(start + at - 1);
    if ((read - sign * own) % LETTERS !== 0) return false;
  }
  return true;
}

function coreBySteps(): (readonly CoreWord[] | undefined)[] {
  const table: (readonly CoreWord[] | undefined)[] = Array.from({ length: LETTERS ** 3 }, () => undefined);
  for (const word of CORE_WORDS) {
    for (const isMirrored of [false, true]) {
      const steps = stepsAt(isMirrored ? atbash(word) : word, 0);
      table[steps] = [...(table[steps] ?? []), { word, isMirrored }];
    }
  }
  return table;
}

/** The steps between the first four letters from a place on, as one number. */
function stepsAt(text: string, at: number): number {
  let steps = 0;
  for (let index = at + 1; index <= at + 3; index += 1) {
    steps = steps * LETTERS + ((text.charCodeAt(index) - text.charCodeAt(index - 1) + LETTERS) % LETTERS);
  }
  return steps;
}

function wordsReversed(text: string): string {
  return text.replace(/[^\s.,;:!?]{2,64}/g, reversed);
}

function rot47(text: string): string {
  return text.replace(/[!-~]/g, (sign) => String.fromCharCode(((sign.charCodeAt(0) - 33 + 47) % 94) + 33));
}

function shifted(text: string, by: number): string {
  return text.replace(/[a-z]/g, (letter) =>
    String.fromCharCode(((letter.charCodeAt(0) - A + by + 26) % 26) + A),
  );
}

function atbash(text: string): string {
  return text.replace(/[a-z]/g, (letter) => String.fromCharCode(2 * A + 25 - letter.charCodeAt(0)));
}

/** Code units, not characters: what a pair of surrogates says is no part of a phrase. */
export function reversed(text: string): string {
  return text.split('').reverse().join('');
}

function upright(text: string): string {
  return Array.from(text, (letter) => LATIN_OF_FLIPPED.get(letter) ?? letter).join('');
}
