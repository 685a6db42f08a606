import { z } from 'zod';
import { findingSchema, receiptSchema } from './decision.ts';

export const outcomeAnswerSchema = z.strictObject({
  trace_id: z.string(),
  execution_plan_id: z.string(),
  status: z.enum(['succeeded', 'failed', 'cancelled']),
  settled: z
    .array(
      z.strictObject({ budget_id: z.string(), metric: z.string(), reserved: z.number(), actual: z.number() }),
    )
    .meta({ description: 'What was held of each budget, and what it really cost.' }),
  findings: z.array(findingSchema).meta({ description: 'What the guard saw in the outputs.' }),
  permit_consumed: z.boolean(),
  mismatches: z
    .array(
      z.strictObject({
        step_id: z.string().optional(),
        kind: z.literal('executed_without_allow'),
        decision: z.string(),
      }),
    )
    .meta({ description: 'What was run although it had no final allow.' }),
  audit: receiptSchema,
});
