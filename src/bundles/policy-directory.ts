import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { POLICY_FILES, type PolicyFiles } from './load-policy-set.ts';

/** Reads the files of a policy directory; one that is not there is left out. */
export async function readPolicyFiles(directory: string): Promise<PolicyFiles> {
  const files: PolicyFiles = {};
  for (const name of POLICY_FILES) {
    const text = await readFile(join(directory, name), 'utf8').catch(whenMissing);
    if (text !== undefined) files[name] = text;
  }
  return files;
}

/** Changes whenever a file is written, replaced, added or removed. Cheap: one `stat` for each file. */
export async function signatureOf(directory: string): Promise<string> {
  const parts: string[] = [];
  for (const name of POLICY_FILES) {
    const found = await stat(join(directory, name)).catch(whenMissing);
    parts.push(found === undefined ? '-' : `${found.ino}:${found.size}:${found.mtimeMs}`);
  }
  return parts.join(' ');
}

function whenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
