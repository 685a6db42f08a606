/**
 * What stands in each stretch of the index, so that a filter that meets little passes over the rest. What the log fills
 * is emptied and filled again from the log at this start.
 */
export const ZONES_MIGRATION = `
CREATE TABLE zones (
  zone INTEGER PRIMARY KEY,
  tenant_id TEXT,
  agent_id TEXT,
  tool_name TEXT,
  decision TEXT,
  trust_level TEXT
) STRICT;
DELETE FROM spans;
DELETE FROM traces;
DELETE FROM links;
DELETE FROM counters;
DELETE FROM reservations;
DELETE FROM agents;
DELETE FROM approvals;
DELETE FROM permits;
DELETE FROM outcomes;
DELETE FROM applied;
`;
