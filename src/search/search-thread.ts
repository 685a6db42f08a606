import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { AuditLineError } from '../audit/audit-error.ts';
import type { TextIndex } from '../store/sqlite/text-index.ts';
import { StoreError } from '../store/store-error.ts';
import { isCorrupt, openTexts, openTextsAnew } from './open-texts.ts';
import type { Asked, FromSearch, SearchData, ToSearch } from './search-wire.ts';
import { followTexts } from './text-follower.ts';

const TICK_MS = 500;
/** Events in a tick, beyond which there is so much to decide that no words are gathered. */
const BUSY_EVENTS = 1_000;
/** How much of a tick is used for words. */
const WORK_MS = 400;
/** How long a search waits for the words of what is newest. */
const SEARCH_WORK_MS = 300;
/** How long after a search the thread is kept. */
const LINGER_MS = 30_000;

/** The entry of the thread that searches: gathers the words of the log, in its own time, and finds events by them. */
class SearchThread {
  readonly #data: SearchData;
  readonly #tell: (message: FromSearch) => void;
  readonly #timer: NodeJS.Timeout;
  #texts: TextIndex;
  #running: Promise<void> = Promise.resolve();
  #isGathering = false;
  #hasFailed = false;
  #applied: number;
  #lastSearchMs = Number.NEGATIVE_INFINITY;

  constructor(data: SearchData, tell: (message: FromSearch) => void) {
    this.#data = data;
    this.#tell = tell;
    this.#texts = openTexts(data.storeFile);
    this.#applied = this.#newest();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  take(message: ToSearch, onClosed: () => void): void {
    if (message.type === 'search') {
      this.#lastSearchMs = performance.now();
      this.#next(() => this.#search(message));
      return;
    }
    clearInterval(this.#timer);
    this.#next(async () => {
      this.#texts.close();
      onClosed();
    });
  }

  /** One thing after the other: a search in the middle of a batch would see half of it. */
  #next(work: () => Promise<void>): void {
    this.#running = this.#running.then(work);
  }

  #tick(): void {
    if (this.#isGathering) return;
    const applied = this.#newest();
    const isBusy = applied - this.#applied > BUSY_EVENTS;
    this.#applied = applied;
    const isBehind = (this.#texts.searched()?.sequence ?? -1) < applied;
    if (isBehind && !isBusy && !this.#hasFailed) {
      this.#isGathering = true;
      this.#next(() => this.#gather());
    } else if (performance.now() - this.#lastSearchMs > LINGER_MS) this.#tell({ type: 'idle' });
  }

  async #gather(): Promise<void> {
    try {
      await this.#follow(WORK_MS);
    } catch (error) {
      this.#hasFailed = true;
      this.#tell({ type: 'failed', message: messageOf(error) });
    }
    this.#isGathering = false;
  }

  async #search(asked: Asked): Promise<void> {
    const { id, through, terms } = asked;
    try {
      const reached = await this.#follow(SEARCH_WORK_MS);
      const found =
        asked.list === 'traces'
          ? this.#texts.traces(terms, asked.query)
          : this.#texts.spans(terms, asked.query);
      const reach = { searched_through: reached, not_searched: Math.max(0, through - reached) };
      this.#tell({ type: 'answer', id, value: { ...found, ...reach } });
    } catch (error) {
      const isKnown = error instanceof StoreError || error instanceof AuditLineError;
      const code = isKnown ? error.code : 'store_unavailable';
      this.#tell({ type: 'refusal', id, code, message: messageOf(error) });
    }
  }

  async #follow(workMs: number): Promise<number> {
    const end = performance.now() + workMs;
    try {
      return await followTexts(this.#data.auditFile, this.#texts, () => performance.now() < end);
    } catch (error) {
      if (isCorrupt(error)) this.#startAnew();
      throw error;
    }
  }

  /** What is damaged is made again from the log, by the ticks to come. */
  #startAnew(): void {
    this.#texts.close();
    this.#texts = openTextsAnew(this.#data.storeFile);
  }

  #newest(): number {
    return this.#texts.applied()?.sequence ?? -1;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function main(port: MessagePort, data: SearchData): void {
  const thread = new SearchThread(data, (message) => port.postMessage(message));
  port.on('message', (message: ToSearch) => thread.take(message, () => port.close()));
}

if (parentPort !== null) main(parentPort, workerData as SearchData);
