import { FIRST_MIGRATION } from './migrations/0001-first.ts';
import { DECISION_IN_FORCE_MIGRATION } from './migrations/0002-decision-in-force.ts';
import { ZONES_MIGRATION } from './migrations/0003-zones.ts';
import { RETENTION_MIGRATION } from './migrations/0004-retention.ts';
import { PERMIT_USES_MIGRATION } from './migrations/0005-permit-uses.ts';
import { POLICY_VERSIONS_MIGRATION } from './migrations/0006-policy-versions.ts';
import { UNREADABLE_MIGRATION } from './migrations/0007-unreadable.ts';
import { HEADS_MIGRATION } from './migrations/0008-heads.ts';
import { TRUST_SOURCES_MIGRATION } from './migrations/0009-trust-sources.ts';
import { REMEMBERED_MIGRATION } from './migrations/0010-remembered.ts';
import { FIRST_TEXT_MIGRATION } from './migrations/text-0001-first.ts';

/**
 * What brings a database from one version to the next; a database at version N has seen the first N of them.
 * A released migration is never changed: a correction is a new one at the end.
 */
export const MIGRATIONS: readonly string[] = [
  FIRST_MIGRATION,
  DECISION_IN_FORCE_MIGRATION,
  ZONES_MIGRATION,
  RETENTION_MIGRATION,
  PERMIT_USES_MIGRATION,
  POLICY_VERSIONS_MIGRATION,
  UNREADABLE_MIGRATION,
  HEADS_MIGRATION,
  TRUST_SOURCES_MIGRATION,
  REMEMBERED_MIGRATION,
];

/** The same for the database with the words of the log. */
export const TEXT_MIGRATIONS: readonly string[] = [FIRST_TEXT_MIGRATION];
