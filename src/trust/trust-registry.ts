import { lowerTrust, type SourceType, type TrustLevel } from '../plan/trust-level.ts';
import { foldedName } from './folded-name.ts';
import { checkSignature, type SignatureFault, type SourceKeys } from './provenance-signature.ts';
import { publicKeyOf } from './public-key.ts';
import type { TrustFile } from './trust-file.ts';
import { keysOf, sourceKey, type TrustSource } from './trust-source.ts';

/** Why a source is worth less than it might be. */
export type Distrust =
  | SignatureFault
  | 'content_hash_mismatch'
  | 'signature_missing'
  | 'signature_not_checked'
  | 'source_revoked';

/** What the registry says of one source. */
export type TrustAnswer = {
  trust_level: TrustLevel;
  /** The registry knows it by name, its key signed it, or it is worth its claim and the most its type can be. */
  basis: 'registry' | 'signature' | 'default';
  reason?: Distrust;
  /** The key that signed it. */
  key_id?: string;
};

/** A source as a plan names it. */
export type RatedClaim = {
  source_type: SourceType;
  source_name?: string;
  trust_level?: TrustLevel;
  content_hash?: string;
  /** What the plan says the hash of the content is, where it is another one. */
  claimed_content_hash?: string;
  signature?: string;
};

/** In whose plan a source stands, and when. `checks` counts down the signatures that are still checked. */
export type RatingContext = {
  tenantId: string | undefined;
  agentId: string | undefined;
  nowMs: number;
  checks: { left: number };
};

export type TrustRegistry = {
  /**
   * What a source is worth. One the registry knows by type and name in this tenant is worth what the registry says,
   * whatever it claims; where the registry has a key for it, only what that key signed is. Any other can only lower
   * itself: it is worth its claim, at most the default of its type, and `unverified` without a claim; and it is worth no
   * more than a known source of which it has the name in another spelling, or under another type. A signature that does
   * not hold, a content that is not the hashed one, and a source that was revoked are `unverified`.
   */
  rate(source: RatedClaim, context: RatingContext): TrustAnswer;
  /**
   * What something of this very name is worth in a tenant, whatever its type: the least of all that have it or read like
   * it. Nothing where none has it: that a name reads like a known one is no proof of anything.
   */
  worthOf(name: string, tenantId: string | undefined): TrustLevel | undefined;
};

type Known = {
  trust_level: TrustLevel;
  isRevoked: boolean;
  keys: SourceKeys;
};

export function createTrustRegistry(file: TrustFile): TrustRegistry {
  const everywhere = keysEverywhere(file.sources);
  const known = new Map(file.sources.map((source) => [sourceKey(source), knownOf(source, everywhere)]));
  const names = namesOf(file.sources);
  const find = ({ source_type, source_name }: RatedClaim, tenantId: string | undefined) => {
    if (source_name === undefined) return undefined;
    const everywhere = known.get(sourceKey({ source_type, source_name }));
    const own =
      tenantId === undefined
        ? undefined
        : known.get(sourceKey({ source_type, source_name, tenant_id: tenantId }));
    // Whoever vouches for it in one tenant does not undo that it was revoked for all.
    return everywhere?.isRevoked ? everywhere : (own ?? everywhere);
  };
  const unsigned = (source: RatedClaim, tenantId: string | undefined): TrustAnswer => {
    const claimed = lowerTrust(source.trust_level ?? 'unverified', file.defaults[source.source_type]);
    const { source_name } = source;
    const lowest = source_name === undefined ? undefined : names.lowestOf(source_name, tenantId);
    return { trust_level: lowerTrust(claimed, lowest ?? claimed), basis: 'default' };
  };
  return {
    worthOf: (name, tenantId) => names.worthOf(name, tenantId),
    rate(source, context) {
      const found = find(source, context.tenantId);
      if (source.claimed_content_hash !== undefined) return distrusted('content_hash_mismatch');
      if (found?.isRevoked) return distrusted('source_revoked');
      if (source.signature !== undefined) return ofSignature(source.signature, source, found, context);
      if (found === undefined) return unsigned(source, context.tenantId);
      if (found.keys.size === 0) return { trust_level: found.trust_level, basis: 'registry' };
      return { ...unsigned(source, context.tenantId), reason: 'signature_missing' };
    },
  };
}

