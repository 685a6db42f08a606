import type { JsonObject } from '../json/value.ts';
import type { PolicyProblem } from '../policy/problem.ts';
import type { PolicyVersion } from '../versions/records.ts';
import type { BundleArchive } from './bundle-archive.ts';
import { type LoadResult, loadPolicySet, type PolicyFiles } from './load-policy-set.ts';
import type { PolicySource } from './manifest.ts';
import type { PolicySet } from './policy-set.ts';
import { judgeTests, type TestRunner } from './policy-tests.ts';
import type { Compared } from './rule-changes.ts';

/** A set that was checked and that nothing is going to be decided under now: what there is to tell of it. */
export type CheckedSet = Warned & {
  name: string;
  rule_count: number;
  capability_count: number;
  /** Of its agents, each once. */
  tenants: readonly string[];
  /** With what it says, where that was read here. */
  compared: Compared;
};

export type CheckResult =
  | { checked: CheckedSet; problems?: never }
  | { checked?: never; problems: PolicyProblem[] };

/** A set that may be published: checked, its tests passed, signed where that is asked for. */
export type CheckedVersion = { checked: CheckedSet; source: PolicySource; version: PolicyVersion };

/** What is made durable of a version; `content` where it is at hand. */
export type Keeping = { source: PolicySource; version: PolicyVersion; content?: JsonObject | undefined };

/** A set that may become active: loaded, its tests passed, signed where that is asked for. */
export type LoadedVersion = { set: PolicySet; source: PolicySource; version: PolicyVersion };

/** Reads whole sets from their texts: all files are good and the set's own tests pass, or nothing of it is used. */
export type PolicyLoader = {
  /** `base` is what is active: what it shares with the new set need not be made again. */
  load(files: PolicyFiles, base?: PolicySet): Promise<LoadResult>;
  /** As `load`, for a set that is only looked at: its own tests are not run. */
  compile(files: PolicyFiles, base?: PolicySet): Promise<LoadResult>;
  /** The same checks for a set that is only told of or kept. Rejects with `too_many_checks`. */
  check(files: PolicyFiles): Promise<CheckResult>;
  /** Makes a set that was loaded or checked durable in the archive, content and files. */
  keep(kept: Keeping): Promise<void>;
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

/** What there is to tell of a set. */
export function summaryOf({ bundle, agents, warnings, warnings_omitted }: Told): CheckedSet {
  const { name, rule_count, capabilities } = bundle;
  return {
    ...{ name, rule_count, capability_count: capabilities.length },
    tenants: [...new Set(agents.map(({ tenant_id }) => tenant_id))],
    ...{ warnings, warnings_omitted, compared: bundle },
  };
}

type Told = Pick<PolicySet, 'bundle' | 'agents' | 'warnings' | 'warnings_omitted'>;

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
  { content, source, version }: Keeping & { content: JsonObject },
): Promise<void> {
  await archive.keep(version.version, content);
  await archive.keepFiles(version.files_hash, source);
}
