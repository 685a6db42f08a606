import type { AuditEvent } from '../audit/event.ts';
import type { EventIndex, Span } from './event-index.ts';

/** Filters of `GET /audit`; all given ones must hold. `from` is inclusive, `to` exclusive (RFC 3339). */
export type AuditFilter = {
  event_type?: string;
  decision?: string;
  agent_id?: string;
  tool_name?: string;
  tenant_id?: string;
  trace_id?: string;
  correlation_id?: string;
  from?: string;
  to?: string;
  limit: number;
  /** Where to go on, as an earlier answer gave it. */
  cursor?: string;
};

export type EventPage = { events: AuditEvent[]; next_cursor?: string };

export type AuditQueries = {
  /** Events newest first, at most `limit` (1 to 1000). `tenantId` `*` sees all; anyone else only its own. */
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
  readEvents(span: Span): Promise<AuditEvent[]>;
};

export function createAuditQueries({ index, readEvents }: AuditQuerySources): AuditQueries {
  return {
    async list(filter, tenantId) {
      if (tenantId !== '*' && (filter.tenant_id ?? tenantId) !== tenantId) return { events: [] };
      const scoped = tenantId === '*' ? filter : { ...filter, tenant_id: tenantId };
      return readPage(scoped, { index, readEvents });
    },
  };
}

/** Fills one page, walking back through the log until it is full, the log ends or enough has been read. */
async function readPage(filter: AuditFilter, sources: AuditQuerySources): Promise<EventPage> {
  const events: AuditEvent[] = [];
  let bytes = 0;
  for await (const { span, matching } of groupsBefore(sequenceOf(filter.cursor), filter, sources)) {
    const room = filter.limit - events.length;
    events.push(...matching.slice(0, room));
    if (matching.length > room) return { events, next_cursor: String(events.at(-1)?.sequence) };
    bytes += span.bytes;
    if (bytes > MAX_BYTES_PER_PAGE) return { events, next_cursor: String(span.first_sequence) };
  }
  return { events };
}

/** Groups that begin before a sequence, newest first, each with its matching events before it, newest first. */
async function* groupsBefore(
  start: number | undefined,
  filter: AuditFilter,
  { index, readEvents }: AuditQuerySources,
): AsyncGenerator<{ span: Span; matching: AuditEvent[] }> {
  let before = start;
  for (;;) {
    const spans = await index.spans(spanQuery(filter, before));
    for (const span of spans) {
      const events = await readEvents(span);
      const limit = start ?? Number.POSITIVE_INFINITY;
      const matching = events.filter((event) => event.sequence < limit && matches(event, filter)).reverse();
      yield { span, matching };
      before = span.first_sequence;
    }
    if (spans.length < SPANS_PER_STEP) return;
  }
}

/** The last event of a page may stand in the middle of its group, so the group is looked at again. */
function spanQuery(filter: AuditFilter, before: number | undefined) {
  const { agent_id, tenant_id, trace_id, correlation_id, from, to } = filter;
  return {
    ...(agent_id === undefined ? {} : { agent_id }),
    ...(tenant_id === undefined ? {} : { tenant_id }),
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
    (filter.event_type === undefined || event.event_type === filter.event_type) &&
    (filter.decision === undefined || event.decision === filter.decision) &&
    (filter.tool_name === undefined || namesTool(event, filter.tool_name)) &&
    (filter.tenant_id === undefined || event.tenant_id === filter.tenant_id) &&
    (filter.from === undefined || event.timestamp >= filter.from) &&
    (filter.to === undefined || event.timestamp < filter.to)
  );
}

/** A decision over several steps names its tools in the payload. */
function namesTool(event: AuditEvent, tool: string): boolean {
  if (event.tool_name !== undefined) return event.tool_name === tool;
  const tools = event.payload?.['tools'];
  return Array.isArray(tools) && tools.includes(tool);
}

function sequenceOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (!/^\d{1,15}$/.test(cursor)) throw new AuditQueryError('the cursor is not one that this list gave out');
  return Number(cursor);
}
