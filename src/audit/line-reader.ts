import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { AuditLineError } from './audit-error.ts';

/** The bytes of one line without its newline. The last one of a file may lack it. */
export type RawLine = { raw: Buffer; offset: number; isWhole: boolean };

const CHUNK_BYTES = 256 * 1024;

/** The longest line a reader holds in memory. The writer's limit is far below; foreign files may lie above. */
export const MAX_FOREIGN_LINE_BYTES = 16 * 1024 * 1024;

/** The text of a line. Throws `AuditLineError` unless the bytes are UTF-8: a lenient decoder would hide changes. */
export function decodeLine(raw: Buffer): string {
  if (!isUtf8(raw)) throw new AuditLineError('not_utf8', 'the line is not UTF-8');
  return raw.toString('utf8');
}

/**
 * The lines of an open file from byte `fromOffset` (the start of a line) up to `toOffset`, a chunk at a time; a last
 * one without newline included. Memory is bounded by the longest line. Throws `AuditLineError` for lines above 16 MiB;
 * nothing is parsed or verified here.
 */
export async function* rawLinesOf(
  handle: FileHandle,
  fromOffset: number,
  toOffset: number,
): AsyncGenerator<RawLine[], void> {
  const splitter = new LineSplitter(fromOffset);
  const read = async (position: number): Promise<Buffer> => {
    const chunk = Buffer.allocUnsafe(Math.max(0, Math.min(CHUNK_BYTES, toOffset - position)));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
    return chunk.subarray(0, bytesRead);
  };
  let position = fromOffset;
  let chunk = await read(position);
  while (chunk.length > 0) {
    position += chunk.length;
    // The next chunk comes while this one is looked at.
    const next = read(position);
    next.catch(() => undefined);
    yield splitter.push(chunk);
    chunk = await next;
  }
  yield splitter.rest();
}

/** Cuts chunks into lines; keeps the pieces of an unfinished line until its newline comes. */
class LineSplitter {
  #pieces: Buffer[] = [];
  /** Bytes of the unfinished line. */
  #length = 0;
  #offset: number;

  constructor(offset: number) {
    this.#offset = offset;
  }

  push(chunk: Buffer): RawLine[] {
    this.#assertBounded();
    const lines: RawLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      this.#keep(chunk.subarray(start, end));
      lines.push(this.#take(true));
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  rest(): RawLine[] {
    this.#assertBounded();
    return this.#length === 0 ? [] : [this.#take(false)];
  }

  #keep(piece: Buffer): void {
    this.#length += piece.length;
    if (piece.length > 0) this.#pieces.push(piece);
  }

  /** Looked at before more is taken in, so that the lines before a giant one come out first. */
  #assertBounded(): void {
    if (this.#length <= MAX_FOREIGN_LINE_BYTES) return;
    throw new AuditLineError('line_too_long', `the line at byte ${this.#offset} is longer than 16 MiB`);
  }

  #take(isWhole: boolean): RawLine {
    const [first] = this.#pieces;
    const raw = this.#pieces.length === 1 && first !== undefined ? first : Buffer.concat(this.#pieces);
    const line = { raw, offset: this.#offset, isWhole };
    this.#offset += raw.length + 1;
    this.#pieces = [];
    this.#length = 0;
    return line;
  }
}
