import type { Counter } from './budget-store.ts';

type Entry = Counter & { pins: number };

/**
 * Counters by key, least recently used first. An entry is pinned once for each change the store has not
 * projected; pinned entries are never evicted, so the cache may pass its capacity while that many are in flight.
 */
export class CounterCache {
  readonly #capacity: number;
  readonly #entries = new Map<string, Entry>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Counter | undefined {
    return this.#entries.get(key);
  }

  /** As `get`, and makes the entry the last to be evicted. */
  touch(key: string): Counter | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  put(key: string, counter: Counter): void {
    this.#entries.set(key, { used: counter.used, reserved: counter.reserved, pins: 0 });
    this.#evict();
  }

  /** Adds to a counter, which MUST be in the cache. `used` stops at the largest exact integer: such a budget is spent. */
  add(key: string, by: Counter): void {
    const entry = this.#entry(key);
    entry.used = Math.min(entry.used + by.used, Number.MAX_SAFE_INTEGER);
    entry.reserved += by.reserved;
  }

  pin(key: string): void {
    this.#entry(key).pins += 1;
  }

  unpin(key: string): void {
    const entry = this.#entry(key);
    if (entry.pins === 0) throw new Error(`counter ${key} was released twice`);
    entry.pins -= 1;
  }

  #entry(key: string): Entry {
    const entry = this.#entries.get(key);
    if (entry === undefined) throw new Error(`counter ${key} was changed without being loaded`);
    return entry;
  }

  #evict(): void {
    let excess = this.#entries.size - this.#capacity;
    if (excess <= 0) return;
    for (const [key, entry] of this.#entries) {
      if (excess <= 0) return;
      if (entry.pins > 0) continue;
      this.#entries.delete(key);
      excess -= 1;
    }
  }
}
