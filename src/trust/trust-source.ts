import { z } from 'zod';
import { SOURCE_TYPES, TRUST_LEVELS } from '../plan/trust-level.ts';
import { keyIdOf, publicKeyOf } from './public-key.ts';

export const TRUST_STATUSES = ['active', 'revoked'] as const;

const publicKeyText = z
  .string()
  .max(128)
  .refine(
    (text) => publicKeyOf(text) !== undefined,
    'must be an Ed25519 public key: `ed25519:` and the base64 of its 32 bytes',
  )
  .meta({ example: 'ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=' });

export const trustKeySchema = z.strictObject({
  public_key: publicKeyText,
  status: z.enum(TRUST_STATUSES).default('active').meta({
    description: 'What a revoked key has signed is `unverified`, whenever it was signed.',
  }),
});
export type TrustKey = z.output<typeof trustKeySchema>;

const name = z.string().min(1).max(256);

/** A source of instructions that somebody vouches for. `(tenant_id, source_type, source_name)` is unique. */
export const trustSourceSchema = z.strictObject({
  source_type: z.enum(SOURCE_TYPES),
  source_name: name.meta({ example: 'contract_summary_skill' }),
  tenant_id: name.optional().meta({ description: 'Absent: known in every tenant.' }),
  trust_level: z.enum(TRUST_LEVELS),
  status: z
    .enum(TRUST_STATUSES)
    .default('active')
    .meta({ description: 'A revoked source is `unverified`, signed or not.' }),
  public_key: publicKeyText.optional().meta({ description: 'The one key of `public_keys`, in short.' }),
  public_keys: z.array(trustKeySchema).max(32).default([]).meta({
    description:
      'Where there is a key, only what it signed is worth the level of the source: a name is claimed easily.',
  }),
  description: z.string().max(2000).optional(),
});
export type TrustSource = z.output<typeof trustSourceSchema>;

/** The keys of a source, under their names. */
export function keysOf({ public_key, public_keys }: TrustSource): (TrustKey & { key_id: string })[] {
  const given: TrustKey[] =
    public_key === undefined ? public_keys : [{ public_key, status: 'active' }, ...public_keys];
  return given.flatMap((one) => {
    const key = publicKeyOf(one.public_key);
    return key === undefined ? [] : [{ ...one, key_id: keyIdOf(key) }];
  });
}

/** What tells sources apart. */
export type SourceKey = Pick<TrustSource, 'source_type' | 'source_name' | 'tenant_id'>;

export function sourceKey({ source_type, source_name, tenant_id }: SourceKey): string {
  return JSON.stringify([source_type, source_name, tenant_id ?? null]);
}
