import type { AuditEvent } from '../audit/event.ts';
import { assertKnownTrace } from '../audit/known-trace.ts';
import type { EventIndex, Span, TraceEntry } from './event-index.ts';
import { plansOf, type RecordedPlan } from './recorded-plans.ts';
import { parseSearch } from './search/search-query.ts';
import type { SearchReach, TextSearch } from './search/text-search.ts';
import { evidenceOf, type TraceEvidence } from './summary.ts';

/** Filters of `GET /replay`; all given ones must hold. `from` is inclusive, `to` exclusive (RFC 3339). */
export type TraceFilter = {
  decision?: string;
  agent_id?: string;
  tool_name?: string;
  trust_level?: string;
  tenant_id?: string;
  correlation_id?: string;
  from?: string;
  to?: string;
  /** Words, "phrases" and beginnings* that one event of the trace has; see `parseSearch`. */
  q?: string;
  /** Of this log alone, by its origin; absent: of the gateway's own and of those it took over. */
  log?: string;
  limit: number;
  cursor?: string;
};

/** A trace as the list shows it. */
export type TraceSummary = Omit<TraceEntry, 'head'> & {
  /** The origin of the log it was taken over from; absent for one of the gateway's own. */
  log?: string;
};

/** One event of a timeline and when it happened, counted from the first. */
export type TimelineEntry = { offset_ms: number; event: AuditEvent };

export type TraceReplay = TraceSummary & {
  timeline: TimelineEntry[];
  plans: RecordedPlan[];
  /** True where the trace has more events than one answer holds; `GET /audit?trace_id=` pages through all. */
  timeline_truncated: boolean;
};

/** Most events one replay answer holds. */
const MAX_TIMELINE_EVENTS = 10_000;

/** A trace, and the log it is in where that was taken over. */
export type TraceRef = { trace_id: string; log?: string };

/** The events of a trace in order, whether there are more, and the log they stand in where that was taken over. */
export type FoundEvents = { events: AuditEvent[]; truncated: boolean; log?: string };

/** A trace as it was found. */
export function refOf({ trace_id }: TraceRef, { log }: FoundEvents): TraceRef {
  return { trace_id, ...(log !== undefined && { log }) };
}

export type TracePage = { traces: TraceSummary[]; next_cursor?: string } & Partial<SearchReach>;

/**
 * Reads traces back from the log. Everything is `undefined` for a trace of another tenant, as if it were not there.
 * `log` names one that was taken over.
 */
export type Replay = {
  /** With `q`, how far the search reached as well. Rejects with `SearchQueryError`. */
  list(filter: TraceFilter, tenantId: string): Promise<TracePage>;
  trace(traceId: string, tenantId: string, log?: string): Promise<TraceReplay | undefined>;
  summary(traceId: string, tenantId: string, log?: string): Promise<TraceEvidence | undefined>;
  /** Its events in order, as many as one answer holds, and whether there are more. */
  events(traceId: string, tenantId: string, log?: string): Promise<FoundEvents | undefined>;
};

/** `readEvents` gives the events of one span, checked against the log. */
export type ReplaySources = {
  index: Pick<EventIndex, 'trace' | 'traces' | 'spansOfTrace'>;
  search: Pick<TextSearch, 'traces'>;
  readEvents(span: Span): Promise<AuditEvent[]>;
};

export function createReplay({ index, search, readEvents }: ReplaySources): Replay {
  return {
    async list(filter, tenantId) {
      // Someone else's tenant matches nothing, whatever the filter names.
      if (tenantId !== '*' && (filter.tenant_id ?? tenantId) !== tenantId) return { traces: [] };
      const scope = tenantId === '*' ? {} : { tenant_id: tenantId };
      const { q, log: _, ...query } = { ...filter, ...scope };
      const found = await (q === undefined ? index.traces(query) : search.traces(parseSearch(q), query));
      const { items, ...rest } = found;
      return { traces: items.map(withoutHead), ...rest };
    },
    async trace(traceId, tenantId) {
      const entry = await visible(index, traceId, tenantId);
      if (entry === undefined) return undefined;
      const events = await eventsOf(entry, { index, readEvents });
      return {
        ...withoutHead(entry),
        timeline: timelineOf(events),
        plans: plansOf(events),
        timeline_truncated: events.length < remaining(entry),
      };
    },
    async summary(traceId, tenantId) {
      const entry = await visible(index, traceId, tenantId);
      if (entry === undefined) return undefined;
      return evidenceOf(withoutHead(entry), await eventsOf(entry, { index, readEvents }));
    },
    async events(traceId, tenantId) {
      const entry = await visible(index, traceId, tenantId);
      if (entry === undefined) return undefined;
      const events = await eventsOf(entry, { index, readEvents });
      return { events, truncated: events.length < remaining(entry) };
    },
  };
}

/** Events of the trace that are still in the log. */
function remaining({ event_count, purged_events = 0 }: TraceEntry): number {
  return event_count - purged_events;
}

async function visible(
  index: ReplaySources['index'],
  traceId: string,
  tenantId: string,
): Promise<TraceEntry | undefined> {
  const entry = await index.trace(traceId);
  return tenantId === '*' || entry?.tenant_id === tenantId ? entry : undefined;
}

/** As many as one answer holds, held against what the index knows of the trace. */
async function eventsOf(
  { trace_id, head }: TraceEntry,
  { index, readEvents }: Omit<ReplaySources, 'search'>,
): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  for (const span of await index.spansOfTrace(trace_id, 0, MAX_TIMELINE_EVENTS)) {
    events.push(...(await readEvents(span)));
    if (events.length >= MAX_TIMELINE_EVENTS) break;
  }
  assertKnownTrace(events, head);
  return events;
}

function timelineOf(events: readonly AuditEvent[]): TimelineEntry[] {
  const start = Date.parse(events[0]?.timestamp ?? '');
  return events.map((event) => ({ offset_ms: Date.parse(event.timestamp) - start, event }));
}

function withoutHead({ head: _head, ...summary }: TraceEntry): TraceSummary {
  return summary;
}
