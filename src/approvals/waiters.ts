import { ApprovalError } from './approval-error.ts';

/** Starts a timer and gives back what stops it. */
export type StartTimer = (ms: number, run: () => void) => () => void;

/** Those who wait for something to happen to a key. Nobody polls: a waiter costs a closure and a timer. */
export class Waiters {
  readonly #startTimer: StartTimer;
  readonly #limit: number;
  readonly #byKey = new Map<string, Set<() => void>>();
  #count = 0;

  constructor(startTimer: StartTimer, limit: number) {
    this.#startTimer = startTimer;
    this.#limit = limit;
  }

  /**
   * Starts to wait: `done` resolves when the key is woken, after `ms`, when `signal` aborts or at `stop`, whichever
   * is first. The caller MUST call `stop` in the end. Throws `too_many_waiters` beyond the limit.
   */
  start(key: string, ms: number, signal?: AbortSignal): { done: Promise<void>; stop(): void } {
    if (this.#count >= this.#limit) {
      throw new ApprovalError(
        'too_many_waiters',
        'too many requests wait for approvals; ask again without waiting',
      );
    }
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const waiting = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, waiting);
    const stop = (): void => {
      if (!waiting.delete(stop)) return;
      this.#count -= 1;
      if (waiting.size === 0 && this.#byKey.get(key) === waiting) this.#byKey.delete(key);
      stopTimer();
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    const stopTimer = this.#startTimer(ms, stop);
    waiting.add(stop);
    this.#count += 1;
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
    return { done, stop };
  }

  wake(key: string): void {
    for (const stop of [...(this.#byKey.get(key) ?? [])]) stop();
  }

  wakeAll(): void {
    for (const key of [...this.#byKey.keys()]) this.wake(key);
  }
}
