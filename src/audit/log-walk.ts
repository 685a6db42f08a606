import { AuditLineError, type LineFault } from './audit-error.ts';
import type { AuditEvent } from './event.ts';
import { ChainCheck, type ChainLink, checkLine } from './event-check.ts';
import type { RawLine } from './line-reader.ts';
import { scanLine } from './line-scan.ts';
import { offsetIn } from './log-files.ts';
import type { LogStart } from './log-start.ts';
import { purgeOf } from './purge-record.ts';
import { withPayload } from './span-reader.ts';

/** Takes the lines of a log one after the other, as long as they hold. */
export class LogWalk {
  readonly #file: string;
  readonly #chain: ChainCheck;
  readonly #start: LogStart;
  readonly #checksBlobs: boolean;
  #isPurgeSaid = false;
  #origin: unknown;
  /** The byte where the last line that holds ends, through all files. */
  end: number;

  constructor(file: string, start: LogStart, { checksBlobs = true } = {}) {
    this.#file = file;
    this.#checksBlobs = checksBlobs;
    this.#chain = new ChainCheck(start);
    this.#start = start;
    this.end = start.offset;
  }

  /** The next line, in full where the log says something of itself. Throws `AuditLineError` where it does not hold. */
  next(line: RawLine): ChainLink | Promise<AuditEvent> {
    const link = line.isWhole ? scanLine(line.raw) : undefined;
    if (link === undefined) return this.#read(line);
    this.#follow(link, line);
    return link;
  }

  /**
   * What only shows at the end: a log has a first line, and the purge that it begins behind has to be one of its events.
   * Until then that was only looked up.
   */
  faultAtEnd(): { reason: LineFault; message: string } | undefined {
    const { sequence, purge } = this.#start;
    if (this.end === 0)
      return {
        reason: 'not_log_opened',
        message: 'the file is empty: a log has at least its first line, log_opened',
      };
    if (purge === undefined || this.#isPurgeSaid) return undefined;
    const message = `the log begins with event ${sequence}, and no event in it says that those before were purged`;
    return { reason: 'sequence_broken', message };
  }

  /** The slow way: for lines that do not hold, and for those that say more than themselves. */
  async #read(line: RawLine): Promise<AuditEvent> {
    if (!line.isWhole)
      throw new AuditLineError('torn_tail', `${line.raw.length} bytes follow the last whole line`);
    const event = checkLine(line.raw);
    if (this.#checksBlobs && event.payload?.['blob'] !== undefined) await withPayload(this.#file, event);
    const fault = this.#openingFault(event);
    this.#follow(event, line);
    if (event.event_type === 'segment_purged') {
      this.#chain.purged(purgeOf(event)?.last ?? -1);
      this.#isPurgeSaid ||= event.hash === this.#start.purge?.hash;
    }
    if (fault === undefined) return event;
    throw new AuditLineError(fault, `event ${event.sequence} does not begin a file of this log at this byte`);
  }

  #follow(link: ChainLink, { raw, offset }: RawLine): void {
    const fault = this.#chain.next(link);
    if (fault !== undefined)
      throw new AuditLineError(fault, `event ${link.sequence} does not follow the one before`);
    this.end = offset + raw.length + 1;
  }

  /** A log is opened once; a file says of which log it is, and how many bytes of it were before. */
  #openingFault(event: AuditEvent): LineFault | undefined {
    const { event_type, sequence, payload = {} } = event;
    if (event_type !== 'log_opened' && event_type !== 'segment_opened') return undefined;
    this.#origin ??= payload['origin'];
    if (event_type === 'log_opened') return sequence === 0 ? undefined : 'segment_misplaced';
    const isOfThisLog = payload['origin'] === this.#origin;
    return isOfThisLog && offsetIn(event) === this.end ? undefined : 'segment_misplaced';
  }
}
