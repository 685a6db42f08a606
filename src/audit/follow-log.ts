import { setTimeout as wait } from 'node:timers/promises';
import type { AuditEvent } from './event.ts';
import { parseEvent } from './event-check.ts';
import { offsetOfEvent } from './find-line.ts';
import { decodeLine } from './line-reader.ts';
import { findLogEnd } from './log-end.ts';
import { readLogLines } from './log-files.ts';

const POLL_MS = 250;

/** A line of a log that is being read along, with its event. Its hash is not checked here. */
export type FollowedLine = { line: string; event: AuditEvent };

/**
 * The last `count` events of a log, and, until `signal` fires, those that are added. Throws `AuditLineError` for a line
 * that is no event.
 */
export async function* followLog(
  auditFile: string,
  count: number,
  signal?: AbortSignal,
): AsyncGenerator<FollowedLine, void> {
  let from = await startOf(auditFile, count);
  do {
    for await (const { end, ...followed } of linesFrom(auditFile, from)) {
      from = end;
      yield followed;
    }
    if (signal !== undefined) await wait(POLL_MS, undefined, { signal }).catch(() => undefined);
  } while (signal?.aborted === false);
}

async function* linesFrom(
  auditFile: string,
  from: number,
): AsyncGenerator<FollowedLine & { end: number }, void> {
  for await (const lines of readLogLines(auditFile, from)) {
    for (const { raw, offset, isWhole } of lines) {
      if (!isWhole) continue;
      const line = decodeLine(raw);
      yield { line, event: parseEvent(line), end: offset + raw.length + 1 };
    }
  }
}

/** The byte at which the last `count` events begin. */
async function startOf(auditFile: string, count: number): Promise<number> {
  const { nextSequence, size } = await findLogEnd(auditFile);
  return (await offsetOfEvent(auditFile, Math.max(0, nextSequence - count))) ?? size;
}
