import { lowerTrust } from '../plan/trust-level.ts';
import type { TrustFile } from './trust-file.ts';
import { keysOf, sourceKey, type TrustKey, type TrustSource } from './trust-source.ts';
import type { KeptSource, StoredSource, TrustOrigin } from './trust-store.ts';

export type KnownSource = { source: KeptSource; origin: TrustOrigin };

/**
 * Everything that is known of sources, by key. What `trust.yaml` says goes before what was registered over the API; what
 * was revoked stays so, wherever it is described. In a tenant nobody raises over the API what is said of a source in every
 * tenant, does without the keys that are asked for there, or goes on with one that was revoked there.
 */
export function knownSources(
  file: TrustFile,
  stored: ReadonlyMap<string, StoredSource>,
): Map<string, KnownSource> {
  const known = new Map<string, KnownSource>();
  for (const source of file.sources) {
    const key = sourceKey(source);
    known.set(key, { source: asRevoked(source, stored.get(key)?.source), origin: 'file' });
  }
  // Those of every tenant first: what is known of them holds below.
  const byReach = [...stored].toSorted(([, a], [, b]) => reachOf(a) - reachOf(b));
  for (const [key, { source, origin }] of byReach) {
    // A source that the file no longer has is unknown, but what was revoked of it is not forgotten.
    if (known.has(key) || (origin === 'file' && source.status === 'active')) continue;
    const { source_type, source_name, tenant_id } = source;
    const everywhere =
      tenant_id === undefined ? undefined : known.get(sourceKey({ source_type, source_name }));
    known.set(key, {
      source: everywhere === undefined ? source : belowOf(source, everywhere.source),
      origin,
    });
  }
  return revokedBelow(known, stored);
}

/** A key that was revoked of a source in every tenant is revoked of that of each one, wherever it is described. */
function revokedBelow(
  known: ReadonlyMap<string, KnownSource>,
  stored: ReadonlyMap<string, StoredSource>,
): Map<string, KnownSource> {
  return new Map(
    [...known].map(([key, one]) => {
      const revoked = revokedAbove(one.source, known, stored);
      return [key, revoked.size === 0 ? one : { ...one, source: withRevoked(one.source, revoked) }];
    }),
  );
}

/** Keys that were revoked of the same source in every tenant, also where the file does not name it any more. */
function revokedAbove(
  { source_type, source_name, tenant_id }: KeptSource,
  ...above: ReadonlyMap<string, { source: KeptSource }>[]
): Set<string> {
  if (tenant_id === undefined) return new Set();
  const key = sourceKey({ source_type, source_name });
  const records = above.flatMap((sources) => sources.get(key)?.source ?? []);
  return new Set(records.flatMap((source) => [...revokedIds(source)]));
}

function withRevoked(source: KeptSource, revoked: ReadonlySet<string>): KeptSource {
  const { public_key: _, ...rest } = source;
  return { ...rest, public_keys: keysOf(source).map((key) => plain(asIn(revoked, key))) };
}

function reachOf({ source }: StoredSource): number {
  return source.tenant_id === undefined ? 0 : 1;
}

function belowOf(source: KeptSource, above: KeptSource): KeptSource {
  const keys = keysOf(source);
  return {
    ...source,
    trust_level: lowerTrust(source.trust_level, above.trust_level),
    public_keys: keys.length === 0 ? keysOf(above).map(plain) : keys.map(plain),
  };
}

/** The source of the file, with its keys as one list, and with what an operator revoked of it. */
function asRevoked(source: TrustSource, told: KeptSource | undefined): KeptSource {
  if (told === undefined) return source;
  return {
    ...withRevoked(source, revokedIds(told)),
    ...(told.status === 'revoked' && { status: told.status, revoked_by_tenant: told.revoked_by_tenant }),
  };
}

/**
 * What is kept of a source that `trust.yaml` describes: what was revoked of it over the API, and of that all. What the
 * file itself revokes it may take back; a key that was revoked here stays so when the file drops it and names it again.
 */
export function keptOf(source: TrustSource, told: KeptSource | undefined): KeptSource {
  const { public_key: _, ...rest } = source;
  const revoked = told === undefined ? new Set<string>() : revokedIds(told);
  const keys = keysOf(source).map((key) => plain(asIn(revoked, { ...key, status: 'active' })));
  const kept = { ...rest, public_keys: [...keys, ...goneKeys(source, told)] };
  return told?.status === 'revoked'
    ? { ...kept, status: 'revoked', revoked_by_tenant: told.revoked_by_tenant }
    : { ...kept, status: 'active' };
}

/** Keys that were revoked over the API of what was told, and that the source has no longer. */
export function goneKeys(source: TrustSource, told: KeptSource | undefined): TrustKey[] {
  const there = new Set(keysOf(source).map(({ key_id }) => key_id));
  const keys = told === undefined ? [] : keysOf(told);
  return keys.filter(({ key_id, status }) => status === 'revoked' && !there.has(key_id)).map(plain);
}

type NamedKey = ReturnType<typeof keysOf>[number];

function revokedIds(source: TrustSource): Set<string> {
  return new Set(keysOf(source).flatMap(({ key_id, status }) => (status === 'revoked' ? [key_id] : [])));
}

function asIn(revoked: ReadonlySet<string>, key: NamedKey): NamedKey {
  return revoked.has(key.key_id) ? { ...key, status: 'revoked' } : key;
}

function plain({ key_id: _, ...key }: NamedKey): TrustKey {
  return key;
}
