/** Work that is done again and again while the gateway runs. */
export class Upkeep {
  readonly #onError: (error: unknown) => void;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #running = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Does `work` every `ms`, never twice at once. A failure is reported and the work is tried again next time. */
  every(ms: number, work: () => Promise<unknown>): void {
    let busy = false;
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      const run = work()
        .catch(this.#onError)
        .finally(() => {
          busy = false;
          this.#running.delete(run);
        });
      this.#running.add(run);
    }, ms);
    timer.unref();
    this.#timers.push(timer);
  }

  /** Does `work` once, beside everything else. `signal` fires when there is no more time for it. */
  once(work: (signal: AbortSignal) => Promise<unknown>): void {
    const { signal } = this.#closing;
    const run = work(signal)
      .catch((error) => {
        if (!signal.aborted) this.#onError(error);
      })
      .finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** Starts nothing more and waits for what is running. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#running);
  }
}
