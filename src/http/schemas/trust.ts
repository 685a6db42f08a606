import { z } from 'zod';
import { SOURCE_TYPES } from '../../plan/trust-level.ts';
import { TRUST_STATUSES, trustKeySchema, trustSourceSchema } from '../../trust/trust-source.ts';
import { page } from './paging.ts';

const { source_type, source_name, tenant_id, trust_level, public_key, public_keys, description } =
  trustSourceSchema.shape;

/** A new source. Its tenant is the caller's; a caller of all tenants registers it for every one, or names one. */
export const trustSourceInputSchema = z.strictObject({
  ...{ source_type, source_name, tenant_id, trust_level, public_key, public_keys, description },
});

/** What may change of a registered source. Keys and revoking have routes of their own. */
export const trustSourcePatchSchema = z.strictObject({
  trust_level: trust_level.exactOptional(),
  description: description.unwrap().exactOptional(),
});

export const trustKeyInputSchema = z.strictObject({ public_key: public_key.unwrap() });

export const shownKeySchema = trustKeySchema.extend({
  key_id: z.string().meta({ description: 'As signatures name it.' }),
  status: z.enum(TRUST_STATUSES),
});

export const shownSourceSchema = z.strictObject({
  source_id: z.string().meta({ description: 'Follows from type, name and tenant.' }),
  source_type: z.enum(SOURCE_TYPES),
  source_name: z.string(),
  tenant_id: z.string().optional().meta({ description: 'Absent: known in every tenant.' }),
  trust_level,
  status: z.enum(TRUST_STATUSES),
  revoked_by_tenant: z.string().optional().meta({
    description:
      'The tenant of who revoked it here; `*`: somebody of all tenants, and only such a caller restores it.',
  }),
  public_keys: z.array(shownKeySchema),
  description: z.string().optional(),
  origin: z.enum(['file', 'api']).meta({
    description: 'A source of the file `trust.yaml` is changed there; it and its keys can be revoked here.',
  }),
});

export const trustSourcePageSchema = page('sources', shownSourceSchema);
