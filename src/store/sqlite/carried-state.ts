import { WINDOWS } from '../../budgets/budget.ts';
import { windowAt } from '../../budgets/window.ts';
import type { Hold } from '../../holds/hold.ts';
import { parseJson } from '../../json/parse-json.ts';
import type { JsonObject } from '../../json/value.ts';
import type { CarriedState, CarriedTrace, RetentionStore } from '../carried-state.ts';
import { APPROVAL_COLUMNS, type ApprovalRow, toApproval } from './approvals-table.ts';
import type { SqliteDatabase } from './database.ts';
import { type EventHandler, objectsOf } from './event-payload.ts';
import { createHeads } from './heads.ts';
import { createHoldWriter } from './holds-table.ts';
import { WINDOW_OF_COUNTER } from './migrations/0004-retention.ts';
import { createPolicyRecordWriter, type PolicyRow } from './policy-records-table.ts';
import { createCarriedContents, createContentsWriter } from './remembered-table.ts';
import { createTrustSourceWriter, type TrustSourceRow } from './trust-sources-table.ts';

const LISTS = ['tools', 'decisions', 'agent_ids', 'execution_plan_ids'] as const;
const TEXTS = [
  ...['tenant_id', 'agent_id', 'final_decision', 'reason', 'control'],
  ...['lowest_trust', 'correlation_id', 'session_id'],
] as const;

const COUNTERS = `SELECT key, budget_id, metric, used, reserved FROM counters
  WHERE ${WINDOW_OF_COUNTER} IN (SELECT value FROM json_each(@windows)) ORDER BY key`;

/** A decision on its way may count in a window that has just ended. */
const GRACE_MS = 60_000;

/** Traces that are looked at in one step. */
const TRACES_PER_STEP = 1_000;

type TraceRow = Record<(typeof LISTS)[number] | 'trace_id' | 'started_at', string> & CarriedTrace;

/** Reads the state that outlives a purge, and fills it in where the events behind it were never seen. */
export function createCarriedState(db: SqliteDatabase): {
  apply: EventHandler;
  cut: RetentionStore['cutTraces'];
  read: RetentionStore['carriedState'];
} {
  return { apply: createWriter(db), cut: createCutReader(db), read: createReader(db) };
}

function createCutReader(db: SqliteDatabase): RetentionStore['cutTraces'] {
  const step = db.prepare<[object], { trace_id: string; first_sequence: number }>(
    `SELECT trace_id, first_sequence FROM traces WHERE first_sequence BETWEEN @from AND @last
     ORDER BY first_sequence LIMIT ${TRACES_PER_STEP}`,
  );
  const goesOn = db.prepare(
    'SELECT 1 FROM spans WHERE trace_id = ? AND continues = 1 AND first_sequence > ? LIMIT 1',
  );
  return async (from, last) => {
    const rows = step.all({ from, last });
    const cut = rows.filter(({ trace_id }) => goesOn.get(trace_id, last) !== undefined);
    const trace_ids = cut.map(({ trace_id }) => trace_id);
    const end = rows.at(-1);
    return rows.length < TRACES_PER_STEP || end === undefined
      ? { trace_ids }
      : { trace_ids, next: end.first_sequence + 1 };
  };
}

/** The windows that count now, of every length, as the keys of counters name them. */
function runningWindows(nowMs: number): string[] {
  const starts = WINDOWS.flatMap((window) =>
    [nowMs, nowMs - GRACE_MS].map((ms) => windowAt(window, ms).start),
  );
  return [...new Set(starts)];
}

function createReader(db: SqliteDatabase): RetentionStore['carriedState'] {
  const agents = db.prepare<[], { origin: string; record: string }>(
    'SELECT origin, record FROM agents ORDER BY tenant_id, agent_id',
  );
  const counters = db.prepare<[object], CarriedState['counters'][number]>(COUNTERS);
  const reservations = db.prepare<[object], CarriedState['reservations'][number]>(
    `SELECT tenant_id, execution_plan_id, key, budget_id, metric, amount, reserved_at FROM reservations
     WHERE key IN (SELECT key FROM (${COUNTERS})) ORDER BY tenant_id, execution_plan_id, key`,
  );
  const approvals = db.prepare<[], ApprovalRow>(
    `SELECT ${APPROVAL_COLUMNS} FROM approvals WHERE status IN ('pending', 'approved') ORDER BY created_at`,
  );
  const heads = createHeads(db);
  const holds = db.prepare<[], { record: string }>('SELECT record FROM holds ORDER BY placed_at, hold_id');
  const policies = db.prepare<[], PolicyRow>(
    'SELECT kind, id, sequence, record FROM policy_records ORDER BY sequence, kind',
  );
  const contents = createCarriedContents(db);
  const trustSources = db.prepare<[], TrustSourceRow>('SELECT * FROM trust_sources ORDER BY source_id');
  const traces = db.prepare<[object], TraceRow>(`SELECT * FROM traces WHERE first_sequence <= @last
    AND (trace_id IN (SELECT value FROM json_each(@cut))
      OR trace_id IN (SELECT trace_id FROM spans WHERE first_sequence >= @since AND continues = 1))
    ORDER BY first_sequence`);
  const parents = db
    .prepare<[string], string>(
      'SELECT parent_trace_id FROM links WHERE trace_id = ? ORDER BY parent_trace_id',
    )
    .pluck();
  return async ({ last, cut, since, nowMs }) => {
    const windows = JSON.stringify(runningWindows(nowMs));
    return {
      agents: agents.all().map(({ origin, record }) => ({ origin, agent: parseJson(record) as JsonObject })),
      counters: counters.all({ windows }),
      reservations: reservations.all({ windows }),
      approvals: approvals.all().map(toApproval),
      holds: holds.all().map(({ record }) => parseJson(record) as unknown as Hold),
      remembered: contents(last),
      policies: policies.all().map((row) => ({ ...row, record: parseJson(row.record) as JsonObject })),
      trust_sources: trustSources.all().map(({ record, ...row }) => ({
        ...row,
        source: parseJson(record) as JsonObject,
      })),
      heads: heads.all(),
      traces: traces
        .all({ last, since, cut: JSON.stringify(cut) })
        .map((row) => toCarried(row, parents.all(row.trace_id))),
    };
  };
}

