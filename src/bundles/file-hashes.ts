import { canonicalHash, sha256 } from '../json/canonical.ts';
import { POLICY_FILES, type PolicyFileName, type PolicyFiles } from './load-policy-set.ts';

export type FileHashes = Partial<Record<PolicyFileName, string>>;

/** The SHA-256 of each file's text. */
export function fileHashes(files: PolicyFiles): FileHashes {
  const hashes: FileHashes = {};
  for (const name of POLICY_FILES) {
    const text = files[name];
    if (text !== undefined) hashes[name] = sha256(text);
  }
  return hashes;
}

/** One name for all files of a set together: the SHA-256 of the canonical JSON of `fileHashes`. */
export function filesHash(files: PolicyFiles): string {
  return canonicalHash(fileHashes(files));
}
