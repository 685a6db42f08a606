import { readFile } from 'node:fs/promises';
import { AuditLineError } from '../audit/audit-error.ts';
import { blobsNamedIn } from '../audit/blob.ts';
import { checkLine, parseEvent } from '../audit/event-check.ts';
import { MAX_LINE_BYTES } from '../audit/event-line.ts';
import { decodeLine } from '../audit/line-reader.ts';
import { type LogFile, logFiles, readLogLines } from '../audit/log-files.ts';
import { LogReader } from '../audit/log-reader.ts';
import { findLogStart, frontierAt, WHOLE_LOG } from '../audit/log-start.ts';
import type { PurgeRecord } from '../audit/purge-record.ts';
import { surveySegment } from '../audit/survey-segment.ts';
import { openTree } from '../audit/tree-file.ts';
import { type Hold, isHeldBy } from '../holds/hold.ts';
import type { Digest } from '../tlog/tree-hash.ts';

export type PurgePlan = {
  /** Segments that may go, oldest first: all their events are older than was asked for, and none is held. */
  segments: PurgeRecord[];
  /** The segment at which it stops because somebody keeps it, and by which hold. */
  kept?: { first: number; last: number; hold_id: string };
};

export type PurgeQuestion = {
  before: string;
  holds: readonly Hold[];
  onProgress?: (read: number, of: number) => void;
};

/**
 * Reads the oldest closed segments and says which of them may be purged: whole ones only, in their order, and only where
 * every line holds and is under the tree as it stands. Changes nothing.
 *
 * `before`: RFC 3339; events at this time or after it stay. Throws `AuditLineError` for a segment that does not hold:
 * what was tampered with is never purged. `onProgress` is told after each segment how many bytes of how many were read.
 */
export async function planPurge(
  auditFile: string,
  { before, holds, onProgress = () => undefined }: PurgeQuestion,
): Promise<PurgePlan> {
  const files = await logFiles(auditFile);
  const tree = frontierAt((await findLogStart(auditFile)) ?? WHOLE_LOG);
  const segments: PurgeRecord[] = [];
  const look = holds.length === 0 ? undefined : holderAmong(holds);
  const old = await oldFiles(auditFile, files, before);
  const of = old.reduce((sum, { size }) => sum + size, 0);
  let read = 0;
  for (const file of old) {
    const { record, found } = await surveySegment(auditFile, file, { before: tree, ...(look && { look }) });
    read += file.size;
    onProgress(read, of);
    const root = rootAt(auditFile, record.last + 1);
    // What was written a moment ago may not be in the tree beside the log yet: it goes the next time.
    if (root === undefined) break;
    assertIs(root, record, file.path);
    if (!(await isFollowed(auditFile, record, file.path))) break;
    const { first, last } = record;
    if (found !== undefined) return { segments, kept: { first, last, hold_id: found } };
    segments.push(record);
  }
  return { segments };
}

/** The closed files whose events are all older, from the first on. The last file stays, whatever its age: the log goes on from its end. */
async function oldFiles(auditFile: string, files: readonly LogFile[], before: string): Promise<LogFile[]> {
  const old: LogFile[] = [];
  for (const file of files.slice(0, -1)) {
    if (!file.isClosed || (await lastTimestamp(auditFile, file)) >= before) break;
    old.push(file);
  }
  return old;
}

function holderAmong(holds: readonly Hold[]) {
  return (event: Parameters<typeof isHeldBy>[1]) => holds.find((hold) => isHeldBy(hold, event))?.hold_id;
}

async function lastTimestamp(auditFile: string, { offset, size }: LogFile): Promise<string> {
  const tail = await new LogReader(auditFile).readBefore(offset + size, MAX_LINE_BYTES + 2);
  return parseEvent(decodeLine(tail.subarray(tail.lastIndexOf(10, -2) + 1, -1))).timestamp;
}

function assertIs(root: Digest, record: PurgeRecord, path: string): void {
  if (record.root === root) return;
  throw new AuditLineError('hash_mismatch', `the events of ${path} are not those of the log's tree`);
}

/**
 * Whether a line stands behind a segment, which then has to follow from it: the tree beside a log is written by whoever may
 * write there, and that line hangs on what the segment was.
 */
async function isFollowed(auditFile: string, record: PurgeRecord, path: string): Promise<boolean> {
  const bytes = await new LogReader(auditFile).read(record.offset + record.bytes, MAX_LINE_BYTES + 1);
  const end = bytes.indexOf(10);
  if (end < 0) return false;
  if (checkLine(bytes.subarray(0, end)).prev_hash === record.end_hash) return true;
  throw new AuditLineError(
    'prev_hash_mismatch',
    `the event behind ${path} does not follow from its last one`,
  );
}

function rootAt(auditFile: string, size: number): Digest | undefined {
  const tree = openTree(auditFile);
  try {
    return tree?.rootAt(size);
  } finally {
    tree?.close();
  }
}

/** Blobs that only lines of files speak of which are no part of the log any more, by the digits of their names. */
export async function orphanedBlobs(auditFile: string, gone: readonly string[]): Promise<string[]> {
  const orphans = new Set<string>();
  for (const path of gone) for (const name of blobsNamedIn(await readFile(path))) orphans.add(name);
  if (orphans.size === 0) return [];
  for await (const lines of readLogLines(auditFile))
    for (const { raw } of lines) for (const name of blobsNamedIn(raw)) orphans.delete(name);
  return [...orphans];
}
