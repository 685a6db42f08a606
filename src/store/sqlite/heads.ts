import type { CarriedHead } from '../carried-state.ts';
import type { SqliteDatabase } from './database.ts';

/** Traces of open approvals: whatever is purged of them, the next event of each is sure to come. */
const WAITING = `SELECT DISTINCT json_extract(request, '$.trace_id') FROM approvals
  WHERE status IN ('pending', 'approved')`;

/** What is kept of a trace that was purged and goes on, so that it goes on from where it was. */
export type Heads = {
  /** The traces that are waited for, as of now. */
  waiting(): ReadonlySet<string>;
  /** Keeps the end of a trace whose row is about to go. */
  keep(traceId: string): void;
  /** Takes over an end from a state that was carried, unless more is known of the trace. */
  put(head: Record<string, unknown>): void;
  /** The ends of all traces that are waited for. */
  all(): CarriedHead[];
};

export function createHeads(db: SqliteDatabase): Heads {
  const keep = db.prepare(`INSERT OR REPLACE INTO heads (trace_id, tenant_id, head_sequence, head_hash)
    SELECT trace_id, tenant_id, head_sequence, head_hash FROM traces WHERE trace_id = ?`);
  const waiting = db.prepare<[], string>(WAITING).pluck();
  const put = db.prepare(`INSERT OR IGNORE INTO heads (trace_id, tenant_id, head_sequence, head_hash)
    SELECT @trace_id, @tenant_id, @head_sequence, @head_hash
    WHERE NOT EXISTS (SELECT 1 FROM traces WHERE trace_id = @trace_id)`);
  const all = db.prepare<[], CarriedHead>(`
    SELECT trace_id, tenant_id, head_sequence, head_hash FROM traces WHERE trace_id IN (${WAITING})
    UNION SELECT trace_id, tenant_id, head_sequence, head_hash FROM heads ORDER BY trace_id`);
  return {
    waiting: () => new Set(waiting.all()),
    keep: (traceId) => keep.run(traceId),
    put: (head) => put.run(head),
    all: () => all.all(),
  };
}
