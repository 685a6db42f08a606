/**
 * A plan id may be decided many times: the decision in force is found by one step in an index, and an outcome knows
 * where it stands among the decisions. Traces whose plans were handed on by another trace are found from that one.
 * What the log fills is emptied and filled again from the log at this start.
 */
export const DECISION_IN_FORCE_MIGRATION = `
ALTER TABLE spans ADD COLUMN allowed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outcomes ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
DROP INDEX spans_by_plan;
CREATE TABLE links (
  parent_trace_id TEXT NOT NULL,
  trace_id TEXT NOT NULL,
  PRIMARY KEY (parent_trace_id, trace_id)
) STRICT, WITHOUT ROWID;
DELETE FROM spans;
DELETE FROM traces;
DELETE FROM counters;
DELETE FROM reservations;
DELETE FROM agents;
DELETE FROM approvals;
DELETE FROM permits;
DELETE FROM outcomes;
DELETE FROM applied;
CREATE INDEX spans_by_plan ON spans (decided_plan_id, allowed) WHERE decided_plan_id IS NOT NULL;
`;
