import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { filesHash } from '../bundles/file-hashes.ts';
import { manifestSchema, type PolicyKey, type PolicySource, policyKeyId } from '../bundles/manifest.ts';
import { readPolicyDirectory } from '../bundles/policy-directory.ts';
import { fileProblem, PolicyLoadError } from '../bundles/policy-errors.ts';
import { mergedFiles } from '../bundles/policy-files.ts';
import type { LoadedVersion } from '../bundles/policy-loader.ts';
import type { PolicySwitch } from '../bundles/policy-switch.ts';
import { parseJson } from '../json/parse-json.ts';
import { readPublicKey } from '../keys/ed25519-key.ts';
import { isSame } from '../versions/version-book.ts';

/** A directory with policies, or one file with a published set, and what it has to be. */
export type LocalBundle = (
  | { directory: string; file?: never }
  /** A set as a gateway keeps it in `audit/policy-files/<hash>.json`: `{ "files": {…}, "manifest": {…} }`. */
  | { file: string; directory?: never }
) & {
  /** The hash of the bundle's canonical content, as a gateway names its versions. */
  version?: string;
  /** The hash of the files, as `files_hash` of `GET /policies`. */
  files_hash?: string;
  /** Public keys of which one has to have signed the files, as `policy_keys` of the gateway. */
  keys?: readonly string[];
};

/** The policies are good, but not those that were asked for. */
export class LocalBundleError extends Error {
  readonly code = 'wrong_bundle';
}

const sourceSchema = z.strictObject({
  files: z.record(z.string(), z.string()),
  manifest: manifestSchema.optional(),
});

/** Who takes a set into use where there is no directory that is looked at and nobody who activates. */
const BY = 'local enforcement';

export function policyKeysOf({ keys = [] }: LocalBundle): PolicyKey[] {
  return keys.map((given) => {
    const publicKey = readPublicKey(given);
    return { keyid: policyKeyId(publicKey), publicKey };
  });
}

/**
 * Reads the policies, holds them against what they have to be, and makes them what is decided under: kept and recorded
 * first. Rejects with `PolicyLoadError`, `VersionError` (`unsigned_bundle`, `wrong_signature`) or `LocalBundleError`.
 */
export async function activateLocal(policies: PolicySwitch, bundle: LocalBundle): Promise<void> {
  const loaded = await loadLocal(policies, bundle);
  assertWanted(loaded, bundle);
  if (isSame(loaded.version, policies.book.last)) await policies.resume(loaded);
  else
    await policies.activate(loaded, {
      source: 'directory',
      by: BY,
      directory_hash: loaded.version.files_hash,
    });
}

async function loadLocal(policies: PolicySwitch, bundle: LocalBundle): Promise<LoadedVersion> {
  const from = resolve(bundle.directory ?? bundle.file);
  const { source, problems } =
    bundle.directory === undefined
      ? { source: await readSetFile(from), problems: [] }
      : await readPolicyDirectory(from, { isSigned: policies.deps.keys.length > 0 });
  if (problems.length > 0) throw new PolicyLoadError(from, problems);
  const loaded = await policies.load(source);
  if (loaded.set !== undefined) return loaded;
  throw new PolicyLoadError(from, loaded.problems);
}

async function readSetFile(file: string): Promise<PolicySource> {
  try {
    const { files, manifest } = sourceSchema.parse(parseJson(await readFile(file, 'utf8')));
    // Rules in a file that nobody reads would be the worst of mistakes.
    const known = mergedFiles({}, files);
    return manifest === undefined ? { files: known } : { files: known, manifest };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `is no published set of policies, as audit/policy-files/<hash>.json of a gateway: ${why}`;
    throw new PolicyLoadError(file, [fileProblem(file, message)]);
  }
}

function assertWanted({ version, source }: LoadedVersion, wanted: LocalBundle): void {
  const is = { version: version.version, files_hash: filesHash(source.files) };
  for (const name of ['version', 'files_hash'] as const) {
    if (wanted[name] === undefined || wanted[name] === is[name]) continue;
    throw new LocalBundleError(
      `the policies have the ${name} ${is[name]}, and ${wanted[name]} was asked for: take those, or correct the option`,
    );
  }
}
