import type { FileHandle } from 'node:fs/promises';
import { AuditLineError } from './audit-error.ts';
import { parseEvent } from './event-check.ts';
import { MAX_LINE_BYTES } from './event-line.ts';
import { decodeLine } from './line-reader.ts';
import { logFiles, openLogFile } from './log-files.ts';
import { LogReader } from './log-reader.ts';

/**
 * The byte of the log at which the line of an event starts, found by halving: sequences grow with the offset.
 * `undefined` where no whole line has that sequence. Throws `AuditLineError` for a line on the way that is no event.
 */
export async function offsetOfEvent(auditFile: string, sequence: number): Promise<number | undefined> {
  const file = (await logFiles(auditFile)).findLast((candidate) => candidate.sequence <= sequence);
  if (file === undefined) return undefined;
  const handle = await openLogFile(auditFile, file);
  try {
    const found = await halve(handle, sequence, file.size);
    return found === undefined ? undefined : file.offset + found;
  } finally {
    await handle.close();
  }
}

/** The exact line of an event; nothing where the log does not have it whole. */
export async function lineOf(auditFile: string, sequence: number): Promise<Buffer | undefined> {
  try {
    const offset = await offsetOfEvent(auditFile, sequence);
    if (offset === undefined) return undefined;
    const bytes = await new LogReader(auditFile).read(offset, MAX_LINE_BYTES + 1);
    const end = bytes.indexOf(10);
    return end < 0 ? undefined : bytes.subarray(0, end);
  } catch (error) {
    if (error instanceof AuditLineError) return undefined;
    throw error;
  }
}

async function halve(handle: FileHandle, sequence: number, size: number): Promise<number | undefined> {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = await lineFrom(handle, middle, high);
    // No line starts between the middle and the end, so what is looked for starts before the middle, or nowhere.
    if (found === undefined) high = middle;
    else if (found.sequence === sequence) return found.offset;
    else if (found.sequence < sequence) low = found.next;
    else high = middle;
  }
  return undefined;
}

/** The first line that starts at or after `from`, if it starts before `end`. */
async function lineFrom(handle: FileHandle, from: number, end: number) {
  // One byte before tells whether a line starts exactly here.
  const start = Math.max(0, from - 1);
  const buffer = Buffer.alloc(2 * (MAX_LINE_BYTES + 1) + 1);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
  const window = buffer.subarray(0, bytesRead);
  const lineStart = from === 0 ? 0 : window.indexOf(10) + 1;
  if ((from > 0 && lineStart === 0) || start + lineStart >= end) return undefined;
  const lineEnd = window.indexOf(10, lineStart);
  if (lineEnd < 0) return undefined;
  const { sequence } = parseEvent(decodeLine(window.subarray(lineStart, lineEnd)));
  return { sequence, offset: start + lineStart, next: start + lineEnd + 1 };
}
