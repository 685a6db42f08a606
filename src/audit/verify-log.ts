import { AuditLineError, type LineFault } from './audit-error.ts';
import type { AuditEvent } from './event.ts';
import { ChainCheck, checkLine } from './event-check.ts';
import type { RawLine } from './line-reader.ts';
import { offsetIn, readLogLines } from './log-files.ts';
import { withPayload } from './span-reader.ts';

/** What a walk over the whole log found. */
export type Verification = {
  ok: boolean;
  /** Events that hold, from the start up to the first that does not. */
  events: number;
  /** Absent when the log is empty. */
  origin?: string;
  /** Hash of the last event that holds. */
  last_hash?: string;
  /** The place where the log stops holding. `sequence` is the one the event there should have. */
  first_bad?: { sequence: number; offset: number; reason: LineFault; message: string };
};

/**
 * Verifies a log from its first byte to its last, through all its files: encoding, canonical form, hash of each event, both chains,
 * order of time, blobs. Stops at the first thing that is wrong.
 *
 * Memory grows with the number of traces (about 200 bytes each), not of events. A log that is being written
 * verifies up to its size at the start, and may there end in a torn line. What this cannot show: that whole
 * events were cut off the end, or that all was written anew; receipts and checkpoints outside the log do.
 */
export async function verifyLog(file: string): Promise<Verification> {
  const result: Verification = { ok: true, events: 0 };
  const walk = new LogWalk(file);
  try {
    for await (const lines of readLogLines(file)) {
      for (const line of lines) {
        const event = await walk.next(line);
        result.events += 1;
        result.last_hash = event.hash;
        if (event.sequence === 0) result.origin = String(event.payload?.['origin']);
      }
    }
  } catch (error) {
    if (!(error instanceof AuditLineError)) throw error;
    const { reason, message } = error;
    result.ok = false;
    result.first_bad = { sequence: result.events, offset: walk.end, reason, message };
  }
  return result;
}

/** Takes the lines of a log one after the other, as long as they hold. */
class LogWalk {
  readonly #file: string;
  readonly #chain = new ChainCheck(true);
  /** The byte where the last line that holds ends, through all files. */
  end = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** The event of the next line. Throws `AuditLineError` where it does not hold. */
  async next(line: RawLine): Promise<AuditEvent> {
    if (!line.isWhole)
      throw new AuditLineError('torn_tail', `${line.raw.length} bytes follow the last whole line`);
    const event = checkLine(line.raw);
    const fault = this.#chain.next(event) ?? this.#segmentFault(event);
    if (fault !== undefined)
      throw new AuditLineError(fault, `event ${event.sequence} does not follow the one before`);
    if (event.payload?.['blob'] !== undefined) await withPayload(this.#file, event);
    this.end = line.offset + line.raw.length + 1;
    return event;
  }

  /** A file says how many bytes of the log were before it. */
  #segmentFault(event: AuditEvent): LineFault | undefined {
    if (event.event_type !== 'segment_opened') return undefined;
    return offsetIn(event) === this.end ? undefined : 'segment_misplaced';
  }
}
