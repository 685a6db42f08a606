import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceFile, syncDirectory } from '../disk/durable-file.ts';

/** What the system says where a directory has no hard links: FAT, and some that are far away. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Writes a file that is not there yet: whole, or not at all. Rejects with what the system says, and the path in it, also
 * where the file is there already (`EEXIST`).
 */
export async function writeNewFile(path: string, content: Uint8Array): Promise<void> {
  try {
    await replaceFile(path, { content, mode: 0o666, put: nameNew });
    await syncDirectory(dirname(path));
  } catch (error) {
    // Of the draft nobody needs to know.
    throw error instanceof Error ? Object.assign(error, { path }) : error;
  }
}

/** A link, unlike a rename, never replaces what is there. */
async function nameNew(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    const { code } = Object(error) as { code?: string };
    if (code === undefined || !NO_LINKS.includes(code)) throw error;
    await nameReserved(draft, path);
  }
}

async function nameReserved(draft: string, path: string): Promise<void> {
  await (await open(path, 'wx')).close();
  try {
    await rename(draft, path);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
