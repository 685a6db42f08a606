/** Events of the log that the tables could not read, by the group they stand in: what they brought about is missing. */
export const UNREADABLE_MIGRATION = `
CREATE TABLE unreadable (
  first_sequence INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  problem TEXT NOT NULL
) STRICT;
`;
