/** A jump back of the clock beyond this is noted in the log. */
const STEP_MS = 1_000;

/** The clock jumped back: where it stood, and where it stands now. Milliseconds since 1970. */
export type ClockStep = { from_ms: number; to_ms: number };

/**
 * The log's time: the given clock, but never running backwards.
 *
 * While the clock stands behind the latest timestamp, that timestamp is used again. A jump back of more than
 * one second is reported once, however long the clock stays behind.
 */
export class LogClock {
  readonly #read: () => number;
  #lastReading: number;
  #ms: number;
  #timestamp: string;

  /** `lastMs` is the time of the last event in the log; 0 for a new log. */
  constructor(read: () => number, lastMs: number) {
    this.#read = read;
    this.#lastReading = lastMs;
    this.#ms = lastMs;
    this.#timestamp = new Date(lastMs).toISOString();
  }

  /** Milliseconds since 1970 of the latest tick, an integer. */
  get ms(): number {
    return this.#ms;
  }

  /** The same, RFC 3339 in UTC with milliseconds. */
  get timestamp(): string {
    return this.#timestamp;
  }

  /** Takes the time. Throws a `RangeError` when the clock gives none that can be written. */
  tick(): ClockStep | undefined {
    const reading = Math.floor(this.#read());
    if (reading > this.#ms) {
      this.#timestamp = new Date(reading).toISOString();
      this.#ms = reading;
    } else if (!Number.isFinite(reading)) {
      throw new RangeError('the clock of the audit log gives no time');
    }
    const step = { from_ms: this.#lastReading, to_ms: reading };
    this.#lastReading = reading;
    return step.to_ms < step.from_ms - STEP_MS ? step : undefined;
  }
}
