import type { Replay, TraceFilter, TracePage, TraceSummary } from '../replay/replay.ts';
import type { SearchReach } from '../replay/search/text-search.ts';

/** A log that was taken over, and how its traces are read back. */
export type IngestedReplay = { origin: string; replay: Replay };

/** The logs that a tenant (`*`: anyone) has, by name; with `log` that one alone. */
export type Reach<One> = (tenantId: string, log?: string) => readonly One[];

/** A trace of a log that was taken over says of which; one of the gateway's own says nothing. */
type Named = TraceSummary & { log?: string };

/**
 * Reads traces back from the gateway's log and from those that were taken over. By its id a trace is looked for in the own
 * log (`origin`) first, then in the others of the tenant, by name; `log` says in which one alone.
 */
export function createFederatedReplay(
  { own, origin }: { own: Replay; origin: string },
  reach: Reach<IngestedReplay>,
): Replay {
  const found = async <T extends object>(
    [tenantId, log]: [string, string | undefined],
    read: (replay: Replay) => Promise<T | undefined>,
  ): Promise<(T & { log?: string }) | undefined> => {
    const first = log === undefined || log === origin ? await read(own) : undefined;
    if (first !== undefined) return first;
    for (const one of reach(tenantId, log)) {
      const trace = await read(one.replay);
      if (trace !== undefined) return { ...trace, log: one.origin };
    }
    return undefined;
  };
  return {
    trace: (id, tenantId, log) => found([tenantId, log], (replay) => replay.trace(id, tenantId)),
    summary: (id, tenantId, log) => found([tenantId, log], (replay) => replay.summary(id, tenantId)),
    events: (id, tenantId, log) => found([tenantId, log], (replay) => replay.events(id, tenantId)),
    async list({ log, ...filter }, tenantId) {
      if (log === origin) return own.list(filter, tenantId);
      const others = reach(tenantId, log);
      if (log !== undefined) {
        const [one] = others;
        if (one === undefined) return { traces: [] };
        const { traces, ...rest } = await one.replay.list(filter, tenantId);
        return { traces: traces.map((trace) => ({ ...trace, log: one.origin })), ...rest };
      }
      if (others.length === 0 || (filter.cursor !== undefined && placeIn(filter.cursor) === undefined))
        return own.list(filter, tenantId);
      return mergedPage(
        [{ log: '', replay: own }, ...others.map(({ origin: name, replay }) => ({ log: name, replay }))],
        filter,
        tenantId,
      );
    },
  };
}

type Source = { log: string; replay: Replay };

/** The last trace of the page before: what is behind it comes next. Of one time, logs come in the order of their names. */
type Place = { started_at: string; log: string; trace_id: string };

async function mergedPage(
  sources: readonly Source[],
  filter: TraceFilter,
  tenantId: string,
): Promise<TracePage> {
  const after = filter.cursor === undefined ? undefined : placeIn(filter.cursor);
  const pages = await Promise.all(sources.map((source) => newestOf(source, { filter, after, tenantId })));
  const all = pages.flatMap(({ found }) => found).toSorted(byAge);
  const traces = all.slice(0, filter.limit);
  const page = { traces, ...reachOver(pages.map(({ reach }) => reach)) };
  const last = traces.at(-1);
  if (all.length <= filter.limit || last === undefined) return page;
  const { started_at, log = '', trace_id } = last;
  return { ...page, next_cursor: cursorOf({ started_at, log, trace_id }) };
}

/** How far a search came in the gateway's own log, and what was not searched in any of them. */
function reachOver(reaches: readonly Partial<SearchReach>[]): Partial<SearchReach> {
  const [{ searched_through } = {}] = reaches;
  if (searched_through === undefined) return {};
  return {
    searched_through,
    not_searched: reaches.reduce((sum, { not_searched = 0 }) => sum + not_searched, 0),
  };
}

type Asked = { filter: TraceFilter; after: Place | undefined; tenantId: string };

/** One more than a page holds of what is behind a place, so that it is known whether there is more. */
async function newestOf(
  { log, replay }: Source,
  { filter, after, tenantId }: Asked,
): Promise<{ found: Named[]; reach: Partial<SearchReach> }> {
  const isBehind = behind(log, after);
  const found: Named[] = [];
  let reach: Partial<SearchReach> = {};
  for await (const { traces, next_cursor: _, ...reached } of pagesOf(replay, { filter, after, tenantId })) {
    reach = reached;
    found.push(...traces.filter(isBehind).map((trace) => (log === '' ? trace : { ...trace, log })));
    if (found.length > filter.limit) break;
  }
  return { found, reach };
}

async function* pagesOf(replay: Replay, { filter, after, tenantId }: Asked): AsyncGenerator<TracePage> {
  const { cursor: _, ...rest } = filter;
  const until = after === undefined ? filter.to : earlier(filter.to, justAfter(after.started_at));
  const query = until === undefined ? rest : { ...rest, to: until };
  let page = await replay.list(query, tenantId);
  yield page;
  while (page.next_cursor !== undefined) {
    page = await replay.list({ ...query, cursor: page.next_cursor }, tenantId);
    yield page;
  }
}

function behind(log: string, after: Place | undefined): (trace: TraceSummary) => boolean {
  if (after === undefined) return () => true;
  let isPassed = log > after.log;
  return ({ started_at, trace_id }) => {
    if (started_at < after.started_at || isPassed) return true;
    if (log === after.log && trace_id === after.trace_id) isPassed = true;
    return false;
  };
}

/** Newest first; a sort keeps the order that the traces of one log have among themselves. */
function byAge(a: Named, b: Named): number {
  if (a.started_at !== b.started_at) return a.started_at < b.started_at ? 1 : -1;
  const [one, other] = [a.log ?? '', b.log ?? ''];
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function justAfter(time: string): string {
  return new Date(Date.parse(time) + 1).toISOString();
}

function earlier(one: string | undefined, other: string): string {
  return one === undefined || other < one ? other : one;
}

/** Cursors of one log begin otherwise: theirs are lists. */
const PREFIX = 'logs.';

function cursorOf(place: Place): string {
  const { started_at, log, trace_id } = place;
  return PREFIX + Buffer.from(JSON.stringify([started_at, log, trace_id])).toString('base64url');
}

function placeIn(cursor: string): Place | undefined {
  if (!cursor.startsWith(PREFIX)) return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor.slice(PREFIX.length), 'base64url').toString('utf8'));
    if (!Array.isArray(parts) || parts.length !== 3 || !parts.every((part) => typeof part === 'string'))
      return undefined;
    const [started_at, log, trace_id] = parts as [string, string, string];
    return Number.isNaN(Date.parse(started_at)) ? undefined : { started_at, log, trace_id };
  } catch {
    return undefined;
  }
}
