import { parseJson } from '../json/parse-json.ts';
import type { JsonObject } from '../json/value.ts';
import { AuditLineError, type LineFault } from './audit-error.ts';
import { checkpointPaths, findCheckpoint } from './checkpoint-file.ts';
import type { AuditEvent } from './event.ts';
import { TEXT_MEMBERS } from './event-check.ts';
import { decodeLine, type RawLine } from './line-reader.ts';
import type { LogStart } from './log-start.ts';
import { LogWalk } from './log-walk.ts';

/** Where a log stops holding; `line` counts from 1 through all files. */
export type LogFault = { line: number; reason: LineFault; message: string };

/** Lines of a log without hashes that are no events: how many, and the first of them. */
export type UnreadableLines = { lines: number; first: number };

/** Members that only a log with hashes has. */
const HASHES = ['hash', 'prev_hash', 'trace_prev_hash'];

/**
 * Follows all lines of a log for somebody who looks for a few of them: one that was damaged may have been one of these.
 * Each is held against its hash, and the log's chain and those of all traces are followed; blobs are not read.
 */
export class PassedLines {
  readonly #file: string;
  readonly #walk: LogWalk;
  #fault: LogFault | undefined;
  #hasHashes = false;
  #unreadable: UnreadableLines = { lines: 0, first: 0 };

  constructor(file: string, start: LogStart) {
    this.#file = file;
    this.#walk = new LogWalk(file, start, { checksBlobs: false });
  }

  /** Takes the next line. Waits only where one has to be read in full. */
  next(line: RawLine, number: number): Promise<void> | undefined {
    if (this.#fault !== undefined) {
      if (!this.#hasHashes) this.#lookInto(line.raw, number);
      return undefined;
    }
    try {
      const taken = this.#walk.next(line);
      if (taken instanceof Promise)
        return taken.then(
          () => this.#holds(),
          (error) => this.#fails(error, line, number),
        );
      this.#holds();
    } catch (error) {
      this.#fails(error, line, number);
    }
    return undefined;
  }

  /**
   * What is wrong with a log that has hashes; of one that never had any, which of its lines are no events. Where only
   * some lines lack their hash, or a checkpoint lies beside the log, they were taken away.
   */
  async end(): Promise<{ fault?: LogFault; unreadable?: UnreadableLines }> {
    const atEnd = this.#walk.faultAtEnd();
    const fault = this.#fault ?? (atEnd && { line: 1, ...atEnd });
    if (fault === undefined) return {};
    const isSigned =
      this.#hasHashes || (await findCheckpoint(checkpointPaths(this.#file).latest)) !== undefined;
    if (isSigned) return { fault };
    return this.#unreadable.lines === 0 ? {} : { unreadable: this.#unreadable };
  }

  #holds(): void {
    this.#hasHashes = true;
  }

  #fails(error: unknown, { raw }: RawLine, line: number): void {
    if (!(error instanceof AuditLineError)) throw error;
    const { reason, message } = error;
    this.#fault = { line, reason, message };
    this.#lookInto(raw, line);
  }

  #lookInto(raw: Buffer, line: number): void {
    const event = looseEvent(raw);
    if (event !== undefined)
      this.#hasHashes ||= HASHES.some((name) => typeof (event as Record<string, unknown>)[name] === 'string');
    else this.#unreadable = { lines: this.#unreadable.lines + 1, first: this.#unreadable.first || line };
  }
}

/** The event of a line, also where it is not what it was, or never was of this format; nothing where it is none at all. */
export function looseEvent(raw: Buffer): AuditEvent | undefined {
  try {
    const value = parseJson(decodeLine(raw));
    const isEvent = value !== null && typeof value === 'object' && !Array.isArray(value);
    if (!isEvent || typeof value['event_type'] !== 'string') return undefined;
    return withoutOddMembers(value);
  } catch {
    return undefined;
  }
}

/** What is text in an event of ours and is something else here tells nothing that could be shown. */
function withoutOddMembers(value: JsonObject): AuditEvent {
  const odd: readonly string[] = [...TEXT_MEMBERS, 'timestamp', 'trace_id'];
  const members = Object.entries(value).filter(
    ([name, member]) => typeof member === 'string' || !odd.includes(name),
  );
  return Object.fromEntries(members) as unknown as AuditEvent;
}
