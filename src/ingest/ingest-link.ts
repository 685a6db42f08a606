import type { Worker } from 'node:worker_threads';
import { startThread } from '../threads/start-thread.ts';
import { RefusedRun } from './ingest-error.ts';
import type { FromIngest, IngestData, ToIngest } from './ingest-thread.ts';

/** Both ends of every message to the thread of ingested logs. It is started when it is first asked for something. */
export class IngestLink {
  readonly #data: IngestData;
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>();
  #worker: Worker | undefined;
  #lastId = 0;

  constructor(data: IngestData) {
    this.#data = data;
  }

  /** Rejects with `RefusedRun`, or with an error of the code it had there. */
  call(method: string, ...args: unknown[]): Promise<unknown> {
    this.#worker ??= this.#start();
    const id = ++this.#lastId;
    const call = Promise.withResolvers<unknown>();
    this.#calls.set(id, call);
    this.#worker.postMessage({ id, method, args } satisfies ToIngest);
    return call.promise;
  }

  /** Ends the thread, once it has done what it was asked. */
  async close(): Promise<void> {
    if (this.#worker !== undefined) await this.call('close').catch(() => undefined);
  }

  #start(): Worker {
    const worker = startThread(import.meta.url, 'ingest-thread', { workerData: this.#data });
    worker.on('message', (message: FromIngest) => this.#take(message));
    worker.on('error', (error) => this.#gone(worker, error));
    worker.on('exit', () => this.#gone(worker, new Error('the thread of ingested logs has ended')));
    return worker;
  }

  #take(message: FromIngest): void {
    const call = this.#calls.get(message.id);
    this.#calls.delete(message.id);
    if ('value' in message) call?.resolve(message.value);
    else call?.reject(errorOf(message.failed));
  }

  #gone(worker: Worker, why: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#calls.values()) reject(why);
    this.#calls.clear();
  }
}

function errorOf({ message, code, refusal }: Extract<FromIngest, { failed: unknown }>['failed']): Error {
  if (refusal !== undefined) return new RefusedRun(refusal);
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}
