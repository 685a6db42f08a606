import type { TextSearch } from '../replay/search/text-search.ts';
import { SearchLink } from './search-link.ts';
import type { TextLog } from './search-wire.ts';

/** How often it is looked whether there are words to gather. */
const LOOK_MS = 60_000;
/** Events between two looks, beyond which there is so much to decide that no words are gathered. */
const BUSY_EVENTS = 120_000;

/** How long a search in a log that was taken over may gather words first: there may be many of them. */
const OTHER_WORK_MS = 50;

export type Search = TextSearch & {
  /** Searches another log, whose store has everything up to the event that `projected` resolves with. */
  in(log: TextLog, projected: () => Promise<number>): TextSearch;
  close(): Promise<void>;
};

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
export function openSearch(data: TextLog, { newest, projected, onFailure }: Parts): Search {
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
  const searchOf = (reach: () => Promise<number>, where: { log?: TextLog; workMs?: number }): TextSearch => ({
    traces: async (terms, query) => {
      const through = await reach();
      const asked = { list: 'traces', through, terms, query, ...where } as const;
      return started().ask(asked) as ReturnType<TextSearch['traces']>;
    },
    spans: async (terms, query) => {
      const through = await reach();
      const asked = { list: 'spans', through, terms, query, ...where } as const;
      return started().ask(asked) as ReturnType<TextSearch['spans']>;
    },
  });
  return {
    ...searchOf(projected, {}),
    in: (log, reach) => searchOf(reach, { log, workMs: OTHER_WORK_MS }),
    async close() {
      clearInterval(timer);
      await link?.close();
    },
  };
}
