import type { TextIndex } from '../store/sqlite/text-index.ts';
import { isCorrupt, openTexts, openTextsAnew } from './open-texts.ts';
import type { Asked, TextLog } from './search-wire.ts';
import { followTexts } from './text-follower.ts';

/** The words of one log, open. */
export class LogTexts {
  readonly #log: TextLog;
  #texts: TextIndex;
  #applied: number;
  /** Gathering failed: only a search tries again. */
  hasFailed = false;

  constructor(log: TextLog) {
    this.#log = log;
    this.#texts = openTexts(log.storeFile);
    this.#applied = this.#newest();
  }

  /** Whether there are words to gather, and how many events came since it was asked before. */
  look(): { isBehind: boolean; news: number } {
    const applied = this.#newest();
    const news = applied - this.#applied;
    this.#applied = applied;
    return { isBehind: (this.#texts.searched()?.sequence ?? -1) < applied, news };
  }

  /** Gathers for so long at most; resolves with the event reached. */
  async follow(workMs: number): Promise<number> {
    const end = performance.now() + workMs;
    try {
      return await followTexts(this.#log.auditFile, this.#texts, () => performance.now() < end);
    } catch (error) {
      if (isCorrupt(error)) this.#startAnew();
      throw error;
    }
  }

  find(asked: Asked) {
    return asked.list === 'traces'
      ? this.#texts.traces(asked.terms, asked.query)
      : this.#texts.spans(asked.terms, asked.query);
  }

  close(): void {
    this.#texts.close();
  }

  /** What is damaged is made again from the log, by what is gathered from now on. */
  #startAnew(): void {
    this.#texts.close();
    this.#texts = openTextsAnew(this.#log.storeFile);
  }

  #newest(): number {
    return this.#texts.applied()?.sequence ?? -1;
  }
}
