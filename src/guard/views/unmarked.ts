import { cut, type Piece } from './pieces.ts';

const TAG = '<!--(?:[^-]|-(?!->)){0,200}-->|</?[a-z][^<>]{0,100}>';
const EMPHASIS = '[*~`\\\\]{1,3}|__';
const PLUS = ['"', "'"]
  .map((quote) => `${quote}[ \\n]{0,4}(?:\\+|\\.\\.?|&|\\|\\||,)[ \\n]{0,4}${quote}`)
  .join('|');
/** Tags, comments, emphasis and backslashes between two letters of one word, and string literals added up. */
const INSIDE_WORD = new RegExp(
  `(?<=\\p{L})(?:${TAG}|${EMPHASIS}|\\[\\]|\\{\\})+(?=\\p{L})|(?<=\\p{L} ?)(?:${PLUS})(?= ?\\p{L})`,
  'iu',
);
/** Where some of it splits words, all of it goes. */
const MARKS = new RegExp(`${TAG}|${EMPHASIS}|\\[\\]|\\{\\}|${PLUS}`, 'giu');
const ANY_INSIDE_WORD = /[a-z](?:<|[*~`\\[{]|__|["'][ \n]{0,4}[+.&|,])/i;

/** The text with its markup taken out, or `undefined` where none splits a word. */
export function unmarkedPieces(text: string): Piece[] | undefined {
  if (!ANY_INSIDE_WORD.test(text) || !INSIDE_WORD.test(text)) return undefined;
  return cut(text, MARKS, () => '');
}
