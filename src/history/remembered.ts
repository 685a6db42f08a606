import { MAX_COUNT } from '../policy/history-schema.ts';

/** Times of one key that are kept; what is cut off is older than all that can be counted. */
const KEPT_TIMES = 2 * MAX_COUNT;
/** Keys that are looked at for old times with each step that is added. */
const SWEPT_KEYS = 4;

/** The times in milliseconds at which the steps that one question asks for were decided, by key. */
export class Remembered {
  readonly #windowMs: number;
  readonly #times = new Map<string, number[]>();
  #sweep: Iterator<[string, number[]]> = this.#times.entries();
  #size = 0;
  /** From then on everything is remembered; what asks for more is not answered. */
  knownSinceMs = Number.POSITIVE_INFINITY;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** How many times are kept. */
  get size(): number {
    return this.#size;
  }

  /** How many times of a key lie after `afterMs`, up to `MAX_COUNT`. */
  count(key: string, afterMs: number): number {
    const times = this.#times.get(key) ?? [];
    return Math.min(times.length - firstAfter(times, afterMs), MAX_COUNT);
  }

  /** Adds a time; where `limit` are kept already, everything up to it is forgotten instead. */
  add(key: string, atMs: number, limit: number): boolean {
    this.#sweepOld(atMs);
    if (this.#size >= limit) {
      this.forgetBefore(atMs);
      return false;
    }
    const times = this.#times.get(key);
    if (times === undefined) this.#times.set(key, [atMs]);
    else {
      times.splice(firstAfter(times, atMs), 0, atMs);
      // Cut seldom, and never so short that what is taken back could make a count too small.
      if (times.length > KEPT_TIMES + MAX_COUNT) this.#size -= times.splice(0, MAX_COUNT).length;
    }
    this.#size += 1;
    return true;
  }

  /** What lies before is not known from now on. */
  forgetBefore(ms: number): void {
    this.knownSinceMs = Math.max(this.knownSinceMs, ms);
  }

  /** Takes back one time that was added. */
  remove(key: string, atMs: number): void {
    const times = this.#times.get(key) ?? [];
    const at = firstAfter(times, atMs) - 1;
    if (at < 0 || times[at] !== atMs) return;
    times.splice(at, 1);
    this.#size -= 1;
    if (times.length === 0) this.#times.delete(key);
  }

  /** All times of some keys, in place of what was kept of them. */
  put(entries: Iterable<readonly [string, number[]]>): void {
    for (const [key, times] of entries) {
      this.#size += times.length - (this.#times.get(key)?.length ?? 0);
      this.#times.set(key, times);
    }
  }

  entries(): Iterable<[string, number[]]> {
    return this.#times.entries();
  }

  /** Forgets what no question can ask for any more, of a few keys at a time. */
  #sweepOld(nowMs: number): void {
    for (let looked = 0; looked < SWEPT_KEYS; looked += 1) {
      const { done, value } = this.#sweep.next();
      if (done) {
        this.#sweep = this.#times.entries();
        return;
      }
      const [key, times] = value;
      const old = firstAfter(times, nowMs - this.#windowMs);
      this.#size -= old;
      if (old === times.length) this.#times.delete(key);
      else if (old > 0) times.splice(0, old);
    }
  }
}

/** The place of the first time after `ms`. */
function firstAfter(times: readonly number[], ms: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
