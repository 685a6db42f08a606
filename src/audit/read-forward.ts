import { AuditLineError } from './audit-error.ts';
import type { AuditEvent } from './event.ts';
import { checkLine } from './event-check.ts';
import { linesOf } from './line-reader.ts';
import { logFiles } from './log-files.ts';
import type { LogReader } from './log-reader.ts';

/** More than the longest line, so that every read holds a whole one. */
const CHUNK_BYTES = 256 * 1024;

/** A line of the log with its event, and the byte behind its newline, where the next one begins. */
export type LogLine = { raw: Buffer; event: AuditEvent; end: number };

/** The events from a place on are in no file any more. `oldest` is where those that are kept begin. */
export class EventsGone extends Error {
  readonly code = 'events_gone';
  readonly oldest: { sequence: number; offset: number };

  constructor(offset: number, oldest: EventsGone['oldest']) {
    super(`the log no longer has what stood at byte ${offset}; it begins with event ${oldest.sequence}`);
    this.oldest = oldest;
  }
}

/**
 * Some of the lines from byte `from` (the start of a line) on, through all files of the log; none where `from` is
 * `to`. `to` MUST be no more than what is durable: behind it there may be lines that will be taken back.
 *
 * Throws `EventsGone` where the files that held them are gone, and `AuditLineError` for a line whose hash does not hold.
 */
export async function readForward(log: LogReader, from: number, to: number): Promise<LogLine[]> {
  if (from >= to) return [];
  const bytes = await readUnlessGone(log, from, Math.min(CHUNK_BYTES, to - from));
  const whole = linesOf({ bytes, offset: from }).filter(({ isWhole }) => isWhole);
  const lines = whole.map(({ raw, offset }) => ({
    raw,
    event: checkLine(raw),
    end: offset + raw.length + 1,
  }));
  if (lines.length === 0) throw new AuditLineError('torn_tail', `the log has no whole line at byte ${from}`);
  return lines;
}

async function readUnlessGone(log: LogReader, from: number, bytes: number): Promise<Buffer> {
  const found = await log.read(from, bytes).catch((error: unknown) => {
    if (error instanceof AuditLineError) return Buffer.alloc(0);
    throw error;
  });
  if (found.length > 0) return found;
  const oldest = (await logFiles(log.auditFile)).find(({ offset }) => offset > from);
  if (oldest === undefined) throw new AuditLineError('torn_tail', `the log ends before byte ${from}`);
  throw new EventsGone(from, { sequence: oldest.sequence, offset: oldest.offset });
}
