/** Sources that somebody vouches for over the API, and what was revoked of those that trust.yaml describes. */
export const TRUST_SOURCES_MIGRATION = `
CREATE TABLE trust_sources (
  source_id TEXT PRIMARY KEY,
  origin TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
