import type { IdempotencyStore } from './idempotency-store.ts';

/** How long an answer is given again. */
export const ANSWER_TTL_MS = 24 * 3_600_000;

export type KeptAnswer = { status: number; body: Uint8Array };

/** `run`: do the work. `conflict`: the key came with another body. `replay`: answer this, and do nothing. */
export type Turn = 'run' | 'conflict' | { replay: KeptAnswer };

type Running = { bodyHash: string; done: Promise<void>; free: () => void };

/**
 * Gives the first answer again when a request comes twice (`Idempotency-Key`). While the first is still at work, a
 * second one waits for it, so that the work is done once however close they come.
 *
 * `scope` tells apart whose key it is and for what: token, method and address.
 */
export class Idempotency {
  readonly #store: IdempotencyStore;
  readonly #clock: () => number;
  readonly #running = new Map<string, Running>();

  constructor(deps: { store: IdempotencyStore; clock: () => number }) {
    this.#store = deps.store;
    this.#clock = deps.clock;
  }

  /** Who gets `run` MUST call `finish`, or `abandon` where nothing was done or `finish` rejected. */
  async begin(scope: string, key: string, bodyHash: string): Promise<Turn> {
    const id = idOf(scope, key);
    for (let other = this.#running.get(id); other !== undefined; other = this.#running.get(id)) {
      if (other.bodyHash !== bodyHash) return 'conflict';
      await other.done;
    }
    // Nothing was awaited since the last look: the next request with this key finds this one.
    const { promise: done, resolve: free } = Promise.withResolvers<void>();
    this.#running.set(id, { bodyHash, done, free });
    let turn: Turn | undefined;
    try {
      turn = await this.#lookUp(scope, key, bodyHash);
      return turn;
    } finally {
      if (turn !== 'run') this.#release(id);
    }
  }

  /** Keeps the answer for a day and lets those who wait have it. After a rejection the key is still held. */
  async finish(scope: string, key: string, answer: KeptAnswer): Promise<void> {
    const id = idOf(scope, key);
    const running = this.#running.get(id);
    if (running === undefined) throw new Error('an answer was kept for a request that is not running');
    const { status, body } = answer;
    const created_at = new Date(this.#clock()).toISOString();
    await this.#store.keepAnswer(scope, key, { body_hash: running.bodyHash, status, body, created_at });
    this.#release(id);
  }

  /** Frees the key: the next request with it runs. */
  abandon(scope: string, key: string): void {
    this.#release(idOf(scope, key));
  }

  /** Deletes answers older than a day, at most `limit`; resolves with how many. */
  purge(limit: number): Promise<number> {
    return this.#store.purgeAnswers(this.#oldest(), limit);
  }

  async #lookUp(scope: string, key: string, bodyHash: string): Promise<Turn> {
    const kept = await this.#store.answer(scope, key);
    if (kept === undefined || kept.created_at < this.#oldest()) return 'run';
    if (kept.body_hash !== bodyHash) return 'conflict';
    return { replay: { status: kept.status, body: kept.body } };
  }

  #release(id: string): void {
    const running = this.#running.get(id);
    this.#running.delete(id);
    running?.free();
  }

  #oldest(): string {
    return new Date(this.#clock() - ANSWER_TTL_MS).toISOString();
  }
}

function idOf(scope: string, key: string): string {
  return JSON.stringify([scope, key]);
}
