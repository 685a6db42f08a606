/** How often a permit that may be used a number of times has been. Uses are new events, so nothing is projected again. */
export const PERMIT_USES_MIGRATION = `
ALTER TABLE permits ADD COLUMN uses INTEGER NOT NULL DEFAULT 0;
`;
