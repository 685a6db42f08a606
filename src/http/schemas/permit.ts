import { z } from 'zod';

export const permitInputSchema = z.strictObject({
  permit: z.string().min(1).max(100_000).meta({ description: 'The permit as it came with the decision.' }),
  use: z.boolean().optional().meta({
    description: 'Default true: of a permit with `max_uses` a valid answer is a use. `false` only looks.',
  }),
});

export const permitAnswerSchema = z.strictObject({
  valid: z.boolean(),
  reason: z.string().optional().meta({
    description:
      'Why not: malformed, bad_signature, expired, not_yet_valid, consumed, used_up, unknown_permit, wrong_audience, agent_not_active.',
  }),
  claims: z.record(z.string(), z.unknown()).optional(),
  uses_left: z.int().optional().meta({ description: 'After this answer; of a permit with `max_uses`.' }),
});

export const jwksSchema = z.strictObject({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), crv: z.string(), x: z.string() })),
});
