import { cut, type Piece } from './pieces.ts';

const TAG = '<!--(?:[^-]|-(?!->)){0,200}-->|</?[a-z][^<>]{0,100}>';
const EMPHASIS = '[*~`]{1,3}|__';
const PLUS = ['"', "'"]
  .map((quote) => `${quote}[ \\n]{0,4}(?:\\+|\\.\\.?|&|\\|\\||,)[ \\n]{0,4}${quote}`)
  .join('|');
/** Tags and comments between two letters of one word, emphasis of a part of it, and string literals added up. */
const INSIDE_WORD = new RegExp(
  `(?<=\\p{L})(?:(?:${TAG})+(?=\\p{L})|(?:${EMPHASIS})\\p{L}{1,12}(?:${EMPHASIS}))|(?<=\\p{L} ?)(?:${PLUS})(?= ?\\p{L})`,
  'iu',
);
/** Where some of it splits words, all of it goes. */
const MARKS = new RegExp(`${TAG}|${EMPHASIS}|${PLUS}`, 'giu');
const ANY_INSIDE_WORD = /[a-z](?:<[!/a-z]|[*~`]{1,3}[a-z]{1,12}[*~`]|__[a-z]|["'][ \n]{0,4}[+.&|,])/i;

/** The text with its markup taken out, or `undefined` where none splits a word. */
export function unmarkedPieces(text: string): Piece[] | undefined {
  if (!ANY_INSIDE_WORD.test(text) || !INSIDE_WORD.test(text)) return undefined;
  return cut(text, MARKS, () => '');
}
