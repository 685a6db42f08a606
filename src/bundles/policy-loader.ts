import type { PolicyProblem } from '../policy/problem.ts';
import type { PolicyVersion } from '../versions/records.ts';
import type { BundleArchive } from './bundle-archive.ts';
import { type LoadResult, loadPolicySet, type PolicyFiles } from './load-policy-set.ts';
import type { PolicySource } from './manifest.ts';
import type { PolicySet } from './policy-set.ts';
import { judgeTests, type TestRunner } from './policy-tests.ts';

/** A set that may become active: loaded, its tests passed, signed where that is asked for. */
export type LoadedVersion = { set: PolicySet; source: PolicySource; version: PolicyVersion };

/** Reads whole sets from their texts: all files are good and the set's own tests pass, or nothing of it is used. */
export type PolicyLoader = {
  /** `base` is what is active: what it shares with the new set need not be made again. */
  load(files: PolicyFiles, base?: PolicySet): Promise<LoadResult>;
  /** Makes a loaded set durable in the archive, content and files. */
  keep(loaded: LoadedVersion): Promise<void>;
  close(): Promise<void>;
};

/** Warnings that the gateway keeps and tells: `aisecops policy lint` names all. */
export const MAX_WARNINGS = 1_000;

/** A set whose own tests pass, or everything that is wrong with it. */
export function checkedSet(files: PolicyFiles, runTest: TestRunner): LoadResult {
  const loaded = loadPolicySet(files, { maxWarnings: MAX_WARNINGS });
  if (loaded.set === undefined) return loaded;
  const { failed, warnings } = judgeTests(loaded.set, files, runTest);
  if (failed.length > 0) return { problems: failed };
  return { set: withTestWarnings(loaded.set, warnings) };
}

type Warned = { warnings: readonly PolicyProblem[]; warnings_omitted: number };

/** What was loaded, with what its tests gave cause to say: that comes first, where there is more than is kept. */
export function withTestWarnings<Loaded extends Warned>(loaded: Loaded, ofTests: PolicyProblem[]): Loaded {
  const all = [...ofTests, ...loaded.warnings];
  const warnings = all.slice(0, MAX_WARNINGS);
  const warnings_omitted = loaded.warnings_omitted + all.length - warnings.length;
  return { ...loaded, warnings, warnings_omitted };
}

/** Makes a set durable: what the bundle says, and the files it was read from. */
export async function keepVersion(
  archive: BundleArchive,
  { set, source, version }: LoadedVersion,
): Promise<void> {
  await archive.keep(version.version, set.bundle.content);
  await archive.keepFiles(version.files_hash, source);
}
