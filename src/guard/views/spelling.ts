import { unitClass } from './stretch.ts';
import type { Span } from './view.ts';

/** So many single letters in a row are spelled out. */
const MIN_LETTERS = 8;
/** So many pieces of one length, up to six, in a row are chunks. */
const MIN_CHUNKS = 6;
const MAX_CHUNK = 6;
/** So many letters in one go are no word of any language we know but those of chemists. */
const MIN_RUN = 26;
/** So many words with digits for letters, each at most this far from the one before, are leet. */
const MIN_LEET = 3;
const LEET_REACH = 48;

/** So short a word has nothing spelled inside. */
const MIN_SPELLED = 15;
/** Signs that stand between the letters of a word. */
const IS_SIGN = unitClass('._*|/,+~-');
/** So many signs stand between letters that are spelled out inside of a word. */
const MIN_SIGNS = 7;
/** So much is read of a word. */
const MAX_READ = 4096;
/** Other signs than those of ASCII that stand between letters: dots, bullets, pictures. */
const OTHER_SIGN = '[\\xb7\\u2010-\\u2bff\\u30fb\\ufe0f]|[\\ud83c-\\ud83e][\\udc00-\\udfff]';
const SPELLED_INSIDE = /\w(?:[^\w\s\p{L}\p{M}]{1,3}\w(?!\w)){7}/u;
/** A whole word with a sign between each two letters; of so many of them in a row none is a short form. */
const SPELLED_WORD = new RegExp(
  `^(?:[("'._*|/,+~-]|${OTHER_SIGN})?[a-z0-9](?:(?:[._*|/,+~-]|(?:${OTHER_SIGN}){1,2})[a-z0-9](?![a-z0-9]))+(?:[.,;:!?)"'_*|/+~-]|${OTHER_SIGN}){0,3}$`,
);
const MIN_SPELLED_WORDS = 3;
/** A longer word has letters with signs between them, which are looked for another way. */
const MAX_SPELLED = 80;
/** Words joined by signs make up at least half of the text. */
const JOINED_WORDS = /^[^a-z]{0,3}[a-z]{1,14}(?:[_.|/+~-][a-z]{1,14}){3}/;
const RUN_TOGETHER = /(?<![a-z0-9])(?![0-9a-f]{26})[a-z0-9]{26}/;
const LEET = /[a-z][0-9$!|@]{1,3}[a-z]|^[^a-z0-9@$]{0,2}[013457@$][a-z]|[a-z][013457@$][^a-z0-9]{0,2}$/;

/** A word, how many of its units are no letters from a to z, and how many of these may be written for letters. */
export type Word = Span & { signs: number; digital: number };

/**
 * Finds where words of a folded text, taken one after the other, are spelled with gaps or signs inside, in chunks of one
 * length, without gaps between, or with digits for letters. It keeps the rows of similar words that it is in, and those it has
 * left: of single letters, of words of one length, of words with digits for letters, and of words with signs inside.
 */
export class WordRows {
  #letters = { start: 0, end: 0, count: 0 };
  #chunks = { start: 0, end: 0, count: 0, length: 0 };
  #leet = { start: 0, end: 0, count: 0 };
  #spelled = { start: 0, end: 0, count: 0 };
  #found: Span[] = [];

  add(folded: string, { start, end, signs, digital }: Word): void {
    const length = end - start;
    if (length === 0) return;
    if (length === 1) extend(this.#letters, start, end);
    else if (this.#letters.count > 0) this.#endLetters();
    if (length !== this.#chunks.length) {
      if (this.#chunks.count >= MIN_CHUNKS) this.#endChunks();
      this.#chunks.count = 0;
      this.#chunks.length = length;
    }
    extend(this.#chunks, start, end);
    if (length > 2) this.#addSpelled(folded, start, end);
    if (digital > 0 || length >= MIN_SPELLED) this.#addLong(folded, { start, end, signs, digital });
  }

  /** Where they were, in order and without overlap, when all words were added. */
  regions(): Span[] {
    this.#endLetters();
    this.#endChunks();
    this.#endLeet();
    this.#endSpelled();
    return merged(this.#found);
  }

  /** Of words like `i-g-n-o-r-e`; a single letter between two of them counts neither way. */
  #addSpelled(folded: string, start: number, end: number): void {
    const isSpelled =
      (isSign(folded.charCodeAt(start + 1)) ||
        (isSign(folded.charCodeAt(start)) && isSign(folded.charCodeAt(start + 2)))) &&
      end - start <= MAX_SPELLED &&
      SPELLED_WORD.test(folded.slice(start, end));
    if (isSpelled) extend(this.#spelled, start, end);
    else if (this.#spelled.count > 0) this.#endSpelled();
  }

  #addLong(folded: string, { start, end, signs, digital }: Word): void {
    if (end - start === 1) return;
    const text = folded.slice(start, Math.min(end, start + MAX_READ));
    if (text.length >= MIN_SPELLED && isOdd(text, { signs, textLength: folded.length }))
      this.#found.push({ start, end });
    if (digital === 0 || !LEET.test(text)) return;
    if (start - this.#leet.end > LEET_REACH) this.#endLeet();
    extend(this.#leet, start, end);
  }

  #endLetters(): void {
    const { start, end, count } = this.#letters;
    if (count >= MIN_LETTERS) this.#found.push({ start, end });
    this.#letters.count = 0;
  }

  /** The last piece may be shorter. */
  #endChunks(): void {
    const { start, end, count, length } = this.#chunks;
    if (count >= MIN_CHUNKS && length > 1 && length <= MAX_CHUNK)
      this.#found.push({ start, end: end + length });
  }

  #endSpelled(): void {
    const { start, end, count } = this.#spelled;
    if (count >= MIN_SPELLED_WORDS) this.#found.push({ start, end });
    this.#spelled.count = 0;
  }

  /** Words without digits around a row of leet belong to it. */
  #endLeet(): void {
    const { start, end, count } = this.#leet;
    if (count >= MIN_LEET)
      this.#found.push({ start: Math.max(0, start - LEET_REACH), end: end + LEET_REACH });
    this.#leet = { start: 0, end: 0, count: 0 };
  }
}

function isOdd(word: string, { signs, textLength }: { signs: number; textLength: number }): boolean {
  if (signs >= MIN_SIGNS && SPELLED_INSIDE.test(word)) return true;
  if (word.length >= MIN_RUN && RUN_TOGETHER.test(word)) return true;
  return 2 * word.length >= textLength && JOINED_WORDS.test(word);
}

function isSign(code: number): boolean {
  return code < 0x80
    ? IS_SIGN[code] === 1
    : code === 0xb7 || (code >= 0x2010 && code < 0x2c00) || code >> 8 === 0xd8;
}

function extend(row: Span & { count: number }, start: number, end: number): void {
  if (row.count === 0) row.start = start;
  row.end = end;
  row.count += 1;
}

function merged(spans: Span[]): Span[] {
  const result: Span[] = [];
  for (const { start, end } of spans.sort((one, other) => one.start - other.start)) {
    const last = result.at(-1);
    if (last !== undefined && start <= last.end + 1) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}
