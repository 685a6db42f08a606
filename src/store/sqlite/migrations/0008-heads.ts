/** The last event of traces that were purged and go on: a person has yet to say something about a plan of theirs. */
export const HEADS_MIGRATION = `
CREATE TABLE heads (
  trace_id TEXT PRIMARY KEY,
  tenant_id TEXT,
  head_sequence INTEGER NOT NULL,
  head_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
