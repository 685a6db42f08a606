import type { PurgedRange, RetentionStore } from '../carried-state.ts';
import { createCarriedState } from './carried-state.ts';
import type { SqliteDatabase } from './database.ts';
import { amountOf, type EventHandler, type ProjectedTable, textOf } from './event-payload.ts';
import { createHeads } from './heads.ts';
import type { ZoneWriter } from './zones.ts';

/** Spans that are taken out at once: what that takes, a decision may have to wait. */
const SPANS_PER_STEP = 500;

type TraceLists = {
  tenant_id: string | null;
  agent_ids: string;
  tools: string;
  decisions: string;
  lowest_trust: string | null;
};

type CutTrace = { trace_id: string; first_sequence: number };

/** What was purged: the ranges, and the rows of their events, which go a few at a time. */
export function createRetention(
  db: SqliteDatabase,
  zones: ZoneWriter,
): ProjectedTable & { methods: RetentionStore } {
  const { apply, cut, read } = createCarriedState(db);
  const insert = db.prepare(
    'INSERT OR REPLACE INTO purges (first, last, until, sequence) VALUES (?, ?, ?, ?)',
  );
  const readAll = db.prepare<[], PurgedRange>(
    'SELECT first, last, until, sequence FROM purges ORDER BY first',
  );
  const trim = createTrimmer(db, zones);
  const purged: EventHandler = (read) => {
    const { event } = read;
    const payload = event.payload ?? {};
    const [first, last] = [amountOf(read, payload, 'first'), amountOf(read, payload, 'last')];
    const until = textOf(read, 'until');
    return ({ first_sequence, events }) =>
      insert.run(first, last, until, first_sequence + events.indexOf(event));
  };
  return {
    handlers: { segment_purged: purged, state_carried: apply },
    methods: {
      cutTraces: cut,
      carriedState: read,
      purges: async () => readAll.all(),
      trimPurged: async (range) => trim(range),
    },
  };
}

/** Takes out the rows of the oldest purged events; true once none is left. */
function createTrimmer(db: SqliteDatabase, zones: ZoneWriter): (range: PurgedRange) => boolean {
  const readStep = db.prepare<[number, number], number>(
    'SELECT first_sequence FROM spans WHERE first_sequence <= ? ORDER BY first_sequence LIMIT 1 OFFSET ?',
  );
  const readTraces = db.prepare<[number], CutTrace>(
    'SELECT trace_id, first_sequence FROM traces WHERE first_sequence <= ?',
  );
  const cut = createCutter(db, zones);
  const heads = createHeads(db);
  const dropSpans = db.prepare('DELETE FROM spans WHERE first_sequence <= ?');
  const dropUnreadable = db.prepare('DELETE FROM unreadable WHERE first_sequence <= ?');
  const dropPermits = db.prepare('DELETE FROM permits WHERE issued_sequence <= ?');
  const dropOutcomes = db.prepare('DELETE FROM outcomes WHERE sequence <= ?');
  const dropApprovals = db.prepare(
    "DELETE FROM approvals WHERE created_at <= ? AND status NOT IN ('pending', 'approved')",
  );
  const trim = db.transaction(({ last, until }: PurgedRange): boolean => {
    const step = readStep.pluck().get(last, SPANS_PER_STEP) ?? last;
    // Once for all: to look among the approvals for each trace would be to read all of them each time.
    const waiting = heads.waiting();
    for (const trace of readTraces.all(step)) cut(trace, last, waiting);
    zones.write();
    dropSpans.run(step);
    dropUnreadable.run(step);
    dropPermits.run(step);
    dropOutcomes.run(step);
    if (step < last) return false;
    dropApprovals.run(until);
    return true;
  });
  return (range) => {
    // What is left in free pages can still be read by whoever has the file.
    db.pragma('secure_delete = ON');
    try {
      return trim.immediate(range);
    } catch (error) {
      zones.reset();
      throw error;
    } finally {
      db.pragma('secure_delete = OFF');
    }
  };
}

/** Takes a trace out, or lets it begin behind what was purged of it. `waiting`: traces whose next event is sure to come. */
type Cutter = (trace: CutTrace, last: number, waiting: ReadonlySet<string>) => void;

function createCutter(db: SqliteDatabase, zones: ZoneWriter): Cutter {
  const next = db
    .prepare<[string, number], number | null>(
      'SELECT min(first_sequence) FROM spans WHERE trace_id = ? AND continues = 1 AND first_sequence > ?',
    )
    .pluck();
  const count = db
    .prepare<[object], number>(
      `SELECT sum(last_sequence - first_sequence + 1) FROM spans WHERE first_sequence <= @last
       AND (first_sequence = @first_sequence OR (continues = 1 AND trace_id = @trace_id))`,
    )
    .pluck();
  const move = db.prepare(
    'UPDATE traces SET first_sequence = ?, purged_events = purged_events + ? WHERE trace_id = ?',
  );
  const readLists = db.prepare<[string], TraceLists>(
    'SELECT tenant_id, agent_ids, tools, decisions, lowest_trust FROM traces WHERE trace_id = ?',
  );
  const heads = createHeads(db);
  const dropTrace = db.prepare('DELETE FROM traces WHERE trace_id = ?');
  const dropLinks = db.prepare('DELETE FROM links WHERE trace_id = ?');
  return (trace, last, waiting) => {
    const first = next.get(trace.trace_id, last);
    if (typeof first !== 'number') {
      if (waiting.has(trace.trace_id)) heads.keep(trace.trace_id);
      dropTrace.run(trace.trace_id);
      dropLinks.run(trace.trace_id);
      return;
    }
    move.run(first, count.get({ ...trace, last }) ?? 0, trace.trace_id);
    // It is looked for where it begins.
    const lists = readLists.get(trace.trace_id);
    if (lists !== undefined) zones.note(first, valuesOf(lists));
  };
}

function valuesOf({ tenant_id, agent_ids, tools, decisions, lowest_trust }: TraceLists) {
  return {
    tenant_id: [tenant_id],
    agent_id: JSON.parse(agent_ids),
    tool_name: JSON.parse(tools),
    decision: JSON.parse(decisions),
    trust_level: [lowest_trust],
  };
}
