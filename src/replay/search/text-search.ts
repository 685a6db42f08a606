import type { Span, SpanQuery, TraceEntry, TraceQuery } from '../event-index.ts';
import type { SearchTerm } from './search-query.ts';

/** How far a search reached. */
export type SearchReach = {
  /** The last event whose text was searched; −1 where there is none. */
  searched_through: number;
  /** Events behind it, not searched yet. */
  not_searched: number;
};

/** A group with the sequences of those of its events that were found, newest first. */
export type FoundSpan = { span: Span; found: number[] };

/**
 * Finds events by their words. The view it looks at follows the log in its own time, so each answer says how far it
 * reached. Rejects with `store_unavailable` where there is no such view.
 */
export type TextSearch = {
  /**
   * Traces with an event that has all terms, newest first, by first event. A page may have fewer than its limit and
   * still be followed by another. Rejects with `invalid_cursor`.
   */
  traces(
    terms: readonly SearchTerm[],
    query: TraceQuery,
  ): Promise<{ items: TraceEntry[]; next_cursor?: string } & SearchReach>;
  /**
   * Events that have all terms, newest first, by group. `resume_before`: there may be more before that sequence.
   */
  spans(
    terms: readonly SearchTerm[],
    query: SpanQuery,
  ): Promise<{ items: FoundSpan[]; resume_before?: number } & SearchReach>;
};
