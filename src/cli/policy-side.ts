import { stat } from 'node:fs/promises';
import { filesHash } from '../bundles/file-hashes.ts';
import {
  type PolicyFiles,
  type PolicyParts,
  readPolicyParts,
  toPolicySet,
} from '../bundles/load-policy-set.ts';
import { readPolicyFiles } from '../bundles/policy-directory.ts';
import type { ComparedSet } from '../evaluation/compare-sets.ts';
import type { Bundle } from '../policy/bundle.ts';
import { problemLine } from '../policy/problem.ts';
import { UsageError } from './command.ts';
import { bundleNamed } from './policy-candidate.ts';

/** One of two things that are compared: a bundle, and where it is a whole directory all that stands there. */
export type PolicySide = { bundle: Bundle; directory?: ComparedSet & { files_hash: string } };

/** What an operand names, with everything that stands in a directory. Throws `UsageError` where it cannot be used. */
export async function sideNamed(operand: string, auditFile: string | undefined): Promise<PolicySide> {
  const bundle = await bundleNamed(operand, auditFile);
  const found = await stat(operand).catch(() => undefined);
  if (found?.isDirectory() !== true) return { bundle };
  const { files, problems } = await readPolicyFiles(operand);
  if (problems.length > 0) throw unusable(operand, problems);
  const parts = partsOf(operand, files, bundle);
  const set = { ...toPolicySet(parts), bundle };
  return { bundle, directory: { set, parts, files_hash: filesHash(files) } };
}

/** Capabilities that are not in the directory are those that its bundle has from elsewhere. */
function partsOf(operand: string, files: PolicyFiles, bundle: Bundle): PolicyParts {
  const capabilities = JSON.stringify({ capabilities: bundle.content['capabilities'] });
  const { parts, problems } = readPolicyParts({ 'capabilities.yaml': capabilities, ...files });
  if (parts === undefined) throw unusable(operand, problems);
  return parts;
}

function unusable(operand: string, problems: Parameters<typeof problemLine>[0][]): UsageError {
  return new UsageError(`${operand} cannot be used:\n${problems.map(problemLine).join('\n')}`);
}
