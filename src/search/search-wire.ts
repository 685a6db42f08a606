import type { SpanQuery, TraceQuery } from '../replay/event-index.ts';
import type { SearchTerm } from '../replay/search/search-query.ts';

/** How long a search waits for the words of what is newest. */
export const SEARCH_WORK_MS = 300;

/** A log, and the store that follows it: its words are kept beside that. */
export type TextLog = { auditFile: string; storeFile: string };

/**
 * A search, once the store has everything up to `through`: in the log that the thread was started with, or in another one.
 * `workMs`: how long it may gather words first.
 */
export type Asked = {
  id: number;
  through: number;
  terms: readonly SearchTerm[];
  log?: TextLog;
  workMs?: number;
} & ({ list: 'traces'; query: TraceQuery } | { list: 'spans'; query: SpanQuery });

/** The same, member by member of the union, without what is added on the way. */
export type AskedOf<Added extends keyof Asked> = Asked extends infer Each
  ? Each extends Asked
    ? Omit<Each, Added>
    : never
  : never;

export type ToSearch = ({ type: 'search' } & Asked) | { type: 'close' };

export type FromSearch =
  | { type: 'answer'; id: number; value: unknown }
  | { type: 'refusal'; id: number; code: string; message: string }
  | { type: 'failed'; message: string }
  /** Nothing was asked for a while, and no words are to be gathered now. */
  | { type: 'idle' };
