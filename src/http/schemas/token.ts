import { z } from 'zod';
import { ROLES } from '../../tokens/caller.ts';
import { page } from './paging.ts';

const name = z.string().min(1).max(256);

/** A token as anyone may see it: never its secret, nor its hash. */
export const tokenSchema = z.strictObject({
  token_id: z.string(),
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  tenant_id: z.string(),
  agent_id: z.string().optional(),
  created_at: z.string(),
  created_by: z.string().optional(),
  is_bootstrap: z.boolean(),
  revoked_at: z.string().optional(),
});

export const createdTokenSchema = tokenSchema.extend({
  token: z.string().meta({ description: 'The secret. Shown this once and kept nowhere.' }),
});

export const tokenPageSchema = page('tokens', tokenSchema);

export const keyInputSchema = z
  .strictObject({ name: name.optional().meta({ description: 'Default: the agent_id.' }) })
  .optional();
export const keyPageSchema = page('keys', tokenSchema);
