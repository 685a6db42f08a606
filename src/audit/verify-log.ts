import { AuditLineError, type LineFault } from './audit-error.ts';
import type { AuditEvent } from './event.ts';
import { ChainCheck, checkLine } from './event-check.ts';
import { type RawLine, readRawLines } from './line-reader.ts';
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
 * Verifies a log from its first byte to its last: encoding, canonical form, hash of each event, both chains,
 * order of time, blobs. Stops at the first thing that is wrong.
 *
 * Memory grows with the number of traces (about 200 bytes each), not of events. A log that is being written
 * verifies up to its size at the start, and may there end in a torn line. What this cannot show: that whole
 * events were cut off the end, or that all was written anew; receipts and checkpoints outside the log do.
 */
export async function verifyLog(file: string): Promise<Verification> {
  const chain = new ChainCheck(true);
  const result: Verification = { ok: true, events: 0 };
  let offset = 0;
  try {
    for await (const lines of readRawLines(file)) {
      for (const line of lines) {
        const event = await verifyLine(file, line, chain);
        offset = line.offset + line.raw.length + 1;
        result.events += 1;
        result.last_hash = event.hash;
        if (event.sequence === 0) result.origin = String(event.payload?.['origin']);
      }
    }
  } catch (error) {
    if (!(error instanceof AuditLineError)) throw error;
    result.ok = false;
    result.first_bad = { sequence: result.events, offset, reason: error.reason, message: error.message };
  }
  return result;
}

async function verifyLine(file: string, line: RawLine, chain: ChainCheck): Promise<AuditEvent> {
  if (!line.isWhole)
    throw new AuditLineError('torn_tail', `${line.raw.length} bytes follow the last whole line`);
  const event = checkLine(line.raw);
  const fault = chain.next(event);
  if (fault !== undefined)
    throw new AuditLineError(fault, `event ${event.sequence} does not follow the one before`);
  if (event.payload?.['blob'] !== undefined) await withPayload(file, event);
  return event;
}
