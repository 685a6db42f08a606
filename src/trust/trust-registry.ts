import { z } from 'zod';
import {
  lowerTrust,
  SOURCE_TYPES,
  type SourceType,
  TRUST_LEVELS,
  type TrustLevel,
} from '../plan/trust-level.ts';

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
   * What a source is worth. One the registry knows by name in this tenant is worth what the registry says, whatever it
   * claims. Any other can only lower itself: it is worth its claim, at most the default of its type, and `unverified`
   * without a claim.
   */
  rate(
    source: { source_type: SourceType; source_name?: string; trust_level?: TrustLevel },
    tenantId: string | undefined,
  ): TrustAnswer;
};

export function createTrustRegistry(file: TrustFile): TrustRegistry {
  const known = new Map<string, TrustLevel>();
  for (const source of file.sources) {
    known.set(keyOf(source.source_type, source.source_name, source.tenant_id), source.trust_level);
  }
  return {
    rate({ source_type, source_name, trust_level }, tenantId) {
      if (source_name !== undefined) {
        const registered =
          known.get(keyOf(source_type, source_name, tenantId)) ??
          known.get(keyOf(source_type, source_name, undefined));
        if (registered !== undefined) return { trust_level: registered, basis: 'registry' };
      }
      const claimed = trust_level ?? 'unverified';
      return { trust_level: lowerTrust(claimed, file.defaults[source_type]), basis: 'default' };
    },
  };
}

function keyOf(type: SourceType, name: string, tenantId: string | undefined): string {
  return JSON.stringify([type, name, tenantId ?? null]);
}
