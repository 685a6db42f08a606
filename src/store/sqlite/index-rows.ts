import type { Span, TraceEntry } from '../../replay/event-index.ts';
import type { SqliteDatabase } from './database.ts';

/*
 * Rows of the event index, the filters of its lists and what is made of them.
 */

/** Sequences from `from` up to and without `until`. */
export type SequenceRange = { from: number; until: number };

export type SpanRow = Omit<Span, 'trace_id' | 'tenant_id' | 'agent_id'> & {
  trace_id: string | null;
  tenant_id: string | null;
  agent_id: string | null;
};

export type TraceRow = {
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
  purged_events: number;
};

/** One condition for each filter that may be given; only those given are part of the query. */
export const TRACE_FILTERS = {
  tenant_id: 'tenant_id = @tenant_id',
  decision: 'EXISTS (SELECT 1 FROM json_each(decisions) WHERE value = @decision)',
  agent_id: 'EXISTS (SELECT 1 FROM json_each(agent_ids) WHERE value = @agent_id)',
  trust_level: 'lowest_trust = @trust_level',
  correlation_id: 'correlation_id = @correlation_id',
  tool_name: 'EXISTS (SELECT 1 FROM json_each(tools) WHERE value = @tool_name)',
} as const;

export const SPAN_COLUMNS =
  'first_sequence, last_sequence, offset, bytes, timestamp, trace_id, tenant_id, agent_id';

export const SPAN_FILTERS = {
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

/** The conditions of the filters that are given, and of the sequence range that bounds every list. */
export function whereOf(conditions: Readonly<Record<string, string>>, given: object): string {
  const names = Object.entries(given).filter(([, value]) => value !== undefined);
  const parts = names.map(([name]) => conditions[name]).filter((part) => part !== undefined);
  return ['first_sequence >= @from', 'first_sequence < @until', ...parts].join(' AND ');
}

/** The sequences between two times. */
export function createRangeFinder(
  db: SqliteDatabase,
): (times: { from?: string; to?: string }) => SequenceRange {
  const findSequence = createSequenceFinder(db);
  return ({ from, to }) => ({
    from: from === undefined ? 0 : findSequence(from),
    until: to === undefined ? Number.MAX_SAFE_INTEGER : findSequence(to),
  });
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

export function toSpan(row: SpanRow): Span {
  const { trace_id, tenant_id, agent_id, ...span } = row;
  return {
    ...span,
    ...(trace_id === null ? {} : { trace_id }),
    ...(tenant_id === null ? {} : { tenant_id }),
    ...(agent_id === null ? {} : { agent_id }),
  };
}

export function toTrace(row: TraceRow): TraceEntry {
  const { first_sequence, head_sequence, head_hash, purged_events, ...rest } = row;
  const { tools, decisions, agent_ids, execution_plan_ids, ...texts } = rest;
  const present = Object.entries(texts).filter(([, value]) => value !== null);
  return {
    ...(Object.fromEntries(present) as Pick<TraceEntry, 'trace_id' | 'started_at' | 'ended_at'>),
    event_count: head_sequence + 1,
    ...(purged_events > 0 && { purged_events }),
    tools: JSON.parse(tools),
    decisions: JSON.parse(decisions),
    agent_ids: JSON.parse(agent_ids),
    execution_plan_ids: JSON.parse(execution_plan_ids),
    head: { trace_sequence: head_sequence, hash: head_hash },
  };
}
