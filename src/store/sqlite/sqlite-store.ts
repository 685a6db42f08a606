import type { Store } from '../store.ts';
import { createAgentsTable } from './agents-table.ts';
import { createAnswersTable } from './answers-table.ts';
import { createApprovalsTable } from './approvals-table.ts';
import { createBudgetsTable } from './budgets-table.ts';
import { openDatabase } from './database.ts';
import { createHoldsTable } from './holds-table.ts';
import { createIndexReader } from './index-reader.ts';
import { createPermitsTable } from './permits-table.ts';
import { createPolicyRecordsTable } from './policy-records-table.ts';
import { createProjection } from './projection.ts';
import { createRememberedTable } from './remembered-table.ts';
import { createRetention } from './retention.ts';
import { createTokensTable } from './tokens-table.ts';
import { createTrustSourcesTable } from './trust-sources-table.ts';
import { createZoneWriter } from './zones.ts';

/** Pages after which a store that is filled at a stretch is written back: nobody waits for the sync meanwhile. */
const FILLING_CHECKPOINT_PAGES = 8_000;

/**
 * The store in one SQLite file, for one gateway. Its directory MUST exist and be on a local disk. `isFilling`: it is
 * filled from the log at a stretch, and nothing else waits for it.
 *
 * Methods run to their end before they return; the promises are the port's, for stores that have to wait.
 * Rejects as `openDatabase` throws.
 */
export async function openSqliteStore(
  file: string,
  { isFilling = false }: { isFilling?: boolean } = {},
): Promise<Store> {
  const db = openDatabase(file);
  if (isFilling) db.pragma(`wal_autocheckpoint = ${FILLING_CHECKPOINT_PAGES}`);
  const agents = createAgentsTable(db);
  const approvals = createApprovalsTable(db);
  const budgets = createBudgetsTable(db);
  const permits = createPermitsTable(db);
  const tokens = createTokensTable(db);
  const trustSources = createTrustSourcesTable(db);
  const remembered = createRememberedTable(db);
  const holds = createHoldsTable(db);
  const policyRecords = createPolicyRecordsTable(db);
  const zones = createZoneWriter(db);
  const retention = createRetention(db, zones);
  const tables = [
    ...[agents, approvals, budgets, permits, tokens, trustSources, remembered],
    ...[holds, policyRecords, retention],
  ];
  return {
    ...createProjection(db, tables, zones),
    ...createIndexReader(db),
    ...agents.methods,
    ...approvals.methods,
    ...budgets.methods,
    ...permits.methods,
    ...tokens.methods,
    ...trustSources.methods,
    ...remembered.methods,
    ...holds.methods,
    ...policyRecords.methods,
    ...retention.methods,
    ...createAnswersTable(db).methods,
    async close() {
      db.close();
    },
  };
}
