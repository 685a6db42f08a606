import { AuditLineError, type LineFault } from './audit-error.ts';
import type { AuditEvent } from './event.ts';
import { checkLine } from './event-check.ts';
import { NO_HASH } from './event-line.ts';
import type { RawLine } from './line-reader.ts';
import { readLogLines } from './log-files.ts';
import { findLogStart, WHOLE_LOG } from './log-start.ts';
import { type LogFault, looseEvent, PassedLines, type UnreadableLines } from './passed-lines.ts';
import { withPayload } from './span-reader.ts';

/**
 * Something that is not as it was written: about the events of a trace, or about a line that may have been one of them.
 * `line` counts from 1 through all files.
 */
export type TraceFault = { line: number; sequence?: number; reason: LineFault; message: string };

/** What a log says of one trace. */
export type TraceInFile = {
  /** In the order of the log; also those that are not what they were, so that they can be looked at. */
  events: AuditEvent[];
  /** The exact line of each, and the event as it stands there. */
  raws: Buffer[];
  asWritten: AuditEvent[];
  /**
   * `unsigned`: a log without any hashes, of another writer or an older form; nothing shows that its events were not
   * changed. `holds` says it of every line of the log, but not that none is missing at its end.
   */
  integrity: 'holds' | 'broken' | 'unsigned';
  /** The first thing that is wrong; absent where the trace and the lines around it hold. */
  fault?: TraceFault;
  /** Lines that are no events; only of a log without hashes, where others are a fault. */
  unreadable?: UnreadableLines;
  /** The first so many events of the trace were purged; absent where none was. */
  purged_events?: number;
  /** Lines that were looked at. */
  lines: number;
};

/**
 * Finds the events of a trace in a log by its files alone, looking at every line: no index is needed, and none is
 * believed. Each line of the log is held against its own hash and against the ones before it in log and trace, also
 * those of other traces: one that was changed may have been an event of this one. That none is missing at the end,
 * only a checkpoint could show. Blobs of other traces are not read.
 */
export async function traceInFile(
  file: string,
  traceId: string,
  onProgress: (lines: number) => void = () => {},
): Promise<TraceInFile> {
  const needle = Buffer.from(JSON.stringify(traceId));
  const start = (await findLogStart(file)) ?? WHOLE_LOG;
  const reader = new TraceReader(file, traceId, start.sequence > 0);
  const passed = new PassedLines(file, start);
  let lines = 0;
  for await (const chunk of readLogLines(file)) {
    for (const line of chunk) {
      lines += 1;
      const looking = passed.next(line, lines);
      // Waiting for what is there already would cost as much as looking at it.
      if (looking !== undefined) await looking;
      if (line.raw.includes(needle)) await reader.take(line, lines);
    }
    onProgress(lines);
  }
  const { fault, unreadable } = await passed.end();
  return { ...reader.result(fault), ...(unreadable && { unreadable }), lines };
}

class TraceReader {
  readonly #file: string;
  readonly #traceId: string;
  readonly #events: AuditEvent[] = [];
  readonly #raws: Buffer[] = [];
  readonly #asWritten: AuditEvent[] = [];
  #hashed = 0;
  #fault: TraceFault | undefined;
  /** The log has lost its beginning, and this trace may have as well. */
  readonly #isCut: boolean;
  #purged = 0;
  #before: { trace_sequence: number; hash: string } = { trace_sequence: -1, hash: NO_HASH };

  constructor(file: string, traceId: string, isCut: boolean) {
    this.#isCut = isCut;
    this.#file = file;
    this.#traceId = traceId;
  }

  async take({ raw }: RawLine, line: number): Promise<void> {
    const { event, error } = readLine(raw);
    if (event === undefined || event.trace_id !== this.#traceId) return;
    const isHashed = typeof event.hash === 'string';
    if (isHashed) this.#hashed += 1;
    // An event that never had a hash is not one that was changed.
    if (error !== undefined && isHashed) this.#note(line, event, error);
    this.#raws.push(Buffer.from(raw));
    this.#asWritten.push(event);
    this.#events.push(await this.#whole(event, line));
    if (isHashed) this.#checkLink(event, line);
  }

  /** `ofLog` is what is wrong with the lines of the log, whosever they are. */
  result(ofLog: LogFault | undefined): Omit<TraceInFile, 'lines' | 'unreadable'> {
    const found = {
      ...{ events: this.#events, raws: this.#raws, asWritten: this.#asWritten },
      ...(this.#purged > 0 && { purged_events: this.#purged }),
    };
    const own = this.#fault;
    const isOwnFirst = own !== undefined && own.line <= (ofLog?.line ?? Number.POSITIVE_INFINITY);
    if (isOwnFirst) return { ...found, integrity: 'broken', fault: own };
    if (ofLog !== undefined) {
      const message = `${ofLog.message}; it may be, or have been, an event of this trace`;
      return { ...found, integrity: 'broken', fault: { ...ofLog, message } };
    }
    return { ...found, integrity: this.#hashed === this.#events.length ? 'holds' : 'unsigned' };
  }

  async #whole(event: AuditEvent, line: number): Promise<AuditEvent> {
    try {
      return await withPayload(this.#file, event);
    } catch (error) {
      if (!(error instanceof AuditLineError)) throw error;
      this.#note(line, event, error);
      return event;
    }
  }

  #checkLink(event: AuditEvent, line: number): void {
    const { trace_sequence, trace_prev_hash, hash } = event;
    if (this.#isCut && this.#hashed === 1 && trace_sequence !== undefined && trace_prev_hash !== undefined) {
      this.#purged = trace_sequence;
      this.#before = { trace_sequence: trace_sequence - 1, hash: trace_prev_hash };
    }
    const expected = this.#before.trace_sequence + 1;
    if (trace_sequence !== expected) {
      const message = `trace_sequence is ${trace_sequence} where ${expected} was to come: events are missing, doubled or moved`;
      this.#note(line, event, new AuditLineError('trace_sequence_broken', message));
    } else if (trace_prev_hash !== this.#before.hash) {
      const message = 'it does not follow from the event of the trace before it';
      this.#note(line, event, new AuditLineError('trace_prev_hash_mismatch', message));
    }
    this.#before = { trace_sequence: trace_sequence ?? expected, hash };
  }

  #note(line: number, { sequence }: AuditEvent, { reason, message }: AuditLineError): void {
    const place = typeof sequence === 'number' ? { line, sequence } : { line };
    this.#fault ??= { ...place, reason, message };
  }
}

/** The event of a line, also where it is not what it was; nothing where it is none at all. */
function readLine(raw: Buffer): { event?: AuditEvent; error?: AuditLineError } {
  try {
    return { event: checkLine(raw) };
  } catch (error) {
    if (!(error instanceof AuditLineError)) throw error;
    const event = looseEvent(raw);
    return event === undefined ? {} : { event, error };
  }
}
