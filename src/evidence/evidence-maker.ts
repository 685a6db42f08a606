import type { Worker } from 'node:worker_threads';
import { AuditLineError } from '../audit/audit-error.ts';
import { startThread } from '../threads/start-thread.ts';
import { EvidenceError } from './evidence-error.ts';
import type {
  EvidenceData,
  EvidenceTask,
  Failure,
  FromEvidence,
  LogsTask,
  MadeEvidence,
  ToEvidence,
} from './evidence-thread.ts';

/** A thread that nobody has asked for anything for so long is ended: it holds some 40 MB. */
const IDLE_MS = 30_000;
/** Bundles that are made or wait. */
const MAX_WAITING = 8;
/** A thread that needs more than this is ended, and not the gateway. */
const MAX_HEAP_MB = 1_024;

/** Makes bundles on a thread of its own, started when it is needed: reading, proving and packing take longer than decisions may wait. */
export class EvidenceMaker {
  readonly #data: EvidenceData;
  readonly #waiting = new Map<number, PromiseWithResolvers<MadeEvidence>>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor(data: EvidenceData) {
    this.#data = data;
  }

  /** Rejects with what went wrong: `too_many_exports`, an `AuditLineError` where the log is not what was written. */
  async make(task: EvidenceTask | LogsTask): Promise<MadeEvidence> {
    if (this.#waiting.size >= MAX_WAITING)
      throw new EvidenceError('too_many_exports', `${MAX_WAITING} bundles are being made; try again later`);
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    const id = ++this.#lastId;
    const waiting = Promise.withResolvers<MadeEvidence>();
    this.#waiting.set(id, waiting);
    this.#worker.postMessage({ id, task } satisfies ToEvidence);
    return waiting.promise;
  }

  /** Ends the thread. What is under way is rejected. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = startThread(import.meta.url, 'evidence-thread', {
      workerData: this.#data,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    worker.unref();
    worker.on('message', (message: FromEvidence) => this.#take(message));
    worker.on('error', (error) => this.#gone(worker, error));
    worker.on('exit', () => this.#gone(worker, new Error('the thread that makes evidence has ended')));
    return worker;
  }

  #take(message: FromEvidence): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('made' in message) waiting?.resolve(message.made);
    else waiting?.reject(errorOf(message.failed));
    if (this.#waiting.size > 0) return;
    this.#idle = setTimeout(() => void this.#worker?.terminate(), IDLE_MS);
    this.#idle.unref();
  }

  #gone(worker: Worker, why: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(why);
    this.#waiting.clear();
  }
}

function errorOf({ message, reason, ...place }: Failure): Error {
  return reason === undefined ? new Error(message) : new AuditLineError(reason, message, place);
}
