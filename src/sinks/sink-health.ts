/** Failed attempts in a row after which a sink counts as failing. */
const FAILURES_BEFORE_WORD = 3;
/** The log is told of no more than one failing of a sink in this time. */
const WORD_INTERVAL_MS = 600_000;

/** What the log is to be told of a sink. */
export type HealthWord = 'sink_failing' | 'sink_recovered';

/**
 * When the log hears of a sink. A word on a sink is an event that the sink itself has to carry, so it must not become
 * the reason for the next one: `sink_failing` is said once in ten minutes at the most, `sink_recovered` once for each.
 */
export class SinkHealth {
  readonly #clock: () => number;
  #failures = 0;
  #isSaid: boolean;
  #saidMs = Number.NEGATIVE_INFINITY;

  /** `isSaid`: the log has been told already that the sink is failing, by an earlier start. */
  constructor(clock: () => number, isSaid: boolean) {
    this.#clock = clock;
    this.#isSaid = isSaid;
  }

  /** Failed attempts since the last that succeeded. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether the last word was that the sink is failing. */
  get isSaid(): boolean {
    return this.#isSaid;
  }

  failed(): HealthWord | undefined {
    this.#failures += 1;
    const nowMs = this.#clock();
    const isDue = this.#failures >= FAILURES_BEFORE_WORD && nowMs - this.#saidMs >= WORD_INTERVAL_MS;
    if (this.#isSaid || !isDue) return undefined;
    this.#isSaid = true;
    this.#saidMs = nowMs;
    return 'sink_failing';
  }

  succeeded(): HealthWord | undefined {
    this.#failures = 0;
    if (!this.#isSaid) return undefined;
    this.#isSaid = false;
    return 'sink_recovered';
  }
}
