/** A wait that somebody else can end. A call that comes while nobody waits ends the next wait. */
export class Wakeup {
  #isDue = false;
  #end: (() => void) | undefined;

  wake(): void {
    this.#isDue = true;
    this.#end?.();
  }

  /** Resolves after `ms`, when woken, or when the signal fires, whichever comes first. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#isDue && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const end = () => resolve();
      this.#end = end;
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
      await promise;
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      this.#end = undefined;
    }
    this.#isDue = false;
  }
}
