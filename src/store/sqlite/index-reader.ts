import type {
  EventIndex,
  PlanQuery,
  Span,
  SpanQuery,
  TraceEntry,
  TraceQuery,
} from '../../replay/event-index.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { SqliteDatabase } from './database.ts';
import { takePage } from './page.ts';

/** Sequences from `from` up to and without `until`. */
type SequenceRange = { from: number; until: number };

type SpanRow = Omit<Span, 'trace_id' | 'tenant_id' | 'agent_id'> & {
  trace_id: string | null;
  tenant_id: string | null;
  agent_id: string | null;
};

type InForceQuery = Omit<PlanQuery, 'agent_id'> & { agent_id?: string | null };

type TraceRow = {
  first_sequence: number;
  trace_id: string;
  tenant_id: string | null;
  agent_id: string | null;
  started_at: string;
  ended_at: string;
  head_sequence: number;
  head_hash: string;
  final_decision: string | null;
  reason: string | null;
  control: string | null;
  lowest_trust: string | null;
  tools: string;
  decisions: string;
  agent_ids: string;
  execution_plan_ids: string;
  correlation_id: string | null;
  session_id: string | null;
};

/** One condition for each filter that may be given; only those given are part of the query. */
const TRACE_FILTERS = {
  tenant_id: 'tenant_id = @tenant_id',
  decision: 'EXISTS (SELECT 1 FROM json_each(decisions) WHERE value = @decision)',
  agent_id: 'EXISTS (SELECT 1 FROM json_each(agent_ids) WHERE value = @agent_id)',
  trust_level: 'lowest_trust = @trust_level',
  correlation_id: 'correlation_id = @correlation_id',
  tool_name: 'EXISTS (SELECT 1 FROM json_each(tools) WHERE value = @tool_name)',
  q: `(trace_id LIKE @q ESCAPE '\\' OR reason LIKE @q ESCAPE '\\'
       OR EXISTS (SELECT 1 FROM json_each(tools) WHERE value LIKE @q ESCAPE '\\'))`,
} as const;

const SPAN_COLUMNS = 'first_sequence, last_sequence, offset, bytes, timestamp, trace_id, tenant_id, agent_id';

const SPAN_FILTERS = {
  tenant_id: 'tenant_id = @tenant_id',
  agent_id: 'agent_id = @agent_id',
  trace_id: spansOfTraces('trace_id = @trace_id'),
  correlation_id: spansOfTraces('correlation_id = @correlation_id'),
} as const;

/** A trace's first span has the key of its row in `traces`; those that continue it are indexed by trace. */
function spansOfTraces(condition: string): string {
  return `(first_sequence IN (SELECT first_sequence FROM traces WHERE ${condition})
    OR (continues = 1 AND trace_id IN (SELECT trace_id FROM traces WHERE ${condition})))`;
}

/** Reads the event index. Lists run along the primary key, which is the order of time. */
export function createIndexReader(db: SqliteDatabase): EventIndex {
  const readTrace = db.prepare<[string], TraceRow>('SELECT * FROM traces WHERE trace_id = ?');
  const readState = db.prepare<[string], Pick<TraceRow, 'tenant_id' | 'head_sequence' | 'head_hash'>>(
    'SELECT tenant_id, head_sequence, head_hash FROM traces WHERE trace_id = ?',
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
  const findSequence = createSequenceFinder(db);
  const rangeOf = ({ from, to }: { from?: string; to?: string }): SequenceRange => ({
    from: from === undefined ? 0 : findSequence(from),
    until: to === undefined ? Number.MAX_SAFE_INTEGER : findSequence(to),
  });

  return {
    async traceState(traceId) {
      const row = readState.get(traceId);
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
  const values = { ...filters, ...(filters.q === undefined ? {} : { q: likePattern(filters.q) }) };
  const sql = `SELECT * FROM traces WHERE ${whereOf(TRACE_FILTERS, values)}
    ORDER BY first_sequence DESC LIMIT @take`;
  const until = Math.min(range.until, Number(before));
  return db.prepare<[object], TraceRow>(sql).all({ ...values, from: range.from, until, take: limit + 1 });
}

function readSpans(db: SqliteDatabase, query: SpanQuery, range: SequenceRange): SpanRow[] {
  const { from, to, limit, before_sequence: before, ...filters } = query;
  const sql = `SELECT ${SPAN_COLUMNS} FROM spans WHERE ${whereOf(SPAN_FILTERS, filters)}
    ORDER BY first_sequence DESC LIMIT @take`;
  const until = Math.min(range.until, before ?? Number.MAX_SAFE_INTEGER);
  return db.prepare<[object], SpanRow>(sql).all({ ...filters, from: range.from, until, take: limit });
}

/** The conditions of the filters that are given, and of the sequence range that bounds every list. */
function whereOf(conditions: Readonly<Record<string, string>>, given: object): string {
  const names = Object.entries(given).filter(([, value]) => value !== undefined);
  const parts = names.map(([name]) => conditions[name]).filter((part) => part !== undefined);
  return ['first_sequence >= @from', 'first_sequence < @until', ...parts].join(' AND ');
}

function likePattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}

/**
 * The first sequence whose group was written at or after a time, by bisection: timestamps in the log never run
 * backwards, so no index on them is needed.
 */
function createSequenceFinder(db: SqliteDatabase): (timestamp: string) => number {
  const last = db.prepare<[], number>('SELECT max(first_sequence) FROM spans').pluck();
  const at = db.prepare<[number], Pick<SpanRow, 'first_sequence' | 'timestamp'>>(
    'SELECT first_sequence, timestamp FROM spans WHERE first_sequence >= ? ORDER BY first_sequence LIMIT 1',
  );
  return (timestamp) => {
    let low = 0;
    let high = (last.get() ?? -1) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const span = at.get(middle);
      if (span === undefined || span.timestamp >= timestamp) high = middle;
      else low = span.first_sequence + 1;
    }
    return low;
  };
}

function toSpan(row: SpanRow): Span {
  const { trace_id, tenant_id, agent_id, ...span } = row;
  return {
    ...span,
    ...(trace_id === null ? {} : { trace_id }),
    ...(tenant_id === null ? {} : { tenant_id }),
    ...(agent_id === null ? {} : { agent_id }),
  };
}

function toTrace(row: TraceRow): TraceEntry {
  const { first_sequence, head_sequence, head_hash, ...rest } = row;
  const { tools, decisions, agent_ids, execution_plan_ids, ...texts } = rest;
  const present = Object.entries(texts).filter(([, value]) => value !== null);
  return {
    ...(Object.fromEntries(present) as Pick<TraceEntry, 'trace_id' | 'started_at' | 'ended_at'>),
    event_count: head_sequence + 1,
    tools: JSON.parse(tools),
    decisions: JSON.parse(decisions),
    agent_ids: JSON.parse(agent_ids),
    execution_plan_ids: JSON.parse(execution_plan_ids),
    head: { trace_sequence: head_sequence, hash: head_hash },
  };
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
