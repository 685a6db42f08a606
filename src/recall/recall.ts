import type { Worker } from 'node:worker_threads';
import type { HistoryLedger } from '../history/history-ledger.ts';
import type { JsonObject } from '../json/value.ts';
import { startThread } from '../threads/start-thread.ts';
import type { FromRecall, RecallData } from './recall-thread.ts';

const RETRY_MS = 10_000;
/** What is remembered is bounded; this bounds what goes wrong. */
const MAX_HEAP_MB = 1_024;

export type RecallDeps = {
  auditFile: string;
  /** Directory of the bundles that were ever active. */
  archive: string;
  ledger: HistoryLedger;
  log: { readonly size: number };
  /** Resolves when everything that was appended so far is durable, or refused. */
  settled(): Promise<void>;
  clock(): number;
  onFailure(error: unknown): void;
};

/**
 * Reads from the log what a ledger of the past is missing, on a thread of its own, and again after a while where that
 * fails. Nothing is read where nothing is missing.
 */
export class Recall {
  readonly #deps: RecallDeps;
  /** Counts the calls of `run`: what an earlier one began is worth nothing any more. */
  #turn = 0;
  #worker: Worker | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;
  #ends = Promise.withResolvers<void>();

  constructor(deps: RecallDeps) {
    this.#deps = deps;
  }

  /**
   * Reads what is missing now, which MUST have been missing for no plan decided before: call it in the same turn as the
   * ledger's `use`. `active` is the content of the bundle that asks.
   */
  run(active: JsonObject): void {
    this.#turn += 1;
    clearTimeout(this.#retry);
    void this.#worker?.terminate();
    this.#worker = undefined;
    this.#ends.resolve();
    this.#ends = Promise.withResolvers();
    if (this.#isClosed || this.#deps.ledger.missing.length === 0) this.#ends.resolve();
    else void this.#read(active, this.#turn);
  }

  /** Resolves when nothing is missing, reading has failed, or it has taken longer than `ms`. */
  async ended(ms: number): Promise<void> {
    if (this.#deps.ledger.missing.length === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    await Promise.race([this.#ends.promise, promise]);
    clearTimeout(timer);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#turn += 1;
    clearTimeout(this.#retry);
    await this.#worker?.terminate();
  }

  async #read(active: JsonObject, turn: number): Promise<void> {
    const { auditFile, archive, ledger, log, settled, clock } = this.#deps;
    // What was decided before is in the log then; what is decided meanwhile the ledger keeps aside.
    await settled();
    if (turn !== this.#turn) return;
    ledger.beginReading();
    const { missing } = ledger;
    const data: RecallData = {
      ...{ auditFile, archive, active, to: log.size, nowMs: clock() },
      questions: missing.map(({ content }) => content),
      limit: ledger.share * missing.length,
    };
    const worker = startThread(import.meta.url, 'recall-thread', {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.#worker = worker;
    let isDone = false;
    const fail = (error: unknown) => {
      if (isDone || turn !== this.#turn) return;
      isDone = true;
      this.#ends.resolve();
      this.#deps.onFailure(error);
      this.#retry = setTimeout(() => this.run(active), RETRY_MS);
      this.#retry.unref();
    };
    worker.on('message', (message: FromRecall) => {
      if (turn !== this.#turn) return;
      if (message.type === 'remembered') ledger.receive(message.key, message.entries);
      else if (message.type === 'failed') fail(new Error(message.message));
      else {
        isDone = true;
        ledger.endReading(message.throughSequence, new Map(message.knownSinceMs));
        this.#ends.resolve();
      }
    });
    worker.on('error', fail);
    worker.on('exit', () => fail(new Error('the thread that reads the log has ended')));
  }
}
