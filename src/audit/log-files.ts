import { access, type FileHandle, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ifThere } from '../disk/if-there.ts';
import { AuditLineError, placed } from './audit-error.ts';
import type { AuditEvent } from './event.ts';
import { parseEvent } from './event-check.ts';
import { MAX_LINE_BYTES } from './event-line.ts';
import {
  type ChunkMemory,
  decodeLine,
  type LineChunk,
  lineChunksOf,
  linesOf,
  type RawLine,
} from './line-reader.ts';

/**
 * One file of a log. A log is its closed segments and then the active file; bytes are counted through all of them, as
 * if they were one.
 */
export type LogFile = {
  path: string;
  /** Of its first event; −1 where its first line is unfinished, or no event. */
  sequence: number;
  /** Bytes of the log before it, also those of segments that are gone. */
  offset: number;
  /** Its own bytes, when it was looked at. */
  size: number;
  inode: number;
  /** Closed: never written to again. */
  isClosed: boolean;
};

const SEGMENT_NAME = /^(0|[1-9][0-9]*)\.jsonl$/;

/** Where closed segments are. */
export function segmentDirectory(auditFile: string): string {
  return join(dirname(auditFile), 'segments');
}

/** The closed segment that begins with an event. */
export function segmentPath(auditFile: string, sequence: number): string {
  return join(segmentDirectory(auditFile), `${sequence}.jsonl`);
}

/** The sequences that closed segments begin with, ascending. */
export async function segmentSequences(auditFile: string): Promise<number[]> {
  const names = (await ifThere(readdir(segmentDirectory(auditFile)))) ?? [];
  const sequences = names.flatMap((name) => SEGMENT_NAME.exec(name)?.[1] ?? []).map(Number);
  return sequences.toSorted((a, b) => a - b);
}

/**
 * The files of a log, oldest first; the active one comes last, and is left out where it is empty. Throws what the
 * system throws where the log is not there.
 */
export async function logFiles(auditFile: string): Promise<LogFile[]> {
  // The active file first: one that is closed meanwhile then shows among the segments, and none is missed.
  const active = await ifThere(lookAt(auditFile));
  const looks: Look[] = [];
  for (const sequence of await segmentSequences(auditFile))
    looks.push(await lookAt(segmentPath(auditFile, sequence)));
  if (active === undefined && looks.length === 0) await access(auditFile);
  if (active !== undefined && looks.at(-1)?.inode !== active.inode) looks.push(active);
  const files: LogFile[] = [];
  for (const look of looks.filter(({ size }) => size > 0)) {
    const before = files.at(-1);
    const { path, inode, size, first } = look;
    const offset = offsetIn(first) ?? (before === undefined ? 0 : before.offset + before.size);
    const isClosed = path !== auditFile;
    files.push({ path, inode, size, offset, isClosed, sequence: first?.sequence ?? -1 });
  }
  return files;
}

/** All lines of a log from a byte on, a chunk at a time, through all its files; see `rawLinesOf`. */
export async function* readLogLines(
  auditFile: string,
  from = 0,
  to?: number,
): AsyncGenerator<RawLine[], void> {
  for await (const chunk of readLogChunks(auditFile, from, to)) yield linesOf(chunk);
}

/** The same in chunks of whole lines; see `lineChunksOf`. */
export async function* readLogChunks(
  auditFile: string,
  from = 0,
  to = Number.POSITIVE_INFINITY,
  memory?: ChunkMemory,
): AsyncGenerator<LineChunk, void> {
  for (const file of await logFiles(auditFile)) {
    const end = Math.min(file.size, to - file.offset);
    const start = Math.max(0, from - file.offset);
    if (start >= end) continue;
    const handle = await openLogFile(auditFile, file);
    try {
      for await (const { bytes, offset } of lineChunksOf(handle, start, end, memory))
        yield { bytes, offset: file.offset + offset };
    } finally {
      await handle.close();
    }
  }
}

/** The file and the byte in it that a byte of the log is, for people. */
export async function placeOf(auditFile: string, offset: number): Promise<string> {
  const file = (await logFiles(auditFile)).findLast((one) => one.offset <= offset);
  return file === undefined ? `byte ${offset}` : `${file.path}, byte ${offset - file.offset}`;
}

/** The error of the line at a byte of the log with its place, `after` being the event before it, where that is known. */
export async function placedIn(
  auditFile: string,
  error: unknown,
  { offset, after }: { offset: number; after: number | undefined },
): Promise<unknown> {
  const where = await placeOf(auditFile, offset);
  return placed(error, { where, ...(after !== undefined && { sequence: after + 1 }) });
}

/** Opens a file of a log, also one that was the active one when it was looked at and has been closed since. */
export async function openLogFile(auditFile: string, file: LogFile): Promise<FileHandle> {
  const handle = await open(file.path, 'r').catch(() => undefined);
  if (handle !== undefined && (await handle.stat()).ino === file.inode) return handle;
  await handle?.close();
  return open(segmentPath(auditFile, file.sequence), 'r');
}

type Look = Pick<LogFile, 'path' | 'inode' | 'size'> & { first: AuditEvent | undefined };

async function lookAt(path: string): Promise<Look> {
  const handle = await open(path, 'r');
  try {
    const { size, ino: inode } = await handle.stat();
    return { path, inode, size, first: await firstEvent(handle) };
  } finally {
    await handle.close();
  }
}

/** The event of the first line; nothing where that is unfinished or none. Its hash is not checked here. */
async function firstEvent(handle: FileHandle): Promise<AuditEvent | undefined> {
  const buffer = Buffer.alloc(MAX_LINE_BYTES + 1);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  const end = buffer.subarray(0, bytesRead).indexOf(10);
  if (end < 0) return undefined;
  try {
    return parseEvent(decodeLine(buffer.subarray(0, end)));
  } catch (error) {
    if (error instanceof AuditLineError) return undefined;
    throw error;
  }
}

/** What the first event of a file says of the bytes before it. */
export function offsetIn(
  event: { event_type: string; payload?: AuditEvent['payload'] } | undefined,
): number | undefined {
  if (event?.event_type !== 'segment_opened') return undefined;
  const offset = event.payload?.['offset'];
  return Number.isSafeInteger(offset) && Number(offset) > 0 ? Number(offset) : undefined;
}
