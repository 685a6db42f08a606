import { canonicalHash, sha256 } from '../json/canonical.ts';
import type { PolicyFiles } from './load-policy-set.ts';

export type FileHashes = Record<string, string>;

/** The SHA-256 of each file's text, by its name. */
export function fileHashes(files: PolicyFiles): FileHashes {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, sha256(text)]));
}

/** One name for all files of a set together: the SHA-256 of the canonical JSON of `fileHashes`. */
export function filesHash(files: PolicyFiles): string {
  return canonicalHash(fileHashes(files));
}
