import { chmodSync, existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { StoreError } from '../store-error.ts';
import { MIGRATIONS, TEXT_MIGRATIONS } from './migrations.ts';

export type SqliteDatabase = Database.Database;

/**
 * What a file of ours holds. `applicationId` marks it: "AISO" and "AIST" in ASCII. SQLite keeps it in the header for
 * exactly this use.
 */
type Schema = { applicationId: number; migrations: readonly string[] };

const STORE: Schema = { applicationId: 0x4149534f, migrations: MIGRATIONS };
export const TEXTS: Schema = { applicationId: 0x41495354, migrations: TEXT_MIGRATIONS };

/**
 * Opens or creates the database at `file` and brings it to the newest version, in one transaction.
 *
 * WAL with `synchronous = NORMAL`: a crash of the process loses nothing, a power cut may lose the last commits,
 * and those are projected again from the log. Throws a `StoreError`: `store_unavailable` where the file cannot be
 * opened, `store_corrupt` where it is no intact database, `store_foreign` where it is another program's,
 * `store_newer` where a later release wrote it. A refused file is not changed.
 */
export function openDatabase(file: string, schema = STORE): SqliteDatabase {
  const db = translate(file, () => new Database(file, { timeout: 2_000 }));
  try {
    translate(file, () => prepare(db, file, schema));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Reads from a database that is there, of whatever version, and changes nothing. Throws as `openDatabase`. */
export function readDatabase<T>(file: string, read: (db: SqliteDatabase) => T): T | undefined {
  return translate(file, () => {
    const db = new Database(file, { readonly: true, timeout: 2_000 });
    try {
      const version = readPragma(db, 'user_version');
      assertOurs(db, file, { version, schema: STORE });
      // A file that was made and never written has no tables yet.
      return version === 0 ? undefined : read(db);
    } finally {
      db.close();
    }
  });
}

function prepare(db: SqliteDatabase, file: string, schema: Schema): void {
  const version = readPragma(db, 'user_version');
  assertOurs(db, file, { version, schema });
  if (!db.memory) closeToOthers(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  // A checkpoint stops the thread while it syncs, and every decision that waits with it. A tenth of the default pages
  // makes each ten times shorter; under load the slowest hundredth of answers came from 28 ms down to 22.
  db.pragma('wal_autocheckpoint = 100');
  db.pragma('cache_size = -6000');
  db.pragma('temp_store = MEMORY');
  if (version < schema.migrations.length) db.transaction(migrate).immediate(db, schema);
}

/**
 * The database holds the hashes of tokens and what people asked for. SQLite gives the side files it makes the mode of
 * the database, so this comes before the first of them; one that a killed process left is closed as well.
 */
function closeToOthers(file: string): void {
  for (const path of [file, `${file}-wal`, `${file}-shm`]) {
    if (existsSync(path)) chmodSync(path, 0o600);
  }
}

function assertOurs(
  db: SqliteDatabase,
  file: string,
  { version, schema: { applicationId, migrations } }: { version: number; schema: Schema },
): void {
  const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  const isEmpty = tables === 0 && version === 0;
  if (!isEmpty && readPragma(db, 'application_id') !== applicationId) {
    throw new StoreError('store_foreign', `${file} is a database of another program; choose another file`);
  }
  if (version > migrations.length) {
    throw new StoreError(
      'store_newer',
      `${file} has version ${version}, this release knows ${migrations.length}; start the newer release again`,
    );
  }
}

/** Reads the version again: another process may have migrated while this one waited for the write lock. */
function migrate(db: SqliteDatabase, { applicationId, migrations }: Schema): void {
  for (const migration of migrations.slice(readPragma(db, 'user_version'))) db.exec(migration);
  db.pragma(`application_id = ${applicationId}`);
  db.pragma(`user_version = ${migrations.length}`);
}

function readPragma(db: SqliteDatabase, name: 'user_version' | 'application_id'): number {
  return Number(db.pragma(name, { simple: true }));
}

function translate<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const code = error instanceof Database.SqliteError ? error.code : '';
    if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
      throw new StoreError('store_corrupt', `${file} is not an intact database`, { cause: error });
    }
    throw new StoreError('store_unavailable', `${file} cannot be opened: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
