import type { EventIndex, PlanQuery, SpanQuery, TraceQuery } from '../../replay/event-index.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { SqliteDatabase } from './database.ts';
import {
  createRangeFinder,
  type SequenceRange,
  SPAN_COLUMNS,
  SPAN_FILTERS,
  type SpanRow,
  TRACE_FILTERS,
  type TraceRow,
  toSpan,
  toTrace,
  whereOf,
} from './index-rows.ts';
import { takePage } from './page.ts';
import { partsOf } from './zones.ts';

/** Decisions of one plan id that are looked at for those of a trace, allowed or not, and of which groups are given. */
const MAX_DECISIONS = { sought: 1_000, given: 20 };

type InForceQuery = Omit<PlanQuery, 'agent_id'> & { agent_id?: string | null };

/** Reads the event index. Lists run along the primary key, which is the order of time. */
export function createIndexReader(db: SqliteDatabase): EventIndex {
  const readTrace = db.prepare<[string], TraceRow>('SELECT * FROM traces WHERE trace_id = ?');
  const readState = db.prepare<[string], Pick<TraceRow, 'tenant_id' | 'head_sequence' | 'head_hash'>>(
    'SELECT tenant_id, head_sequence, head_hash FROM traces WHERE trace_id = ?',
  );
  const readHead = db.prepare<[string], Pick<TraceRow, 'tenant_id' | 'head_sequence' | 'head_hash'>>(
    'SELECT tenant_id, head_sequence, head_hash FROM heads WHERE trace_id = ?',
  );
  const readTraceSpans = db.prepare<[object], SpanRow>(
    `SELECT ${SPAN_COLUMNS} FROM spans WHERE ${SPAN_FILTERS.trace_id} AND first_sequence >= @from
     ORDER BY first_sequence LIMIT @limit`,
  );
  const decisionInForce = createInForceReader(db);
  const readChildren = db
    .prepare<[string, number], string>(
      'SELECT trace_id FROM links WHERE parent_trace_id = ? ORDER BY trace_id LIMIT ?',
    )
    .pluck();
  const rangeOf = createRangeFinder(db);

  return {
    async traceState(traceId) {
      const row = readState.get(traceId) ?? readHead.get(traceId);
      if (row === undefined) return undefined;
      const head = { trace_sequence: row.head_sequence, hash: row.head_hash };
      return row.tenant_id === null ? { head } : { tenant_id: row.tenant_id, head };
    },
    async trace(traceId) {
      const row = readTrace.get(traceId);
      return row === undefined ? undefined : toTrace(row);
    },
    async traces(query) {
      const rows = readTraces(db, query, rangeOf(query));
      const page = takePage(rows, query.limit, (row) => encodeCursor([row.first_sequence]));
      return { ...page, items: page.items.map(toTrace) };
    },
    async spansOfTrace(traceId, fromSequence, limit) {
      return readTraceSpans.all({ trace_id: traceId, from: fromSequence, limit }).map(toSpan);
    },
    decisionInForce,
    decisionsInTrace: createDecisionsReader(db),
    async childTraces(traceId, limit) {
      return readChildren.all(traceId, limit);
    },
    async spans(query) {
      return readSpans(db, query, rangeOf(query)).map(toSpan);
    },
  };
}

function readTraces(db: SqliteDatabase, query: TraceQuery, range: SequenceRange): TraceRow[] {
  const [before = Number.MAX_SAFE_INTEGER] =
    query.cursor === undefined ? [] : decodeCursor(query.cursor, ['number']);
  const { from, to, limit, cursor, ...filters } = query;
  const read = db.prepare<[object], TraceRow>(
    `SELECT * FROM traces WHERE ${whereOf(TRACE_FILTERS, filters)} ORDER BY first_sequence DESC LIMIT @take`,
  );
  const until = Math.min(range.until, Number(before));
  const parts = partsOf(db, filters, { from: range.from, until });
  return rowsOf(parts, limit + 1, (part, take) => read.all({ ...filters, ...part, take }));
}

function readSpans(db: SqliteDatabase, query: SpanQuery, range: SequenceRange): SpanRow[] {
  const { from, to, limit, before_sequence: before, ...filters } = query;
  const read = db.prepare<[object], SpanRow>(
    `SELECT ${SPAN_COLUMNS} FROM spans WHERE ${whereOf(SPAN_FILTERS, filters)}
     ORDER BY first_sequence DESC LIMIT @take`,
  );
  const until = Math.min(range.until, before ?? Number.MAX_SAFE_INTEGER);
  const parts = partsOf(db, filters, { from: range.from, until });
  return rowsOf(parts, limit, (part, take) => read.all({ ...filters, ...part, take }));
}

/** Up to `limit` rows out of one part after the other. */
function rowsOf<Row>(
  parts: Iterable<SequenceRange>,
  limit: number,
  read: (part: SequenceRange, take: number) => Row[],
): Row[] {
  const rows: Row[] = [];
  for (const part of parts) {
    rows.push(...read(part, limit - rows.length));
    if (rows.length >= limit) break;
  }
  return rows;
}

/** Finds the decision in force along an index, so that it is one step however often a plan was sent. */
function createInForceReader(db: SqliteDatabase): EventIndex['decisionInForce'] {
  const ofPlan = `decided_plan_id = @execution_plan_id
    AND (@tenant_id = '*' OR tenant_id = @tenant_id) AND (@agent_id IS NULL OR agent_id = @agent_id)
    AND (agent_id IS NULL OR agent_id NOT IN (SELECT value FROM json_each(@except_agents)))
    AND first_sequence > @after_sequence`;
  const readInForce = db.prepare<[object], SpanRow>(
    `SELECT ${SPAN_COLUMNS} FROM spans WHERE ${ofPlan} ORDER BY allowed DESC, first_sequence DESC LIMIT 1`,
  );
  const readLatest = [0, 1].map((allowed) =>
    db
      .prepare<[object], number>(
        `SELECT last_sequence FROM spans WHERE ${ofPlan} AND allowed = ${allowed}
         ORDER BY first_sequence DESC LIMIT 1`,
      )
      .pluck(),
  );
  return async ({ agent_id = null, except_agents = [], after_sequence = -1, ...plan }: InForceQuery) => {
    const query = { ...plan, agent_id, after_sequence, except_agents: JSON.stringify(except_agents) };
    const row = readInForce.get(query);
    if (row === undefined) return undefined;
    // All of one agent: what the agents of other plans of this id do is no matter of this one.
    const own = { ...query, agent_id: row.agent_id };
    return { span: toSpan(row), latest_sequence: Math.max(...readLatest.map((read) => read.get(own) ?? -1)) };
  };
}

/** Anybody may use an id again, so no more than the newest decisions on it are gone through. */
function createDecisionsReader(db: SqliteDatabase): EventIndex['decisionsInTrace'] {
  const readNewest = [0, 1].map((allowed) =>
    db.prepare<[string, number], SpanRow>(
      `SELECT ${SPAN_COLUMNS} FROM spans WHERE decided_plan_id = ? AND allowed = ${allowed}
       ORDER BY first_sequence DESC LIMIT ?`,
    ),
  );
  return async ({ execution_plan_id, trace_id }) => {
    const { sought, given } = MAX_DECISIONS;
    const newest = readNewest.map((read) => read.all(execution_plan_id, sought));
    const found = newest.flat().filter((row) => row.trace_id === trace_id);
    const isAll = newest.every((rows) => rows.length < sought) && found.length <= given;
    const ordered = found.toSorted((one, other) => other.first_sequence - one.first_sequence);
    return { spans: ordered.slice(0, given).map(toSpan), isAll };
  };
}
