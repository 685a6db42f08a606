import { closeSync, fstatSync, openSync } from 'node:fs';
import { isMissing } from '../disk/if-there.ts';
import { AuditOpenError } from './audit-error.ts';
import type { AuditEvent, TraceHead } from './event.ts';
import type { LogEnd } from './event-chain.ts';
import { ChainCheck, type ChainLink } from './event-check.ts';
import { NO_HASH } from './event-line.ts';
import { offsetIn, segmentPath, segmentSequences } from './log-files.ts';
import { WHOLE_LOG } from './log-start.ts';
import { CHECKED_BYTES, checkTail, readFirstEvent, readRange, type WholeLines } from './log-tail.ts';
import type { TailPlace } from './torn-tail.ts';

/** How every file starts that this log may repair. */
const FIRST_BYTES = Buffer.from('{"event_id":"');

/** What was found at start. */
export type FoundLog = {
  end: LogEnd;
  /** Absent: the log has no event yet. */
  origin?: string;
  /** Of the first event of the active file; where that has none yet, of the next one. */
  firstSequence: number;
  /** The active file has no event yet. */
  isFileNew: boolean;
  /** Where the active file ends, and where its whole lines do. */
  tail: TailPlace;
  /** Last events of the traces seen in the checked part. */
  heads: ReadonlyMap<string, TraceHead>;
};

/**
 * Finds the end of a log, from which its chain can go on. Only reads: what a start that is refused has found stands
 * there unchanged.
 *
 * What a crash leaves counts as torn: bytes after the last newline, and NUL bytes at the end. Any other bad line in
 * the last 1 MiB, a first line that opens no log, or one that does not follow from the last segment, rejects with
 * `audit_damaged`.
 */
export async function findLog(file: string): Promise<FoundLog> {
  const before = await lastSegment(file);
  const fd = openActive(file);
  if (fd === undefined) return foundLog(newFile(before), 0);
  try {
    const size = fstatSync(fd).size;
    const goodSize = wholeLinesEnd(fd, size);
    if (goodSize > 0) return foundLog(usedFile({ fd, file, size: goodSize }, before), size);
    assertOwnBeginning(fd, file);
    return foundLog(newFile(before), size);
  } finally {
    closeSync(fd);
  }
}

/** The active file for reading; nothing where a log has none yet, or a crash came before the next one was made. */
function openActive(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function foundLog(found: Omit<FoundLog, 'tail'>, fileEnd: number): FoundLog {
  const { segmentStart: offset, size } = found.end;
  return { ...found, tail: { offset, wholeEnd: size - offset, fileEnd } };
}

/** An active file without a whole line: that of a new log, or one that a crash left right after a segment was closed. */
function newFile(before: SegmentEnd | undefined): Omit<FoundLog, 'tail'> {
  if (before === undefined)
    return {
      end: endOf(undefined, { offset: 0, size: 0 }),
      firstSequence: 0,
      isFileNew: true,
      heads: new Map(),
    };
  const { end, origin, heads } = before;
  return { end, origin, heads, firstSequence: end.sequence, isFileNew: true };
}

function usedFile(lines: Omit<WholeLines, 'offset'>, before: SegmentEnd | undefined): Omit<FoundLog, 'tail'> {
  const first = readFirstEvent(lines);
  assertFollows(first, before, lines.file);
  const place = { offset: offsetIn(first) ?? 0, size: lines.size };
  const { last, heads } = checkTail({ ...lines, ...place });
  return {
    end: endOf(last, place),
    origin: String(first.payload?.['origin']),
    firstSequence: first.sequence,
    isFileNew: false,
    heads: new Map([...(before?.heads ?? []), ...heads]),
  };
}

function endOf(last: ChainLink | undefined, { offset, size }: { offset: number; size: number }): LogEnd {
  const place = { size: offset + size, segmentStart: offset };
  if (last === undefined) return { ...place, sequence: 0, hash: NO_HASH, lastMs: 0 };
  return { ...place, sequence: last.sequence + 1, hash: last.hash, lastMs: Date.parse(last.timestamp) };
}

/** Where the last whole line ends, NUL bytes at the end left aside; 0 when there is none. */
function wholeLinesEnd(fd: number, size: number): number {
  let end = size;
  let isInNuls = true;
  while (end > 0) {
    const start = Math.max(0, end - CHECKED_BYTES);
    const chunk = readRange(fd, start, end);
    let length = chunk.length;
    while (isInNuls && length > 0 && chunk[length - 1] === 0) length -= 1;
    if (length > 0) isInNuls = false;
    const newline = length === 0 ? -1 : chunk.lastIndexOf(10, length - 1);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}

/** A file without a whole line is ours only if a crash cut its very first line, or left NUL bytes. */
function assertOwnBeginning(fd: number, file: string): void {
  const start = readRange(fd, 0, FIRST_BYTES.length);
  const isOurs = start.equals(FIRST_BYTES.subarray(0, start.length)) || start.every((byte) => byte === 0);
  if (!isOurs) throw new AuditOpenError('audit_damaged', `${file} is not an audit log: it is left as it is`);
}

/** The first event of the active file: one that opens a log, or one that follows from the segment before. */
function assertFollows(first: AuditEvent, before: SegmentEnd | undefined, file: string): void {
  if (before === undefined) {
    // Segments may have been taken away; what is left still is a log.
    if (first.event_type === 'segment_opened' || new ChainCheck(WHOLE_LOG).next(first) === undefined) return;
    throw new AuditOpenError(
      'audit_damaged',
      `the first event of ${file} (sequence ${first.sequence}) does not open a log`,
    );
  }
  const { end, path } = before;
  const follows =
    first.sequence === end.sequence && first.prev_hash === end.hash && offsetIn(first) === end.size;
  if (follows) return;
  throw new AuditOpenError(
    'audit_damaged',
    `${file} begins with event ${first.sequence} and does not follow from ${path}, which ends before event ${end.sequence}`,
  );
}

/** Where the closed segments of a log end. */
type SegmentEnd = { path: string; end: LogEnd; origin: string; heads: ReadonlyMap<string, TraceHead> };

async function lastSegment(auditFile: string): Promise<SegmentEnd | undefined> {
  const sequence = (await segmentSequences(auditFile)).at(-1);
  if (sequence === undefined) return undefined;
  const path = segmentPath(auditFile, sequence);
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const first = readFirstEvent({ fd, file: path, size });
    const offset = offsetIn(first) ?? 0;
    const { last, heads } = checkTail({ fd, file: path, offset, size });
    const origin = String(first.payload?.['origin']);
    return { path, origin, heads, end: endOf(last, { offset: offset + size, size: 0 }) };
  } finally {
    closeSync(fd);
  }
}
