import { lowerTrust } from '../plan/trust-level.ts';
import type { TrustFile } from './trust-file.ts';
import { keysOf, sourceKey, type TrustSource } from './trust-source.ts';
import type { StoredSource, TrustOrigin } from './trust-store.ts';

export type KnownSource = { source: TrustSource; origin: TrustOrigin };

/**
 * Everything that is known of sources, by key. What `trust.yaml` says goes before what was registered over the API; what
 * was revoked stays so, wherever it is described. In a tenant nobody raises over the API what the file says of a source
 * in every tenant.
 */
export function knownSources(
  file: TrustFile,
  stored: ReadonlyMap<string, StoredSource>,
): Map<string, KnownSource> {
  const known = new Map<string, KnownSource>();
  for (const source of file.sources) {
    const key = sourceKey(source);
    const told = stored.get(key)?.source;
    known.set(key, { source: told === undefined ? source : asRevoked(source, told), origin: 'file' });
  }
  for (const [key, { source, origin }] of stored) {
    // A source that the file no longer has is unknown, but what was revoked of it is not forgotten.
    if (known.has(key) || (origin === 'file' && source.status === 'active')) continue;
    const { source_type, source_name, tenant_id } = source;
    const everywhere = known.get(sourceKey({ source_type, source_name }));
    const isBelow = tenant_id !== undefined && everywhere?.origin === 'file';
    const trust_level = isBelow
      ? lowerTrust(source.trust_level, everywhere.source.trust_level)
      : source.trust_level;
    known.set(key, { source: { ...source, trust_level }, origin });
  }
  return known;
}

/** The source of the file, with its keys as one list, and with what an operator revoked of it. */
function asRevoked(source: TrustSource, told: TrustSource): TrustSource {
  const { public_key: _, ...rest } = source;
  const revoked = new Set(
    keysOf(told).flatMap(({ key_id, status }) => (status === 'revoked' ? [key_id] : [])),
  );
  return {
    ...rest,
    status: told.status === 'revoked' ? 'revoked' : source.status,
    public_keys: keysOf(source).map(({ key_id, ...key }) =>
      revoked.has(key_id) ? { ...key, status: 'revoked' as const } : key,
    ),
  };
}
