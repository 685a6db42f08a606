import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isLayerFile, type LayerFileName } from '../policy/layer-file.ts';
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

/** Where layers have their files. */
const LAYERS = 'layers';

/** Reads the files of a policy directory; one that is not there is left out, one that cannot be read is a problem. */
export async function readPolicyFiles(
  directory: string,
): Promise<{ files: PolicyFiles; problems: PolicyProblem[] }> {
  if (await isFile(directory)) {
    const message = `${directory} is a file: name the directory of the policies, in which policies.yaml stands`;
    return { files: {}, problems: [fileProblem('policies.yaml', message)] };
  }
  const named = await readAll(directory, POLICY_FILES);
  const layers = await readLayers(directory);
  return {
    files: { ...named.files, ...layers.files },
    problems: [...named.problems, ...layers.problems],
  };
}

/**
 * Reads the files of the layers of a policy directory. Anything else in `layers/` is a problem, but for what is hidden
 * and the copies that editors keep: rules that nobody reads would be the worst of mistakes.
 */
export async function readLayers(
  directory: string,
): Promise<{ files: { [name: LayerFileName]: string }; problems: PolicyProblem[] }> {
  const names = await listLayers(directory).catch((error: Error) => error);
  if (names instanceof Error)
    return { files: {}, problems: [fileProblem(LAYERS, `cannot be read: ${names.message}`)] };
  const { files, problems } = await readAll(directory, names.filter(isLayerFile));
  const others = names.filter((name) => !isLayerFile(name));
  const message = 'is no layer file: rename it to `<name>.yaml`, or move it elsewhere';
  return { files, problems: [...problems, ...others.map((name) => fileProblem(name, message))] };
}

async function readAll(
  directory: string,
  names: readonly string[],
): Promise<{ files: Record<string, string>; problems: PolicyProblem[] }> {
  const files: Record<string, string> = {};
  const problems: PolicyProblem[] = [];
  for (const name of names) {
    try {
      files[name] = await readFile(join(directory, name), 'utf8');
    } catch (error) {
      const found = await problemOf(name, directory, error as NodeJS.ErrnoException);
      if (found !== undefined) problems.push(found);
    }
  }
  return { files, problems };
}

/** What stands in `layers/`, sorted; nothing where there is no such directory. */
async function listLayers(directory: string): Promise<string[]> {
  const names = await readdir(join(directory, LAYERS)).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && !(await isThere(join(directory, LAYERS)))) return [];
    throw error;
  });
  const visible = names.filter((name) => !name.startsWith('.') && !name.endsWith('~'));
  return visible.sort().map((name) => `${LAYERS}/${name}`);
}

async function problemOf(
  file: string,
  directory: string,
  error: NodeJS.ErrnoException,
): Promise<PolicyProblem | undefined> {
  const isMissing =
    (error.code === 'ENOENT' || error.code === 'ENOTDIR') && !(await isThere(join(directory, file)));
  if (isMissing && file !== 'policies.yaml') return undefined;
  const message = isMissing
    ? `there is no policies.yaml in ${directory}`
    : `cannot be read: ${error.message}`;
  return fileProblem(file, message);
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** A link to nothing is not something that was left out. */
function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Changes whenever a file is written, replaced, added or removed, or can no longer be looked at. Cheap: one `stat` for
 * each file. Never rejects.
 */
export async function signatureOf(directory: string): Promise<string> {
  const layers = await listLayers(directory).catch((error: NodeJS.ErrnoException) => [String(error.code)]);
  const looks = [...POLICY_FILES, MANIFEST_FILE, ...layers].map((name) =>
    stat(join(directory, name)).then(
      // The time of change tells of rights that were taken away as well.
      ({ ino, size, mtimeMs, ctimeMs }) => `${name}:${ino}:${size}:${mtimeMs}:${ctimeMs}`,
      (error: NodeJS.ErrnoException) => `${name}:${error.code}`,
    ),
  );
  return (await Promise.all(looks)).join(' ');
}
