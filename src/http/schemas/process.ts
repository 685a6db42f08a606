import { z } from 'zod';

const checks = z.array(z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string().optional() }));

export const indexSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  links: z.record(z.string(), z.string()),
});

export const healthSchema = z.strictObject({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  checks,
});
export const livenessSchema = z.strictObject({ status: z.literal('ok') });
export const readinessSchema = z.strictObject({ ready: z.boolean(), checks });
export const textSchema = z.string();
export const openapiSchema = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) });
