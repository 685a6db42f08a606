import type { DecisionChanges } from '../bundles/decision-changes.ts';
import type { LoadResult, PolicyFiles, PolicyParts } from '../bundles/load-policy-set.ts';
import type { SignedManifest } from '../bundles/manifest.ts';
import type { CheckedSet } from '../bundles/policy-loader.ts';
import type { RuleChanges } from '../bundles/rule-changes.ts';
import type { PolicyVersion } from '../versions/records.ts';

/** What the thread is started with. `isStarting`: nothing is decided before its first answer. */
export type LoadingData = { archive: string; isStarting: boolean };

/**
 * What of a set has to cross: of its rules only those that the base has not. `order` has for each rule its place among
 * those of the base, or -1 where it is the next of `fresh`, which is JSON of lists of rules.
 */
export type LoadedParts = Omit<PolicyParts, 'bundle'> & {
  version: string;
  /** JSON of the content, without rules, and without capabilities where they are those of the base. */
  rest: string;
  hasCapabilities: boolean;
  order: Int32Array<ArrayBuffer>;
  fresh: string[];
};

/** Two versions, as far as the tenant sees them. */
export type VersionPair = { from: string; to: string; tenant_id: string };

export type ToLoading = { id: number } /** `isUntested`: without the set's own tests. */ & (
  | { load: PolicyFiles; base?: string; isUntested?: true }
  /** The same for a set that is only told of or kept. */
  | { check: PolicyFiles }
  | { compare: VersionPair }
  | { changes: VersionPair & { listed: number } }
  | { keep: Pick<PolicyVersion, 'version' | 'files_hash'>; manifest?: SignedManifest }
);

export type FromLoading = { id: number } & (
  | { parts: LoadedParts }
  | { checked: CheckedSet }
  | { problems: NonNullable<LoadResult['problems']> }
  /** Whether the set was still known, so that it could be kept. */
  | { kept: boolean }
  | { compared: DecisionChanges }
  | { changes: RuleChanges }
  | { failed: string }
);