type KeysEverywhere = ReadonlyMap<string, ReadonlySet<string>>;

/** Of sources that are known in every tenant the keys, by type and name. */
function keysEverywhere(sources: readonly TrustSource[]): KeysEverywhere {
  const known = sources.filter(({ tenant_id }) => tenant_id === undefined);
  return new Map(
    known.map((source) => [sourceKey(source), new Set(keysOf(source).map(({ key_id }) => key_id))]),
  );
}

function knownOf(source: TrustSource, everywhere: KeysEverywhere): Known {
  const { source_type, source_name, trust_level, status } = source;
  const above = everywhere.get(sourceKey({ source_type, source_name }));
  const keys = keysOf(source).flatMap(({ public_key, key_id, status: keyStatus }) => {
    const key = publicKeyOf(public_key);
    const isEverywhere = above?.has(key_id) === true;
    return key === undefined
      ? []
      : [[key_id, { key, isRevoked: keyStatus === 'revoked', isEverywhere }] as const];
  });
  return { trust_level, isRevoked: status === 'revoked', keys: new Map(keys) };
}

function distrusted(reason: Distrust): TrustAnswer {
  return { trust_level: 'unverified', basis: 'default', reason };
}

function ofSignature(
  signature: string,
  { source_type, source_name, content_hash }: RatedClaim,
  found: Known | undefined,
  { tenantId, agentId, nowMs, checks }: RatingContext,
): TrustAnswer {
  if (found === undefined || source_name === undefined) return distrusted('signature_unknown_key');
  if (checks.left <= 0) return distrusted('signature_not_checked');
  checks.left -= 1;
  const source = { source_type, source_name, ...(content_hash !== undefined && { content_hash }) };
  const { keys, trust_level } = found;
  const checked = checkSignature(signature, { source, keys, tenantId, agentId, nowMs });
  return checked.fault === undefined
    ? { trust_level, basis: 'signature', key_id: checked.key_id }
    : distrusted(checked.fault);
}

/** What is worth what by its name alone, as it is written and as it reads. */
function namesOf(sources: readonly TrustSource[]) {
  const alike = new Map<string, TrustLevel>();
  const named = new Set<string>();
  for (const source of sources) {
    const { source_name, tenant_id, status } = source;
    const level = status === 'revoked' ? 'unverified' : source.trust_level;
    // Anybody can claim a name. Where a key is there to prove it, the name alone vouches for nothing.
    if (keysOf(source).length === 0) named.add(nameKey(source_name, tenant_id));
    const folded = nameKey(foldedName(source_name), tenant_id);
    alike.set(folded, lowerTrust(level, alike.get(folded) ?? level));
  }
  const lowestOf = (name: string, tenantId: string | undefined): TrustLevel | undefined => {
    if (alike.size === 0) return undefined;
    const folded = foldedName(name);
    const levels = [alike.get(nameKey(folded, tenantId)), alike.get(nameKey(folded, undefined))];
    return levels.reduce((low, level) => (low && level ? lowerTrust(low, level) : (low ?? level)));
  };
  const worthOf = (name: string, tenantId: string | undefined): TrustLevel | undefined => {
    const isKnown = [tenantId, undefined].some((tenant) => named.has(nameKey(name, tenant)));
    return isKnown ? lowestOf(name, tenantId) : undefined;
  };
  return { lowestOf, worthOf };
}

function nameKey(name: string, tenantId: string | undefined): string {
  return JSON.stringify([name, tenantId ?? null]);
}
