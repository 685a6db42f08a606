import { existsSync } from 'node:fs';
import type { AppliedPosition } from '../store.ts';
import { readDatabase } from './database.ts';

/**
 * How far a store that nobody has open has followed its log; nothing where there is no such file, or it has seen nothing.
 * The file is not changed, so a log that is refused for it leaves it as it was. Throws as `openDatabase`.
 */
export function appliedIn(file: string): AppliedPosition | undefined {
  if (!existsSync(file)) return undefined;
  return readDatabase(file, (db) =>
    db.prepare<[], AppliedPosition>('SELECT sequence, hash, offset FROM applied').get(),
  );
}
