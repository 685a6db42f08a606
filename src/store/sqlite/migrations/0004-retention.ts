/** The last part of a counter's key: the start of its window, which is a time of 24 characters or a word. */
export const WINDOW_OF_COUNTER = `CASE WHEN substr(key, -6) = '|total' THEN 'total' ELSE substr(key, -24) END`;

/**
 * Holds, and what was purged. A trace whose beginning is gone says of how many events; rows of purged events are found
 * by their sequence, counters by the window they count. `base` has a row while the store lacks what came before the
 * first line of the log. What is new comes from new events, so nothing is projected again.
 */
export const RETENTION_MIGRATION = `
ALTER TABLE traces ADD COLUMN purged_events INTEGER NOT NULL DEFAULT 0;
CREATE TABLE holds (
  hold_id TEXT PRIMARY KEY,
  tenant_id TEXT,
  status TEXT NOT NULL,
  placed_at TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE purges (
  first INTEGER PRIMARY KEY,
  last INTEGER NOT NULL,
  until TEXT NOT NULL,
  sequence INTEGER NOT NULL
) STRICT;
CREATE TABLE base (sequence INTEGER NOT NULL) STRICT;
CREATE INDEX counters_by_window ON counters (${WINDOW_OF_COUNTER});
CREATE INDEX permits_by_sequence ON permits (issued_sequence);
CREATE INDEX outcomes_by_sequence ON outcomes (sequence);
`;
