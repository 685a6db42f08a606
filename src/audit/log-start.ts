import { ifThere } from '../disk/if-there.ts';
import { TreeFrontier } from '../tlog/tree-frontier.ts';
import { AuditLineError } from './audit-error.ts';
import type { AuditEvent } from './event.ts';
import { checkLine } from './event-check.ts';
import { NO_HASH } from './event-line.ts';
import { lineOf } from './find-line.ts';
import { type LogFile, logFiles } from './log-files.ts';
import { eventsOfTypes } from './own-events.ts';
import { purgeOf, type RecordedPurge } from './purge-record.ts';
import { readPurgedLines } from './purged-file.ts';

/** Where the lines of a log begin: with its first event, or behind what was purged. */
export type LogStart = {
  /** Of the first line. */
  sequence: number;
  /** Bytes of the log before it. */
  offset: number;
  /** The hash it follows from. */
  hash: string;
  /** The purge that ended here; absent where nothing is missing. Nobody has vouched for it yet. */
  purge?: RecordedPurge;
};

export const WHOLE_LOG: LogStart = { sequence: 0, offset: 0, hash: NO_HASH };

/**
 * Where a log begins, by the purge that its own events tell of; `undefined` where events are missing at its beginning
 * and none does. What this finds is a claim: the caller MUST see the event at its place, and under a checkpoint.
 */
export async function findLogStart(auditFile: string): Promise<LogStart | undefined> {
  const [first] = await filesOf(auditFile);
  if (first === undefined || first.offset === 0) return WHOLE_LOG;
  const purge = (await inKeptLines(auditFile, first)) ?? (await inLog(auditFile, first));
  if (purge === undefined) return undefined;
  return { sequence: first.sequence, offset: first.offset, hash: purge.end_hash, purge };
}

/** The tree over what was before the first line. */
export function frontierAt({ sequence, purge }: LogStart): TreeFrontier {
  return TreeFrontier.from(sequence, purge?.frontier ?? []);
}

async function filesOf(auditFile: string): Promise<LogFile[]> {
  return (await ifThere(logFiles(auditFile))) ?? [];
}

/** Kept lines are a view: one that the log does not hold at its place, as after a backup was put back, says nothing. */
async function inKeptLines(auditFile: string, first: LogFile): Promise<RecordedPurge | undefined> {
  for (const line of await readPurgedLines(auditFile)) {
    const purge = endingBefore(first, readLine(line));
    if (purge !== undefined && (await lineOf(auditFile, purge.sequence))?.equals(line)) return purge;
  }
  return undefined;
}

async function inLog(auditFile: string, first: LogFile): Promise<RecordedPurge | undefined> {
  try {
    for await (const event of eventsOfTypes(auditFile, ['segment_purged'])) {
      const purge = endingBefore(first, event);
      if (purge !== undefined) return purge;
    }
  } catch (error) {
    // A line that does not hold is found by whoever verifies.
    if (!(error instanceof AuditLineError)) throw error;
  }
  return undefined;
}

function readLine(line: Buffer): AuditEvent | undefined {
  try {
    return checkLine(line);
  } catch (error) {
    if (error instanceof AuditLineError) return undefined;
    throw error;
  }
}

function endingBefore(first: LogFile, event: AuditEvent | undefined): RecordedPurge | undefined {
  const purge = event?.event_type === 'segment_purged' ? purgeOf(event) : undefined;
  if (purge === undefined) return undefined;
  const isNeighbour = purge.last + 1 === first.sequence && purge.offset + purge.bytes === first.offset;
  return isNeighbour && purge.sequence >= first.sequence ? purge : undefined;
}
