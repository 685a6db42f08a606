import type { AuditEvent } from '../audit/event.ts';
import { type EventFilter, matchesEvent } from '../audit/event-filter.ts';
import type { EventIndex, Span } from './event-index.ts';
import { parseSearch } from './search/search-query.ts';
import type { FoundSpan, SearchReach, TextSearch } from './search/text-search.ts';

/** Filters of `GET /audit`; all given ones must hold. `from` is inclusive, `to` exclusive (RFC 3339). */
export type AuditFilter = EventFilter & {
  correlation_id?: string;
  from?: string;
  to?: string;
  /** Words, "phrases" and beginnings* that the event has; see `parseSearch`. */
  q?: string;
  /** Of this log, by its origin, in place of the gateway's own. */
  log?: string;
  limit: number;
  /** Where to go on, as an earlier answer gave it. */
  cursor?: string;
};

export type EventPage = { events: AuditEvent[]; next_cursor?: string } & Partial<SearchReach>;

export type AuditQueries = {
  /**
   * Events newest first, at most `limit` (1 to 1000). `tenantId` `*` sees all; anyone else only its own. With `q`, how
   * far the search reached as well. Rejects with `SearchQueryError`.
   */
  list(filter: AuditFilter, tenantId: string): Promise<EventPage>;
};

/** A cursor that was not made by an earlier answer. */
export class AuditQueryError extends Error {
  readonly code = 'invalid_cursor';
}

/** Most bytes of the log one page reads: a filter that matches nothing must not read a whole log in one request. */
const MAX_BYTES_PER_PAGE = 16 * 1024 * 1024;
const SPANS_PER_STEP = 200;

export type AuditQuerySources = {
  index: Pick<EventIndex, 'spans'>;
  search: Pick<TextSearch, 'spans'>;
  readEvents(span: Span): Promise<AuditEvent[]>;
};

export function createAuditQueries(sources: AuditQuerySources): AuditQueries {
  return {
    async list(filter, tenantId) {
      if (tenantId !== '*' && (filter.tenant_id ?? tenantId) !== tenantId) return { events: [] };
      const scoped = tenantId === '*' ? filter : { ...filter, tenant_id: tenantId };
      return readPage(scoped, stretches(scoped, sources), sources.readEvents);
    },
  };
}

/** Groups newest first; of those that were searched for, which of their events were found. */
type Stretch = {
  items: (Omit<FoundSpan, 'found'> & Partial<FoundSpan>)[];
  /** There may be more before this sequence. Absent: the log ends. */
  resume_before?: number;
} & Partial<SearchReach>;

type Stretches = (before: number | undefined) => Promise<Stretch>;

function stretches(filter: AuditFilter, { index, search }: AuditQuerySources): Stretches {
  if (filter.q !== undefined) {
    const terms = parseSearch(filter.q);
    return (before) => search.spans(terms, spanQuery(filter, before));
  }
  return async (before) => {
    const spans = await index.spans(spanQuery(filter, before));
    const items = spans.map((span) => ({ span }));
    const last = spans.length < SPANS_PER_STEP ? undefined : spans.at(-1);
    return last === undefined ? { items } : { items, resume_before: last.first_sequence };
  };
}

/** Fills one page, walking back through the log until it is full, the log ends or enough has been read. */
async function readPage(
  filter: AuditFilter,
  stretchBefore: Stretches,
  readEvents: AuditQuerySources['readEvents'],
): Promise<EventPage> {
  const page: EventPage = { events: [] };
  const room = { bytes: MAX_BYTES_PER_PAGE };
  let before = sequenceOf(filter.cursor);
  for (;;) {
    const { items, resume_before, ...reach } = await stretchBefore(before);
    Object.assign(page, reach);
    const cursor = await takeFrom(items, { page, room, filter, readEvents });
    if (cursor !== undefined) return { ...page, next_cursor: cursor };
    if (resume_before === undefined) return page;
    // The search went through so much that it stopped before it had found enough.
    if (items.length < SPANS_PER_STEP) return { ...page, next_cursor: String(resume_before) };
    before = resume_before;
  }
}

type Filling = {
  page: EventPage;
  /** Bytes of the log that this page may still read. */
  room: { bytes: number };
  filter: AuditFilter;
  readEvents: AuditQuerySources['readEvents'];
};

/** Takes the events that match into the page. Resolves with the cursor where it is full or has read enough. */
async function takeFrom(
  items: Stretch['items'],
  { page, room, filter, readEvents }: Filling,
): Promise<string | undefined> {
  const start = sequenceOf(filter.cursor) ?? Number.POSITIVE_INFINITY;
  for (const { span, found } of items) {
    const events = (await readEvents(span)).filter(
      (event) => event.sequence < start && isFound(event, found) && matches(event, filter),
    );
    const free = filter.limit - page.events.length;
    page.events.push(...events.toReversed().slice(0, free));
    if (events.length > free) return String(page.events.at(-1)?.sequence);
    room.bytes -= span.bytes;
    if (room.bytes < 0) return String(span.first_sequence);
  }
  return undefined;
}

function isFound({ sequence }: AuditEvent, found: readonly number[] | undefined): boolean {
  return found === undefined || found.includes(sequence);
}

/** The last event of a page may stand in the middle of its group, so the group is looked at again. */
function spanQuery(filter: AuditFilter, before: number | undefined) {
  const { agent_id, tenant_id, tool_name, trace_id, correlation_id, from, to } = filter;
  return {
    ...(agent_id === undefined ? {} : { agent_id }),
    ...(tenant_id === undefined ? {} : { tenant_id }),
    ...(tool_name === undefined ? {} : { tool_name }),
    ...(trace_id === undefined ? {} : { trace_id }),
    ...(correlation_id === undefined ? {} : { correlation_id }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(before === undefined ? {} : { before_sequence: before }),
    limit: SPANS_PER_STEP,
  };
}

function matches(event: AuditEvent, filter: AuditFilter): boolean {
  return (
    matchesEvent(event, filter) &&
    (filter.from === undefined || event.timestamp >= filter.from) &&
    (filter.to === undefined || event.timestamp < filter.to)
  );
}

function sequenceOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (!/^\d{1,15}$/.test(cursor)) throw new AuditQueryError('the cursor is not one that this list gave out');
  return Number(cursor);
}
