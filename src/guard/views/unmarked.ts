import { placesOf } from '../matches.ts';
import { cut, type Piece } from './pieces.ts';

const TAG = '<!--(?:[^-]|-(?!->)){0,200}-->|</?[a-z][^<>]{0,100}>';
const EMPHASIS = '[*~`]{1,3}|__';
const PLUS = ['"', "'"]
  .map((quote) => `${quote}[ \\n]{0,4}(?:\\+|\\.\\.?|&|\\|\\||,)[ \\n]{0,4}${quote}`)
  .join('|');
/** Tags and comments between two letters of one word, emphasis of a part of it, and string literals added up. */
const INSIDE_WORD = new RegExp(
  `(?<=\\p{L})(?:(?:${TAG})+(?=\\p{L})|(?:${EMPHASIS})\\p{L}{1,12}(?:${EMPHASIS}))|(?<=\\p{L} ?)(?:${PLUS})(?= ?\\p{L})`,
  'giu',
);
/** Where some of it splits words, all of it near goes. */
const MARKS = new RegExp(`${TAG}|${EMPHASIS}|${PLUS}`, 'giu');

/** The text with its markup taken out, or `undefined` where none splits a word. */
export function unmarkedPieces(text: string): Piece[] | undefined {
  return cut(text, placesOf(text, INSIDE_WORD), { pattern: MARKS, read: () => '' });
}

/** Words as a list of string literals, at least four of them. */
const LISTED = /(["'])\p{L}{1,16}\1(?:, ?(["'])\p{L}{1,16}\2){3}/gu;
const LIST_MARK = /["'], ?["']/g;

/** The text with lists of words written as words in a row, or `undefined` where it has none. */
export function listedPieces(text: string): Piece[] | undefined {
  return cut(text, placesOf(text, LISTED), { pattern: LIST_MARK, read: () => ' ' });
}

/** What stands between words that are to be read one after the other: a bar, an arrow, a picture, an end of sentence each. */
const PARTING = ' ?(?:\\||->|=>|→|\\p{Extended_Pictographic}\\ufe0f?) ?| / |\\. ';
/** Looked for from the first parting on, because words are everywhere. */
const PARTED = new RegExp(
  `(?:${PARTING})(?<=(?<!\\p{L})\\p{L}{1,14}(?:${PARTING}))\\p{L}{1,14}(?:(?:${PARTING})\\p{L}{1,14}){3}`,
  'gu',
);
const PARTINGS = new RegExp(`(?<=\\p{L})(?:${PARTING})(?=\\p{L})`, 'gu');

/** The text with what parts its words taken out, or `undefined` where less than five words are parted in a row. */
export function partedPieces(text: string): Piece[] | undefined {
  return cut(text, placesOf(text, PARTED), { pattern: PARTINGS, read: () => ' ' });
}