function toCarried(row: TraceRow, parents: string[]): CarriedTrace {
  const lists = LISTS.map((name) => [name, JSON.parse(row[name])]);
  const texts = TEXTS.map((name) => [name, row[name as keyof TraceRow]]);
  const { trace_id, started_at } = row;
  return { trace_id, started_at, parents, ...Object.fromEntries([...lists, ...texts]) };
}

/** Does nothing where the store has seen all events: then its state is this one already. */
function createWriter(db: SqliteDatabase): EventHandler {
  const isBehind = db.prepare('SELECT 1 FROM base').pluck();
  const caughtUp = db.prepare('DELETE FROM base');
  const putAgent = db.prepare('INSERT INTO agents (tenant_id, agent_id, origin, record) VALUES (?, ?, ?, ?)');
  const putCounter = db.prepare(
    'INSERT INTO counters (key, budget_id, metric, used, reserved) VALUES (@key, @budget_id, @metric, @used, @reserved)',
  );
  const putReservation = db.prepare(`INSERT INTO reservations
    (tenant_id, execution_plan_id, key, budget_id, metric, amount, reserved_at)
    VALUES (@tenant_id, @execution_plan_id, @key, @budget_id, @metric, @amount, @reserved_at)`);
  const putApproval = createApprovalWriter(db);
  const putHold = createHoldWriter(db);
  const putPolicy = createPolicyRecordWriter(db);
  const putSource = createTrustSourceWriter(db);
  const putTrace = createTraceFiller(db);
  const putAgentRow = ({ origin, agent }: Row) => {
    const { tenant_id, agent_id } = agent as JsonObject;
    putAgent.run(tenant_id, agent_id, origin, JSON.stringify(agent));
  };
  const list: readonly Part[] = [
    ['agents', ['origin'], putAgentRow],
    ['counters', ['key', 'budget_id', 'metric'], (row) => putCounter.run(row)],
    ['reservations', ['key', 'reserved_at'], (row) => putReservation.run(row)],
    ['approvals', ['approval_id', 'status'], putApproval],
    ['holds', ['hold_id', 'status'], (row) => putHold(row as unknown as Hold)],
    ['remembered', ['tenant_id', 'trust_level'], createContentsWriter(db)],
    ['policies', ['kind', 'id'], (row) => putPolicy(row as unknown as PolicyRow)],
    [
      'trust_sources',
      ['source_id', 'origin'],
      ({ source, ...row }) => putSource({ ...row, record: JSON.stringify(source) } as TrustSourceRow),
    ],
    ['traces', ['trace_id', 'started_at'], putTrace],
    ['heads', ['trace_id', 'head_hash'], createHeads(db).put],
  ];
  return (read) => {
    const parts = list.map(([member, required, put]) => ({ rows: objectsOf(read, member, required), put }));
    return () => {
      if (isBehind.get() === undefined) return;
      db.exec(
        'DELETE FROM agents; DELETE FROM counters; DELETE FROM reservations; DELETE FROM holds;' +
          ' DELETE FROM policy_records; DELETE FROM trust_sources;',
      );
      for (const part of parts) for (const row of part.rows) part.put(row);
      caughtUp.run();
    };
  };
}

type Row = Record<string, unknown>;
type Part = readonly [member: string, required: readonly string[], put: (row: Row) => unknown];

function createApprovalWriter(db: SqliteDatabase): (approval: Record<string, unknown>) => void {
  const put = db.prepare(`INSERT OR REPLACE INTO approvals
    (approval_id, tenant_id, agent_id, status, created_at, expires_at, request, granted_by)
    VALUES (@approval_id, @tenant_id, @agent_id, @status, @created_at, @expires_at, @request, @given)`);
  return (approval) => {
    const { plan: _, ...columns } = approval;
    const texts = Object.fromEntries(
      Object.entries(columns).filter(([, value]) => typeof value === 'string'),
    );
    put.run({
      ...texts,
      request: JSON.stringify(approval),
      given: JSON.stringify(approval['granted_by'] ?? []),
    });
  };
}

/** A row that was made from what remains of a trace gets what its first events had said. */
function createTraceFiller(db: SqliteDatabase): (trace: Record<string, unknown>) => void {
  const columns = ['started_at', ...LISTS, ...TEXTS];
  const fill = db.prepare(
    `UPDATE traces SET ${columns.map((name) => `${name} = @${name}`).join(', ')} WHERE trace_id = @trace_id`,
  );
  const link = db.prepare('INSERT OR IGNORE INTO links (parent_trace_id, trace_id) VALUES (?, ?)');
  return (trace) => {
    const { parents, ...row } = trace;
    for (const name of LISTS) row[name] = JSON.stringify(row[name] ?? []);
    fill.run(row);
    for (const parent of Array.isArray(parents) ? parents : []) link.run(parent, trace['trace_id']);
  };
}
