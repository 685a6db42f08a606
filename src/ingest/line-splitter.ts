import { linesOf } from '../audit/line-reader.ts';
import { refused } from './run-check.ts';

/** The longest line that is held in memory: a payload of its own may be one. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Cuts chunks into lines, without their newlines; keeps the pieces of an unfinished line until its newline comes. */
export class LineSplitter {
  #pieces: Buffer[] = [];
  /** Bytes of the unfinished line. */
  #length = 0;

  /** True where the last line has no newline yet. */
  get isWithinLine(): boolean {
    return this.#length > 0;
  }

  /** Throws `RefusedRun` where a line is longer than any. */
  push(chunk: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    for (const { raw, isWhole } of linesOf({ bytes: chunk, offset: 0 })) {
      this.#keep(raw);
      if (isWhole) lines.push(this.#take());
    }
    if (this.#length > MAX_LINE_BYTES)
      throw refused('line_too_long', undefined, 'a line is longer than 16 MiB');
    return lines;
  }

  #keep(piece: Buffer): void {
    this.#length += piece.length;
    if (piece.length > 0) this.#pieces.push(piece);
  }

  #take(): Buffer {
    const [first] = this.#pieces;
    const raw = this.#pieces.length === 1 && first !== undefined ? first : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    return raw;
  }
}
