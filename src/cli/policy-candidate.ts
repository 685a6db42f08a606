import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readLayers } from '../bundles/policy-directory.ts';
import type { JsonObject } from '../json/value.ts';
import type { Bundle } from '../policy/bundle.ts';
import { compileBundle, type PolicyFiles } from '../policy/compile.ts';
import type { LayerFileName } from '../policy/layer-file.ts';
import { problemLine } from '../policy/problem.ts';
import { parseYaml } from '../policy/yaml.ts';
import { UsageError } from './command.ts';

/**
 * The bundle in a file or directory of policies. What a candidate leaves out is as it was recorded: capabilities where
 * there is no `capabilities.yaml` beside it, and the name of the bundle. So a file of rules alone is a candidate, too.
 * The layers beside it belong to it.
 * Nothing where there is no such file. Throws `UsageError` with every problem of one that cannot be used.
 */
export async function policyCandidate(
  path: string,
  recorded: () => Promise<JsonObject | undefined>,
): Promise<Bundle | undefined> {
  const file = await policyFile(path);
  if (file === undefined) return undefined;
  const policies = await readFile(file, 'utf8');
  const beside = await textAt(join(dirname(file), 'capabilities.yaml'));
  const content = beside === undefined ? await recorded() : await recorded().catch(ignoreUsage);
  if (beside === undefined && content === undefined)
    throw new UsageError(
      `${path}: there is no capabilities.yaml beside it, and the log names no bundle to take capabilities from`,
    );
  // JSON is YAML, too.
  const capabilities = beside ?? JSON.stringify({ capabilities: content?.['capabilities'] ?? {} });
  const layers = await layersBeside(dirname(file));
  const bundle = compiled(path, { ...layers, 'policies.yaml': policies, 'capabilities.yaml': capabilities });
  const { value } = parseYaml('policies.yaml', policies);
  const name = content?.['bundle'];
  const isNamed = typeof value === 'object' && value !== null && Object.hasOwn(value, 'bundle');
  if (isNamed || name === undefined) return bundle;
  const named = JSON.stringify({ ...(value as JsonObject), bundle: name });
  return compiled(path, { ...layers, 'policies.yaml': named, 'capabilities.yaml': capabilities });
}

async function layersBeside(directory: string): Promise<{ [name: LayerFileName]: string }> {
  const { files, problems } = await readLayers(directory);
  if (problems.length === 0) return files;
  throw new UsageError(`${directory} cannot be used:\n${problems.map(problemLine).join('\n')}`);
}

function compiled(path: string, files: PolicyFiles): Bundle {
  const { bundle, problems } = compileBundle(files);
  if (bundle !== undefined) return bundle;
  throw new UsageError(`${path} cannot be used:\n${problems.map(problemLine).join('\n')}`);
}

/** Nothing where there is no such file; one that cannot be read is not one that was left out. */
async function textAt(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** With capabilities of its own a candidate takes only its name from what was recorded. */
function ignoreUsage(error: unknown): undefined {
  if (!(error instanceof UsageError)) throw error;
}

async function policyFile(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return join(path, 'policies.yaml');
  return found?.isFile() ? path : undefined;
}
