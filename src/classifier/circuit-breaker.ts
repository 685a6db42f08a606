/** Failures in a row after which nothing is asked for a while. */
const FAILURES_TO_OPEN = 5;
/** How long nothing is asked; then one request tries. */
const OPEN_MS = 30_000;

/** Keeps who asks from waiting for a service that does not answer: after some failures in a row it is left alone. */
export class CircuitBreaker {
  readonly #clock: () => number;
  #failures = 0;
  #openUntil = 0;
  #isTrying = false;

  /** `clock`: milliseconds since any point. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.#failures >= FAILURES_TO_OPEN;
  }

  /** Whether to ask now. True for one request alone where it is only to be tried; each MUST be followed by `report`. */
  mayAsk(): boolean {
    if (!this.isOpen) return true;
    if (this.#isTrying || this.#clock() < this.#openUntil) return false;
    this.#isTrying = true;
    return true;
  }

  report(isSuccess: boolean): void {
    this.#isTrying = false;
    this.#failures = isSuccess ? 0 : this.#failures + 1;
    if (this.isOpen) this.#openUntil = this.#clock() + OPEN_MS;
  }
}
