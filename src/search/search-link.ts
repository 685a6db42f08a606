import type { Worker } from 'node:worker_threads';
import { startThread } from '../threads/start-thread.ts';
import type { AskedOf, FromSearch, TextLog, ToSearch } from './search-wire.ts';

/** Young objects of the thread: words come and go, and none is kept. */
const YOUNG_MEGABYTES = 8;

type Call = { resolve(value: unknown): void; reject(error: Error): void };

type Watcher = {
  onFailure(error: Error): void;
  onIdle(): void;
  /** The thread takes no more questions. */
  onGone(): void;
};

/** Both ends of every message to the thread that searches, from its start to its end. */
export class SearchLink {
  readonly #worker: Worker;
  readonly #watcher: Watcher;
  readonly #calls = new Map<number, Call>();
  readonly #ended: Promise<void>;
  #lastId = 0;

  constructor(workerData: TextLog, watcher: Watcher) {
    this.#worker = startThread(import.meta.url, 'search-thread', {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    this.#watcher = watcher;
    this.#worker.on('message', (message: FromSearch) => this.#take(message));
    this.#worker.on('error', (error) => {
      watcher.onFailure(error);
      this.#end(error.message);
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    this.#worker.once('exit', () => {
      this.#end('the search has stopped');
      resolve();
    });
  }

  /** Rejects with the code of what went wrong there. */
  ask(asked: AskedOf<'id'>): Promise<unknown> {
    this.#lastId += 1;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#calls.set(this.#lastId, { resolve, reject });
    this.#post({ type: 'search', id: this.#lastId, ...asked });
    return promise;
  }

  /** Resolves when the thread has answered what it was asked, and is gone. */
  async close(): Promise<void> {
    this.#watcher.onGone();
    this.#post({ type: 'close' });
    await this.#ended;
  }

  #post(message: ToSearch): void {
    this.#worker.postMessage(message);
  }

  #take(message: FromSearch): void {
    if (message.type === 'failed') this.#watcher.onFailure(new Error(message.message));
    else if (message.type === 'idle') this.#idle();
    else {
      const call = this.#calls.get(message.id);
      this.#calls.delete(message.id);
      if (message.type === 'answer') call?.resolve(message.value);
      else call?.reject(refusal(message.code, message.message));
    }
  }

  #idle(): void {
    if (this.#calls.size > 0) return;
    this.#watcher.onIdle();
    void this.close();
  }

  #end(why: string): void {
    this.#watcher.onGone();
    for (const call of this.#calls.values()) call.reject(refusal('store_unavailable', why));
    this.#calls.clear();
  }
}

function refusal(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
