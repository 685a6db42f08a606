import type { TextSearch } from '../replay/search/text-search.ts';
import { SearchLink } from './search-link.ts';
import type { SearchData } from './search-wire.ts';

/** How often it is looked whether there are words to gather. */
const LOOK_MS = 60_000;
/** Events between two looks, beyond which there is so much to decide that no words are gathered. */
const BUSY_EVENTS = 120_000;

export type Search = TextSearch & { close(): Promise<void> };

type Parts = {
  /** The newest event of the log. */
  newest(): number;
  /** Resolves with it once the store has it. */
  projected(): Promise<number>;
  onFailure(error: Error): void;
};

/**
 * Searches the log by words, on a thread that is only there when it is needed: when somebody searches, and now and then
 * while there is little to decide, to gather the words of what is new.
 *
 * Nothing that goes wrong there stops the gateway: `onFailure` is told, and searches are refused with
 * `store_unavailable`.
 */
export function openSearch(data: SearchData, { newest, projected, onFailure }: Parts): Search {
  let link: SearchLink | undefined;
  let gathered = -1;
  let seen = newest();
  const started = (): SearchLink => {
    if (link !== undefined) return link;
    const made = new SearchLink(data, {
      onFailure,
      onIdle: () => {
        gathered = newest();
      },
      onGone: () => {
        if (link === made) link = undefined;
      },
    });
    link = made;
    return made;
  };
  const timer = setInterval(() => {
    const now = newest();
    const isBusy = now - seen > BUSY_EVENTS;
    seen = now;
    if (!isBusy && now > gathered) started();
  }, LOOK_MS);
  timer.unref();
  return {
    traces: async (terms, query) => {
      const through = await projected();
      return started().ask({ list: 'traces', through, terms, query }) as ReturnType<TextSearch['traces']>;
    },
    spans: async (terms, query) => {
      const through = await projected();
      return started().ask({ list: 'spans', through, terms, query }) as ReturnType<TextSearch['spans']>;
    },
    async close() {
      clearInterval(timer);
      await link?.close();
    },
  };
}
