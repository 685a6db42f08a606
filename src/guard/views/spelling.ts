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

const SPELLED_INSIDE = /\w(?:[._*|/,+~-]{1,2}\w(?!\w)){7}/;
const RUN_TOGETHER = /(?<![a-z0-9])(?![0-9a-f]{26})[a-z0-9]{26}/;
const LEET = /[a-z][0-9$!|@]{1,3}[a-z]|^[^a-z0-9@$]{0,2}[013457@$][a-z]|[a-z][013457@$][^a-z0-9]{0,2}$/;

/** A row of similar words. */
type Row = Span & { count: number };

/**
 * Where words of a folded text are spelled with gaps or signs inside, in chunks of one length, without gaps between,
 * or with digits for letters. One pass over the words; regions are in order and do not overlap.
 */
export function oddRegions(folded: string): Span[] {
  const rows = new Rows();
  for (let start = 0; start < folded.length; ) {
    const end = endOfWord(folded, start);
    if (end > start) rows.add(folded, { start, end });
    start = end + 1;
  }
  return rows.regions();
}

function endOfWord(folded: string, start: number): number {
  let end = start;
  for (; end < folded.length; end += 1) {
    const code = folded.charCodeAt(end);
    if (code === 0x20 || code === 0x0a) break;
  }
  return end;
}

/** The rows of similar words that a pass is in, and those it has left. */
class Rows {
  #letters: Row = { start: 0, end: 0, count: 0 };
  #chunks: Row & { length: number } = { start: 0, end: 0, count: 0, length: 0 };
  #leet: Row = { start: 0, end: 0, count: 0 };
  #found: Span[] = [];

  add(folded: string, word: Span): void {
    const length = word.end - word.start;
    if (length === 1) this.#letters = longer(this.#letters, word);
    else this.#endLetters();
    if (length === this.#chunks.length) this.#chunks = { ...longer(this.#chunks, word), length };
    else {
      this.#endChunks();
      this.#chunks = { ...word, count: 1, length };
    }
    if (length > 1) this.#addLong(folded, word);
  }

  regions(): Span[] {
    this.#endLetters();
    this.#endChunks();
    this.#endLeet();
    return merged(this.#found);
  }

  #addLong(folded: string, word: Span): void {
    const text = folded.slice(word.start, Math.min(word.end, word.start + 4096));
    if (
      text.length >= 15 &&
      (SPELLED_INSIDE.test(text) || (text.length >= MIN_RUN && RUN_TOGETHER.test(text)))
    ) {
      this.#found.push(word);
    }
    if (!hasDigit(text) || !LEET.test(text)) return;
    if (word.start - this.#leet.end > LEET_REACH) this.#endLeet();
    this.#leet = longer(this.#leet, word);
  }

  #endLetters(): void {
    if (this.#letters.count >= MIN_LETTERS) this.#found.push(this.#letters);
    if (this.#letters.count > 0) this.#letters = { start: 0, end: 0, count: 0 };
  }

  /** The last piece may be shorter. */
  #endChunks(): void {
    const { start, end, count, length } = this.#chunks;
    if (count >= MIN_CHUNKS && length > 1 && length <= MAX_CHUNK)
      this.#found.push({ start, end: end + length });
  }

  /** Words without digits around a row of leet belong to it. */
  #endLeet(): void {
    const { start, end, count } = this.#leet;
    if (count >= MIN_LEET)
      this.#found.push({ start: Math.max(0, start - LEET_REACH), end: end + LEET_REACH });
    this.#leet = { start: 0, end: 0, count: 0 };
  }
}

function longer(row: Row, { start, end }: Span): Row {
  return { start: row.count === 0 ? start : row.start, end, count: row.count + 1 };
}

/** A digit or a sign that is written for a letter. */
function hasDigit(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if ((code >= 0x30 && code <= 0x39) || code === 0x24 || code === 0x40 || code === 0x21 || code === 0x7c)
      return true;
  }
  return false;
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
