import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../json/value.ts';
import type { Bundle } from '../policy/bundle.ts';
import { compileBundleContent } from '../policy/compile.ts';

/** Compiled bundles kept: those that decisions lie under are few, and each is some megabytes. */
const BUNDLES_KEPT = 8;

/** The bundle asked for was never active here. */
export class PolicyNotFound extends Error {
  readonly code = 'policy_not_found';
}

/** Every bundle that was ever active, compiled. */
export type BundleVersions = {
  /** `undefined` where it is not kept, or not intact. */
  version(version: string): Promise<Bundle | undefined>;
  /** The bundle of a version, or the active one by its name. Rejects with `PolicyNotFound`. */
  named(policy: string): Promise<Bundle>;
};

export function createBundleVersions(sources: {
  /** The content of a bundle that was ever active. */
  content(version: string): Promise<JsonObject | undefined>;
  active(): Bundle;
}): BundleVersions {
  const { content, active } = sources;
  const compiled = new LRUCache<string, Bundle>({ max: BUNDLES_KEPT });
  const version: BundleVersions['version'] = async (wanted) => {
    if (active().version === wanted) return active();
    const known = compiled.get(wanted);
    if (known !== undefined) return known;
    const kept = await content(wanted);
    const bundle = kept && compileBundleContent(kept).bundle;
    if (bundle !== undefined) compiled.set(wanted, bundle);
    return bundle;
  };
  return {
    version,
    async named(policy) {
      const bundle = policy === active().name ? active() : await version(policy);
      if (bundle !== undefined) return bundle;
      throw new PolicyNotFound(`There is no bundle ${policy}.`);
    },
  };
}
