/** One holder a key at a time; others wait in the order they came. */
export class KeyedLock {
  readonly #tails = new Map<string, Promise<void>>();

  /** Resolves once the key is ours. The caller MUST call what it resolves with, once it is done. */
  async acquire(key: string): Promise<() => void> {
    const before = this.#tails.get(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tails.set(key, promise);
    await before;
    return () => {
      if (this.#tails.get(key) === promise) this.#tails.delete(key);
      resolve();
    };
  }

  /** How many keys are held. */
  get size(): number {
    return this.#tails.size;
  }
}
