import { z } from 'zod';
import { HOLD_STATUSES } from '../../holds/hold.ts';
import { idSchema, page, periodQuery } from './paging.ts';

const reason = z.string().trim().min(1).max(1000).meta({ description: 'Why, for the record.' });

const scopeShape = {
  tenant_id: idSchema.exactOptional().meta({
    description: 'All events of a tenant. A caller of one tenant holds events of that tenant alone.',
  }),
  agent_id: idSchema.exactOptional(),
  trace_id: idSchema.exactOptional(),
  ...periodQuery,
};

export const holdInputSchema = z
  .strictObject({ ...scopeShape, reason })
  .refine(({ reason: _, ...scope }) => Object.keys(scope).length > 0, {
    message: 'a tenant, an agent, a trace or a time is needed: a hold of everything is none',
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    message: 'must be after from',
  });

export const holdReleaseSchema = z.strictObject({ reason });

export const holdSchema = z.strictObject({
  hold_id: z.string(),
  status: z.enum(HOLD_STATUSES),
  scope: z
    .strictObject({
      tenant_id: z.string().optional(),
      agent_id: z.string().optional(),
      trace_id: z.string().optional(),
      from: z.string().optional(),
      to: z.string().optional(),
    })
    .meta({ description: 'What is kept: events that all members fit.' }),
  reason: z.string(),
  placed_by: z.string(),
  placed_by_tenant: z.string().optional().meta({
    description: 'The tenant of who placed it. `*`: only a caller of all tenants can release it.',
  }),
  placed_at: z.string(),
  released: z.strictObject({ by: z.string(), at: z.string(), reason: z.string() }).optional(),
});

export const holdPageSchema = page('holds', holdSchema);
