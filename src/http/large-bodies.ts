import type { Worker } from 'node:worker_threads';
import { canonicalHash } from '../json/canonical.ts';
import { JsonError } from '../json/strict-json.ts';
import type { JsonValue } from '../json/value.ts';
import { startThread } from '../threads/start-thread.ts';
import type { FromBodies, ToBodies } from './body-thread.ts';

/** What the thread may use. One that needs more is ended, and not the gateway. */
const MAX_HEAP_MB = 512;

const hashes = new WeakMap<object, string>();

/** The canonical hash of a body; of a large one it was made where it was parsed. */
export function bodyHash(body: unknown): string {
  const known = typeof body === 'object' && body !== null ? hashes.get(body) : undefined;
  return known ?? canonicalHash(body ?? null);
}

/** Parses bodies that are larger than any that asks for a decision, on a thread that starts with the first of them. */
export class LargeBodies {
  readonly #waiting = new Map<number, PromiseWithResolvers<JsonValue>>();
  #worker: Worker | undefined;
  #lastId = 0;

  /** As `parseStrictJson`. */
  parse(bytes: Uint8Array): Promise<JsonValue> {
    this.#worker ??= this.#start();
    this.#lastId += 1;
    const waiting = Promise.withResolvers<JsonValue>();
    this.#waiting.set(this.#lastId, waiting);
    this.#worker.ref();
    this.#worker.postMessage({ id: this.#lastId, bytes } satisfies ToBodies);
    return waiting.promise;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = startThread(import.meta.url, 'body-thread', {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    worker.on('message', (answer: FromBodies) => this.#take(worker, answer));
    worker.on('error', (error) => this.#gone(worker, error));
    worker.on('exit', () => this.#gone(worker, new Error('the thread that parses bodies has ended')));
    return worker;
  }

  #take(worker: Worker, answer: FromBodies): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) worker.unref();
    if ('refused' in answer) {
      waiting?.reject(new JsonError(answer.refused.pointer, answer.refused.message));
      return;
    }
    const { value, hash } = answer;
    if (typeof value === 'object' && value !== null) hashes.set(value, hash);
    waiting?.resolve(value);
  }

  #gone(worker: Worker, why: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(why);
    this.#waiting.clear();
  }
}
