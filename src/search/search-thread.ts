import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { AuditLineError } from '../audit/audit-error.ts';
import { StoreError } from '../store/store-error.ts';
import { LogTexts } from './log-texts.ts';
import { type Asked, type FromSearch, SEARCH_WORK_MS, type TextLog, type ToSearch } from './search-wire.ts';

const TICK_MS = 500;
/** Events in a tick, beyond which there is so much to decide that no words are gathered. */
const BUSY_EVENTS = 1_000;
/** How much of a tick is used for words. */
const WORK_MS = 400;
/** How long after a search the thread is kept. */
const LINGER_MS = 30_000;
/** Other logs whose words are open at once. */
const MAX_OPEN = 64;

/** The entry of the thread that searches: gathers the words of logs, in its own time, and finds events by them. */
class SearchThread {
  readonly #tell: (message: FromSearch) => void;
  readonly #timer: NodeJS.Timeout;
  /** The gateway's own. */
  readonly #own: LogTexts;
  /** Those that it took over and somebody searched, by the file of their store, in the order of their last use. */
  readonly #others = new Map<string, LogTexts>();
  #running: Promise<void> = Promise.resolve();
  #isGathering = false;
  #lastSearchMs = Number.NEGATIVE_INFINITY;

  constructor(own: TextLog, tell: (message: FromSearch) => void) {
    this.#tell = tell;
    this.#own = new LogTexts(own);
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
      for (const log of [this.#own, ...this.#others.values()]) log.close();
      onClosed();
    });
  }

  /** One thing after the other: a search in the middle of a batch would see half of it. */
  #next(work: () => Promise<void>): void {
    this.#running = this.#running.then(work);
  }

  #tick(): void {
    if (this.#isGathering) return;
    const { isBehind, news } = this.#own.look();
    const isBusy = news > BUSY_EVENTS;
    const behind = [
      ...(isBehind ? [this.#own] : []),
      ...[...this.#others.values()].filter((log) => log.look().isBehind),
    ].find((log) => !log.hasFailed);
    if (behind !== undefined && !isBusy) {
      this.#isGathering = true;
      this.#next(() => this.#gather(behind));
    } else if (performance.now() - this.#lastSearchMs > LINGER_MS) this.#tell({ type: 'idle' });
  }

  async #gather(log: LogTexts): Promise<void> {
    try {
      await log.follow(WORK_MS);
    } catch (error) {
      log.hasFailed = true;
      this.#tell({ type: 'failed', message: messageOf(error) });
    }
    this.#isGathering = false;
  }

  async #search(asked: Asked): Promise<void> {
    const { id, through, log, workMs = SEARCH_WORK_MS } = asked;
    try {
      const texts = log === undefined ? this.#own : this.#textsOf(log);
      const reached = await texts.follow(workMs);
      const reach = { searched_through: reached, not_searched: Math.max(0, through - reached) };
      this.#tell({ type: 'answer', id, value: { ...texts.find(asked), ...reach } });
    } catch (error) {
      const isKnown = error instanceof StoreError || error instanceof AuditLineError;
      const code = isKnown ? error.code : 'store_unavailable';
      this.#tell({ type: 'refusal', id, code, message: messageOf(error) });
    }
  }

  #textsOf(log: TextLog): LogTexts {
    const known = this.#others.get(log.storeFile) ?? new LogTexts(log);
    this.#others.delete(log.storeFile);
    this.#others.set(log.storeFile, known);
    const [oldest] = this.#others;
    if (this.#others.size > MAX_OPEN && oldest !== undefined) {
      this.#others.delete(oldest[0]);
      oldest[1].close();
    }
    return known;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function main(port: MessagePort, own: TextLog): void {
  const thread = new SearchThread(own, (message) => port.postMessage(message));
  port.on('message', (message: ToSearch) => thread.take(message, () => port.close()));
}

if (parentPort !== null) main(parentPort, workerData as TextLog);
