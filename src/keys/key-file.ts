import { constants, type FileHandle, link, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { removeDrafts, replaceFile, syncDirectory } from '../disk/durable-file.ts';
import { isMissing } from '../disk/if-there.ts';
import { KeyError } from './key-error.ts';

/** The key file as it stands: an object with one private JWK a purpose, and what rotations keep beside them. */
export type KeyFile = Record<string, unknown>;

/** The content of the key file; nothing where there is none. Rejects as `openSigningKey` says. */
export async function readKeyFile(file: string): Promise<KeyFile | undefined> {
  const handle = await openForReading(file);
  if (handle === undefined) return undefined;
  try {
    const { mode } = await handle.stat();
    if ((mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8);
      const message = `${file} can be read by others (mode ${octal}); run: chmod 600 ${file}`;
      throw new KeyError('signing_key_exposed', message);
    }
    return parseKeyFile(file, await handle.readFile('utf8'));
  } finally {
    await handle.close();
  }
}

async function openForReading(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, constants.O_RDONLY);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unavailable(file, 'read', error);
  }
}

function parseKeyFile(file: string, text: string): KeyFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message would quote the file, and with it the key.
    throw invalid(file, 'it is not JSON');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw invalid(file, 'it is not an object');
  return value as KeyFile;
}

/** Replaces the key file in one durable step. One that `isNew` never replaces what another process made meanwhile. */
export async function writeKeyFile(file: string, keys: KeyFile, isNew: boolean): Promise<void> {
  const content = `${JSON.stringify(keys, undefined, 2)}\n`;
  try {
    await replaceFile(file, { content, mode: 0o600, ...(isNew ? { put: nameFirst } : {}) });
    await syncDirectory(dirname(file));
  } catch (error) {
    throw unavailable(file, 'written', error);
  }
}

/**
 * Takes away what a crash has left of writing the key file: a draft holds private keys, also such that a rotation has
 * put out of use. MUST be called only by who holds the lock of the log's writer.
 */
export async function removeKeyDrafts(file: string): Promise<void> {
  try {
    await removeDrafts(file);
  } catch (error) {
    throw unavailable(`a draft of ${file}`, 'removed', error);
  }
}

/** Names the file unless another process was first: a link, unlike a rename, never replaces. */
async function nameFirst(draft: string, file: string): Promise<void> {
  try {
    await link(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

export function invalid(file: string, why: string, cause?: unknown): KeyError {
  return new KeyError('signing_key_invalid', `${file} cannot be used: ${why}`, { cause });
}

function unavailable(file: string, verb: string, cause: unknown): KeyError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new KeyError('signing_key_unavailable', `${file} cannot be ${verb}: ${why}`, { cause });
}
