/** Contents that came from outside, by tenant and hash, and the least they were worth. */
export const REMEMBERED_MIGRATION = `
CREATE TABLE remembered (
  tenant_id TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  trust_level TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, content_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX remembered_by_sequence ON remembered (tenant_id, sequence);
`;
