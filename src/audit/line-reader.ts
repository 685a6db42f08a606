import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { AuditLineError } from './audit-error.ts';

/** The bytes of one line without its newline. The last one of a file may lack it. */
export type RawLine = { raw: Buffer; offset: number; isWhole: boolean };

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 10;

/** The longest line a reader holds in memory. The writer's limit is far below; foreign files may lie above. */
export const MAX_FOREIGN_LINE_BYTES = 16 * 1024 * 1024;

/** The text of a line. Throws `AuditLineError` unless the bytes are UTF-8: a lenient decoder would hide changes. */
export function decodeLine(raw: Buffer): string {
  if (!isUtf8(raw)) throw new AuditLineError('not_utf8', 'the line is not UTF-8');
  return raw.toString('utf8');
}

/** Bytes in a row, each line with its newline; the last line of a file may lack it. */
export type LineChunk = { bytes: Buffer; offset: number };

/** What a chunk begins with of a line that was cut is copied into this room before it, where it has enough. */
const ROOM_BYTES = 64 * 1024;

/** Gives the memory for one chunk after the other. */
export type ChunkMemory = () => Buffer;

const newMemory: ChunkMemory = () => Buffer.allocUnsafe(ROOM_BYTES + CHUNK_BYTES);

/**
 * The same memory again and again, for readers that keep nothing of a chunk when they ask for the next one. Memory outside
 * the heap makes V8 collect garbage all over, which costs long readers more than reading does.
 */
export function sameMemory(): ChunkMemory {
  // One is read into while the other is looked at.
  let [now, next] = [newMemory(), newMemory()];
  return () => {
    [now, next] = [next, now];
    return now;
  };
}

/**
 * An open file from byte `fromOffset` (the start of a line) up to `toOffset`, in chunks of whole lines; a last one without
 * newline included. Memory is bounded by the longest line. Throws `AuditLineError` for lines above 16 MiB; nothing is
 * parsed or verified here.
 */
export async function* lineChunksOf(
  handle: FileHandle,
  fromOffset: number,
  toOffset: number,
  memory: ChunkMemory = newMemory,
): AsyncGenerator<LineChunk, void> {
  const joiner = new LineJoiner(fromOffset);
  const read = async (position: number): Promise<Buffer> => {
    const wanted = Math.max(0, Math.min(CHUNK_BYTES, toOffset - position));
    const chunk = memory();
    const { bytesRead } = await handle.read(chunk, ROOM_BYTES, wanted, position);
    return chunk.subarray(0, ROOM_BYTES + bytesRead);
  };
  let position = fromOffset;
  let chunk = await read(position);
  while (chunk.length > ROOM_BYTES) {
    position += chunk.length - ROOM_BYTES;
    const whole = joiner.push(chunk);
    // The next chunk comes while this one is looked at.
    const next = read(position);
    next.catch(() => undefined);
    yield* whole;
    chunk = await next;
  }
  yield* joiner.rest();
}

/** The same line by line, a chunk at a time. */
export async function* rawLinesOf(
  handle: FileHandle,
  fromOffset: number,
  toOffset: number,
): AsyncGenerator<RawLine[], void> {
  for await (const chunk of lineChunksOf(handle, fromOffset, toOffset)) yield linesOf(chunk);
}

/** The lines of a chunk, without their newlines. */
export function linesOf({ bytes, offset }: LineChunk): RawLine[] {
  const lines: RawLine[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    lines.push({ raw: bytes.subarray(start, end), offset: offset + start, isWhole: true });
    start = end + 1;
  }
  if (start < bytes.length)
    lines.push({ raw: bytes.subarray(start), offset: offset + start, isWhole: false });
  return lines;
}

/** Moves the beginning of a line that a chunk ends with to the chunk in which it goes on. */
class LineJoiner {
  /** Pieces of the unfinished line, and their bytes. */
  #pieces: Buffer[] = [];
  #length = 0;
  #offset: number;

  constructor(offset: number) {
    this.#offset = offset;
  }

  /** `chunk` begins with room. */
  push(chunk: Buffer): LineChunk[] {
    this.#assertBounded();
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    // The room may hold a newline of old.
    if (end <= ROOM_BYTES) {
      this.#keep(chunk.subarray(ROOM_BYTES));
      return [];
    }
    const bytes = this.#joined(chunk, end);
    this.#pieces = [];
    this.#length = 0;
    this.#keep(chunk.subarray(end));
    return this.#taken(bytes);
  }

  rest(): LineChunk[] {
    this.#assertBounded();
    return this.#length === 0 ? [] : this.#taken(Buffer.concat(this.#pieces));
  }

  #joined(chunk: Buffer, end: number): Buffer {
    if (this.#length > ROOM_BYTES) return Buffer.concat([...this.#pieces, chunk.subarray(ROOM_BYTES, end)]);
    let start = ROOM_BYTES;
    for (const piece of this.#pieces.toReversed()) start -= piece.copy(chunk, start - piece.length);
    return chunk.subarray(start, end);
  }

  #taken(bytes: Buffer): LineChunk[] {
    const offset = this.#offset;
    this.#offset += bytes.length;
    return [{ bytes, offset }];
  }

  #keep(piece: Buffer): void {
    this.#length += piece.length;
    // A copy, as what it is of may be read into again.
    if (piece.length > 0) this.#pieces.push(Buffer.from(piece));
  }

  /** Looked at before more is taken in, so that the lines before a giant one come out first. */
  #assertBounded(): void {
    if (this.#length <= MAX_FOREIGN_LINE_BYTES) return;
    throw new AuditLineError('line_too_long', `the line at byte ${this.#offset} is longer than 16 MiB`);
  }
}
