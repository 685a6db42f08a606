/**
 * A plan id may be decided many times: the decision in force is found by one step in an index, and an outcome knows
 * where it stands among the decisions. What the log fills is emptied and filled again from the log at this start.
 */
export const DECISION_IN_FORCE_MIGRATION = `
ALTER TABLE spans ADD COLUMN allowed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outcomes ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
DROP INDEX spans_by_plan;
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
