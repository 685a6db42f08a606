import { A, atbash, CORE_WORDS, LETTERS, reversed } from './core-words.ts';
import type { Signs } from './signs.ts';

const NOT_ASCII = /[^\0-\x7f]/;
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
/** Runs of ASCII signs, each replaced by the one 47 places on. */
const ROT47_SIGN = new RegExp(CORE_WORDS.map((word) => rot47(word).replace(/[^a-z0-9]/gi, '\\$&')).join('|'));

/** The ways to turn a folded text that make words of attacks appear in it. Length is kept. */
export function turns(folded: string, { ciphers, isBackwards }: Signs): Turn[] {
  const found = ciphers.map(({ by, isMirrored }) => ({
    turn: (text: string) => shifted(isMirrored ? atbash(text) : text, by),
    isReversed: false,
  }));
  const backwards = isBackwards ? [REVERSED, WORDS_REVERSED] : [];
  const upsideDown = [
    { turn: (text: string) => reversed(upright(text)), isReversed: true },
    { turn: upright, isReversed: false },
  ];
  return [...found, ...backwards, ...(NOT_ASCII.test(folded) && ANY_FLIPPED.test(folded) ? upsideDown : [])];
}

/** A text in rot47, read; `undefined` where it does not look so. It is told by upper and lower case, so it is not folded. */
export function fromRot47(text: string): string | undefined {
  return ROT47_SIGN.test(text) ? rot47(text) : undefined;
}

function wordsReversed(text: string): string {
  return text.replace(/[^\s.,;:!?]{2,64}/g, reversed);
}

function rot47(text: string): string {
  return text.replace(/[!-~]/g, (sign) => String.fromCharCode(((sign.charCodeAt(0) - 33 + 47) % 94) + 33));
}

function shifted(text: string, by: number): string {
  return text.replace(/[a-z]/g, (letter) =>
    String.fromCharCode(((letter.charCodeAt(0) - A + by + LETTERS) % LETTERS) + A),
  );
}

function upright(text: string): string {
  return Array.from(text, (letter) => LATIN_OF_FLIPPED.get(letter) ?? letter).join('');
}
