import { CandidateError } from '../../bundles/policy-errors.ts';
import type { GivenFiles } from '../../bundles/policy-files.ts';
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
  return gateway.bundles.kept.changes({ from, to, tenant_id }, LISTED_CHANGES).catch(() => undefined);
}

/** Runs what reads files that a caller has given; errors in them are told as far as the caller may read them. */
export async function readingFiles<T>(
  gateway: Gateway,
  { tenant_id }: Caller,
  { given, read }: { given: GivenFiles; read: () => T | Promise<T> },
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CandidateError)) throw error;
    throw new CandidateError(gateway.bundles.readable(error.errors, { tenant_id, given, isError: true }));
  }
}
