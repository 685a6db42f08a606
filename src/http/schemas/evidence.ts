import { z } from 'zod';
import { DECISIONS } from '../../decision/stage.ts';
import { TRUST_LEVELS } from '../../plan/trust-level.ts';
import { idSchema, time } from './paging.ts';

export const periodInputSchema = z.strictObject({
  filter: z
    .strictObject({
      from: time.exactOptional().meta({ description: 'Traces that began at or after this time.' }),
      to: time.exactOptional().meta({ description: 'Traces that began before this time.' }),
      tenant_id: idSchema.exactOptional(),
      agent_id: idSchema.exactOptional(),
      tool_name: idSchema.exactOptional(),
      decision: z.enum(DECISIONS).exactOptional(),
      trust_level: z.enum(TRUST_LEVELS).exactOptional(),
      correlation_id: idSchema.exactOptional(),
      log: idSchema.exactOptional().meta({
        description:
          'The origin of the only log to look in; absent: the gateway’s own and all that were taken over.',
      }),
    })
    .meta({ description: 'As in `GET /replay`; all given members must hold. `{}` is everything.' }),
  sample: z
    .strictObject({
      size: z.int().min(1).max(10_000),
      seed: z
        .string()
        .min(1)
        .max(256)
        .meta({ description: 'Named by whoever should not be able to choose.' }),
    })
    .exactOptional()
    .meta({ description: 'So many traces: the first in the order of SHA-256(seed, newline, trace id).' }),
});
