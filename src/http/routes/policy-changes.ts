import type { BundleChanges, Compared } from '../../bundles/rule-changes.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Caller } from '../../tokens/caller.ts';

/** Rules of each kind that an answer about something else lists. */
const LISTED_CHANGES = 50;

/**
 * What a version changes against another one (left out: the active one), as far as the caller may see both. Nothing where one of
 * them cannot be read: what was done is done, whatever can be said of it.
 */
export async function changesBetween(
  gateway: Gateway,
  { tenant_id }: Caller,
  { from = gateway.bundles.active.bundle, to }: { from?: Compared; to: Compared | string },
): Promise<(BundleChanges & { from: string; to: string }) | undefined> {
  return gateway.bundles.changes({ from, to, tenant_id }, LISTED_CHANGES).catch(() => undefined);
}
