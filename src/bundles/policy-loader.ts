import { type LoadResult, loadPolicySet, type PolicyFiles } from './load-policy-set.ts';
import type { PolicySet } from './policy-set.ts';
import { failedTests, type TestRunner } from './policy-tests.ts';

/** Reads a whole set from its texts: all files are good and its own tests pass, or nothing of it is used. */
export type PolicyLoader = {
  /** `base` is what is active: what it shares with the new set need not be made again. */
  load(files: PolicyFiles, base?: PolicySet): Promise<LoadResult>;
  close(): Promise<void>;
};

/** A set whose own tests pass, or everything that is wrong with it. */
export function checkedSet(files: PolicyFiles, runTest: TestRunner): LoadResult {
  const loaded = loadPolicySet(files);
  if (loaded.set === undefined) return loaded;
  const failed = failedTests(loaded.set, files['policies.yaml'] ?? '', runTest);
  return failed.length === 0 ? loaded : { problems: failed };
}
