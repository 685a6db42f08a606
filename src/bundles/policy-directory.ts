import { lstat, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicyProblem } from '../policy/problem.ts';
import { POLICY_FILES, type PolicyFiles } from './load-policy-set.ts';
import { MANIFEST_FILE, manifestSchema, type PolicySource } from './manifest.ts';
import { fileProblem } from './policy-errors.ts';

/** The files of a policy directory, and the manifest where it `isSigned`. */
export async function readPolicyDirectory(
  directory: string,
  { isSigned }: { isSigned: boolean },
): Promise<{ source: PolicySource; problems: PolicyProblem[] }> {
  const { files, problems } = await readPolicyFiles(directory);
  const manifest = join(directory, MANIFEST_FILE);
  const text = isSigned ? await readFile(manifest, 'utf8').catch(() => undefined) : undefined;
  if (text === undefined) return { source: { files }, problems };
  try {
    return { source: { files, manifest: manifestSchema.parse(JSON.parse(text)) }, problems };
  } catch {
    const message = 'is no manifest of policies: make it with `aisecops policy sign`';
    return { source: { files }, problems: [...problems, fileProblem(MANIFEST_FILE, message)] };
  }
}

/** Reads the files of a policy directory; one that is not there is left out, one that cannot be read is a problem. */
export async function readPolicyFiles(
  directory: string,
): Promise<{ files: PolicyFiles; problems: PolicyProblem[] }> {
  const files: PolicyFiles = {};
  const problems: PolicyProblem[] = [];
  for (const name of POLICY_FILES) {
    try {
      files[name] = await readFile(join(directory, name), 'utf8');
    } catch (error) {
      const problem = await problemOf(name, directory, error as NodeJS.ErrnoException);
      if (problem !== undefined) problems.push(problem);
    }
  }
  return { files, problems };
}

async function problemOf(
  file: string,
  directory: string,
  error: NodeJS.ErrnoException,
): Promise<PolicyProblem | undefined> {
  // A link to nothing is not a file that was left out.
  const isThere = await lstat(join(directory, file)).then(
    () => true,
    () => false,
  );
  const isMissing = !isThere && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
  if (isMissing && file !== 'policies.yaml') return undefined;
  const message = isMissing
    ? `there is no policies.yaml in ${directory}`
    : `cannot be read: ${error.message}`;
  return fileProblem(file, message);
}

/**
 * Changes whenever a file is written, replaced, added or removed, or can no longer be looked at. Cheap: one `stat` for
 * each file. Never rejects.
 */
export async function signatureOf(directory: string): Promise<string> {
  const parts: string[] = [];
  for (const name of [...POLICY_FILES, MANIFEST_FILE]) {
    const look = stat(join(directory, name)).then(
      // The time of change tells of rights that were taken away as well.
      ({ ino, size, mtimeMs, ctimeMs }) => `${ino}:${size}:${mtimeMs}:${ctimeMs}`,
      (error: NodeJS.ErrnoException) => String(error.code),
    );
    parts.push(await look);
  }
  return parts.join(' ');
}
