import { chmodSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AuditOpenError } from './audit-error.ts';

/** The right to be the one writer of a log. */
export type WriterLock = { release(): void };

/**
 * Takes the lock of `file`, at once or not at all.
 *
 * It is a kernel lock that SQLite holds on `<file>.lock`: it ends with the process, also after `kill -9`, and
 * means the same in all containers that share the volume (local file systems only). A process id in a file does
 * neither. Throws `audit_locked` while another writer holds it. The lock file MUST NOT be opened otherwise by
 * this process: closing any descriptor of it would drop the lock.
 */
export function acquireWriterLock(file: string): WriterLock {
  const path = `${file}.lock`;
  const database = new Database(path, { timeout: 0 });
  try {
    chmodSync(path, 0o640);
    // Nothing is written under the lock, so nothing needs a journal file beside it.
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (isBusy(cause)) throw new AuditOpenError('audit_locked', `another process writes ${file}`, { cause });
    throw cause;
  }
  return { release: () => database.close() };
}

function isBusy(cause: unknown): boolean {
  return cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY');
}
