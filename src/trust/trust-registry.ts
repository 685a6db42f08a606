import { z } from 'zod';
import {
  lowerTrust,
  SOURCE_TYPES,
  type SourceType,
  TRUST_LEVELS,
  type TrustLevel,
} from '../plan/trust-level.ts';
import { foldedName } from './folded-name.ts';

const trustLevel = z.enum(TRUST_LEVELS);

/** `trust.yaml`: which sources are known and what they are worth, and the most an unknown one of each type can be. */
export const trustFileSchema = z.strictObject({
  sources: z
    .array(
      z.strictObject({
        source_type: z.enum(SOURCE_TYPES),
        source_name: z.string().min(1).max(256),
        /** Absent: known in every tenant. */
        tenant_id: z.string().min(1).max(256).optional(),
        trust_level: trustLevel,
        public_key: z.string().max(4096).optional(),
        description: z.string().max(2000).optional(),
      }),
    )
    .max(100_000)
    .default([]),
  defaults: z
    .strictObject({
      user_prompt: trustLevel.default('trusted'),
      system_prompt: trustLevel.default('trusted'),
      skill: trustLevel.default('internal'),
      memory: trustLevel.default('internal'),
      agent_message: trustLevel.default('internal'),
      retrieval_chunk: trustLevel.default('external'),
      tool_output: trustLevel.default('external'),
    })
    .prefault({}),
});
export type TrustFile = z.infer<typeof trustFileSchema>;

/** What the registry says of one source. */
export type TrustAnswer = { trust_level: TrustLevel; basis: 'registry' | 'default' };

export type TrustRegistry = {
  /**
   * What a source is worth. One the registry knows by type and name in this tenant is worth what the registry says,
   * whatever it claims. Any other can only lower itself: it is worth its claim, at most the default of its type, and
   * `unverified` without a claim; and it is worth no more than a known source of which it has the name in another
   * spelling, or under another type.
   */
  rate(
    source: { source_type: SourceType; source_name?: string; trust_level?: TrustLevel },
    tenantId: string | undefined,
  ): TrustAnswer;
  /**
   * What something of this very name is worth in a tenant, whatever its type: the least of all that have it or read like
   * it. Nothing where none has it: that a name reads like a known one is no proof of anything.
   */
  worthOf(name: string, tenantId: string | undefined): TrustLevel | undefined;
};

export function createTrustRegistry(file: TrustFile): TrustRegistry {
  const known = new Map<string, TrustLevel>();
  const alike = new Map<string, TrustLevel>();
  const named = new Set<string>();
  for (const { source_type, source_name, tenant_id, trust_level, public_key } of file.sources) {
    // Anybody can claim a name. Where a key is there to prove it, the name alone vouches for nothing.
    if (public_key === undefined) {
      known.set(keyOf([source_type, source_name, tenant_id]), trust_level);
      named.add(keyOf([source_name, tenant_id]));
    }
    const folded = keyOf([foldedName(source_name), tenant_id]);
    alike.set(folded, lowerTrust(trust_level, alike.get(folded) ?? trust_level));
  }
  const lowestOf = (name: string, tenantId: string | undefined): TrustLevel | undefined => {
    if (alike.size === 0) return undefined;
    const folded = foldedName(name);
    const levels = [alike.get(keyOf([folded, tenantId])), alike.get(keyOf([folded, undefined]))];
    return levels.reduce((low, level) => (low && level ? lowerTrust(low, level) : (low ?? level)));
  };
  return {
    worthOf: (name, tenantId) => {
      const isKnown = [tenantId, undefined].some((tenant) => named.has(keyOf([name, tenant])));
      return isKnown ? lowestOf(name, tenantId) : undefined;
    },
    rate({ source_type, source_name, trust_level }, tenantId) {
      const claimed = lowerTrust(trust_level ?? 'unverified', file.defaults[source_type]);
      if (source_name === undefined) return { trust_level: claimed, basis: 'default' };
      const registered =
        known.get(keyOf([source_type, source_name, tenantId])) ??
        known.get(keyOf([source_type, source_name, undefined]));
      if (registered !== undefined) return { trust_level: registered, basis: 'registry' };
      const lowest = lowestOf(source_name, tenantId) ?? claimed;
      return { trust_level: lowerTrust(claimed, lowest), basis: 'default' };
    },
  };
}

function keyOf(parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts);
}
