import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BundleArchive } from '../bundles/bundle-archive.ts';
import { readLayers } from '../bundles/policy-directory.ts';
import { ifThere } from '../disk/if-there.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import type { Bundle } from '../policy/bundle.ts';
import { compileBundle, compileBundleContent, type PolicyFiles } from '../policy/compile.ts';
import type { LayerFileName } from '../policy/layer-file.ts';
import { problemLine } from '../policy/problem.ts';
import { parseYaml } from '../policy/yaml.ts';
import { UsageError } from './command.ts';
import { newestBundle } from './newest-bundle.ts';

/**
 * The bundle in a file or directory of policies. What a candidate leaves out is as it was recorded: capabilities where
 * there is no `capabilities.yaml` beside it, the name of the bundle, and for a file alone the layers. So a file of rules for
 * everyone is a candidate, too. The layers beside it belong to it, and a directory has those it has.
 * Nothing where there is no such file. Throws `UsageError` with every problem of one that cannot be used.
 */
export async function policyCandidate(
  path: string,
  recorded: () => Promise<JsonObject | undefined>,
): Promise<Bundle | undefined> {
  const found = await policyFile(path);
  if (found === undefined) return undefined;
  const { file, isDirectory } = found;
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
  const files = { ...layers, 'policies.yaml': policies, 'capabilities.yaml': capabilities };
  const bundle = compiled(path, files);
  const isAlone = !isDirectory && Object.keys(layers).length === 0;
  const whole = withRecorded(parseYaml('policies.yaml', policies).value, content, { isAlone });
  return whole === undefined
    ? bundle
    : compiled(`${path} with what was recorded beside it`, {
        ...files,
        'policies.yaml': JSON.stringify(whole),
      });
}

/** A policy file with what it leaves out of the recorded bundle; nothing where it leaves nothing out. */
function withRecorded(
  file: JsonValue | undefined,
  content: JsonObject | undefined,
  { isAlone }: { isAlone: boolean },
): JsonObject | undefined {
  const own = (file ?? {}) as JsonObject;
  const isNamed = Object.hasOwn(own, 'bundle') || content?.['bundle'] === undefined;
  const rules = rulesIn(own);
  const isLayered = rules.some(isOfLayer);
  const layered = isAlone && !isLayered ? rulesIn(content).filter(isOfLayer) : [];
  if (isNamed && layered.length === 0) return undefined;
  return {
    ...own,
    ...(!isNamed && { bundle: content?.['bundle'] as JsonValue }),
    ...(layered.length > 0 && { rules: [...rules, ...layered] }),
  };
}

function rulesIn(content: JsonObject | undefined): JsonValue[] {
  return Array.isArray(content?.['rules']) ? content['rules'] : [];
}

function isOfLayer(rule: JsonValue): boolean {
  return typeof rule === 'object' && rule !== null && Object.hasOwn(rule, 'layer');
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
function textAt(path: string): Promise<string | undefined> {
  return ifThere(readFile(path, 'utf8'));
}

/** With capabilities of its own a candidate takes only its name from what was recorded. */
function ignoreUsage(error: unknown): undefined {
  if (!(error instanceof UsageError)) throw error;
}

async function policyFile(path: string): Promise<{ file: string; isDirectory: boolean } | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return { file: join(path, 'policies.yaml'), isDirectory: true };
  return found?.isFile() ? { file: path, isDirectory: false } : undefined;
}

/**
 * The bundle that `operand` names: a file or directory of policies, else a version that was active and is kept beside the log.
 * Without a log there is only what lies on the disk. Throws `UsageError` where it names nothing.
 */
export async function bundleNamed(operand: string, auditFile: string | undefined): Promise<Bundle> {
  const archive =
    auditFile === undefined ? undefined : new BundleArchive(join(dirname(auditFile), 'policies'));
  const found = await policyCandidate(operand, async () =>
    auditFile === undefined || archive === undefined ? undefined : newestBundle(auditFile, archive),
  );
  const kept = found === undefined ? await archive?.read(operand) : undefined;
  const bundle = found ?? (kept && compileBundleContent(kept).bundle);
  if (bundle !== undefined) return bundle;
  const beside =
    auditFile === undefined
      ? '; a version is looked for beside --audit-file FILE'
      : ', and no such bundle beside the log';
  throw new UsageError(`${operand}: there is no such file${beside}`);
}
