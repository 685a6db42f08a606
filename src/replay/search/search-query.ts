import { wordsOf } from './words.ts';

/** Words that stand one behind the other in one text; where `isPrefix`, the last of them is how a word begins. */
export type SearchTerm = { words: string[]; isPrefix: boolean };

const MAX_TERMS = 16;
/** A shorter beginning is that of too many words. */
const MIN_PREFIX_LENGTH = 3;

/** A phrase in quotes or what stands between spaces, each with the star that may follow. */
const PART = /"([^"]*)"(\*?)|([^\s"]+)/g;

/** The text asks for nothing, or cannot be read. The message is for whoever wrote it. */
export class SearchQueryError extends Error {
  override readonly name = 'SearchQueryError';
}

/**
 * What a person looks for, all of which an event must have: words, "phrases in quotes", and beginnings*. A name of
 * several words such as `read_contract` is a phrase. Signs without a word are passed over. Throws `SearchQueryError`.
 */
export function parseSearch(text: string): SearchTerm[] {
  if ((text.split('"').length - 1) % 2 === 1) throw new SearchQueryError('a quote is not closed');
  const terms: SearchTerm[] = [];
  for (const [, phrase, star = '', bare = ''] of text.matchAll(PART)) {
    const words = wordsOf(phrase ?? bare);
    const isPrefix = star === '*' || bare.endsWith('*');
    const last = words.at(-1);
    if (last === undefined) continue;
    if (isPrefix && [...last].length < MIN_PREFIX_LENGTH)
      throw new SearchQueryError(`before * at least ${MIN_PREFIX_LENGTH} letters or digits are needed`);
    terms.push({ words, isPrefix });
  }
  if (terms.length === 0) throw new SearchQueryError('there is no word to search for');
  if (terms.length > MAX_TERMS) throw new SearchQueryError(`at most ${MAX_TERMS} words and phrases`);
  return terms;
}
