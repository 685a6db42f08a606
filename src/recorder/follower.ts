import type { CommittedGroup } from '../audit/event.ts';
import type { Store } from '../store/store.ts';

/** Groups that are projected at once when they wait. */
const MAX_WAITING_GROUPS = 512;
/** A group waits no longer than this. */
const MAX_WAIT_MS = 25;

/**
 * Brings the store up to date with the log, a little later and many batches in one transaction: a transaction costs
 * what a dozen groups do. Nobody sees the delay, because whoever asks the store has everything projected first.
 */
export class Follower {
  readonly #store: Pick<Store, 'commit'>;
  readonly #onFailure: (cause: unknown) => void;
  readonly #traces = new Set<string>();
  #waiting: CommittedGroup[] = [];
  /** Groups that are waiting or on their way into the store. */
  #pending = 0;
  #running: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  /** `onFailure` is told once the store cannot follow any more: what it says is wrong from then on. */
  constructor(store: Pick<Store, 'commit'>, onFailure: (cause: unknown) => void) {
    this.#store = store;
    this.#onFailure = onFailure;
  }

  /** Takes groups that are durable, in the order of the log. */
  take(groups: readonly CommittedGroup[]): void {
    this.#pending += groups.length;
    for (const group of groups) {
      this.#waiting.push(group);
      if (group.context.trace_id !== undefined) this.#traces.add(group.context.trace_id);
    }
    if (this.#waiting.length >= MAX_WAITING_GROUPS) void this.catchUp();
    else this.#timer ??= setTimeout(() => void this.catchUp(), MAX_WAIT_MS);
  }

  /** Whether the store has yet to be told something of this trace. */
  isBehindOn(traceId: string): boolean {
    return this.#traces.has(traceId);
  }

  /** Resolves when the store has all that was taken so far. */
  catchUp(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return this.#running;
    const groups = this.#waiting;
    this.#waiting = [];
    this.#running = this.#running.then(() => this.#project(groups));
    return this.#running;
  }

  async #project(groups: readonly CommittedGroup[]): Promise<void> {
    try {
      await this.#store.commit(groups);
    } catch (cause) {
      this.#onFailure(cause);
    }
    this.#pending -= groups.length;
    if (this.#pending === 0) this.#traces.clear();
  }
}
