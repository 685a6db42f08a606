import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openTextIndex, type TextIndex } from '../store/sqlite/text-index.ts';

/** The words of a log, beside the store that follows it. What is no intact database is made anew, and empty. */
export function openTexts(storeFile: string): TextIndex {
  const file = textFileOf(storeFile);
  try {
    return openTextIndex(file, storeFile);
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    return openTextsAnew(storeFile);
  }
}

/** The same without what was there. */
export function openTextsAnew(storeFile: string): TextIndex {
  const file = textFileOf(storeFile);
  for (const ending of ['', '-wal', '-shm']) rmSync(`${file}${ending}`, { force: true });
  return openTextIndex(file, storeFile);
}

export function isCorrupt(error: unknown): boolean {
  const code = String((error as { code?: unknown }).code);
  return code === 'store_corrupt' || code.startsWith('SQLITE_CORRUPT');
}

function textFileOf(storeFile: string): string {
  return join(dirname(storeFile), `${basename(storeFile, '.db')}-text.db`);
}
