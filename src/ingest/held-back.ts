/**
 * How much of the gateway's log may be followed. While a part of another log is recorded and does not count yet, nobody
 * goes past the event that says so: whoever comes there finds the part, or knows that there is none.
 */
export class HeldBack {
  readonly #log: { readonly size: number };
  readonly #held = new Set<{ size: number }>();

  constructor(log: { readonly size: number }) {
    this.#log = log;
  }

  /** Bytes of the log that are durable and may be followed. */
  get size(): number {
    return Math.min(this.#log.size, ...[...this.#held].map(({ size }) => size));
  }

  /** What is recorded from now on is held back, until the answer is called. */
  hold(): () => void {
    const held = { size: this.#log.size };
    this.#held.add(held);
    return () => this.#held.delete(held);
  }
}
