import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { describeStore } from './conformance.ts';

describeStore('SQLite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'aisecops-store-'));
  return {
    open: () => openSqliteStore(join(directory, 'store.db')),
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
});
