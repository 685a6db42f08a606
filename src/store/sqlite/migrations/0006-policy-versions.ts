/**
 * What was published, activated and asked for, one row for each; `sequence` is of the event that said so last. What is
 * new comes from new events, so nothing is projected again.
 */
export const POLICY_VERSIONS_MIGRATION = `
CREATE TABLE policy_records (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  is_open INTEGER NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX policy_records_by_sequence ON policy_records (kind, sequence);
`;
