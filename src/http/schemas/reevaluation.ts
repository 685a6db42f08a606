import { z } from 'zod';
import { OBSTACLES } from '../../evaluation/reevaluate.ts';

export const reevaluateInputSchema = z.strictObject({
  policy: z.string().min(1).max(256).exactOptional().meta({
    description:
      'Version of a bundle that was ever active, or the name of the active one. Default: for each plan the bundle it was decided under.',
  }),
});

const verdict = z.strictObject({
  decision: z.string().optional(),
  reason: z.string().optional(),
  control: z.string().optional(),
});

export const recordDifferenceSchema = z.strictObject({
  stage: z.string(),
  step_id: z.string().optional(),
  pointer: z.string().meta({ description: 'JSON pointer into the event of the stage.' }),
  recorded: z.unknown().optional(),
  reevaluated: z.unknown().optional(),
});

export const reevaluationSchema = z.strictObject({
  trace_id: z.string(),
  log: z.string().optional().meta({ description: 'The log it is in, where that was taken over.' }),
  identical: z.boolean().meta({
    description:
      'Every decision came out as it was recorded, byte for byte. Never true where no plan is left.',
  }),
  plans: z.array(
    z.strictObject({
      execution_plan_id: z.string(),
      mode: z.string(),
      result: z.enum(['identical', 'different', 'not_reproducible']),
      missing: z.enum(OBSTACLES).optional().meta({
        description:
          'What the record lacks: the bundle is not kept, a secret was taken out of the plan, the plan was purged while later events of it remain, the log is older than its facts, or a rule asks something of the past that no rule asked when the plan was decided.',
      }),
      bundle: z.strictObject({ name: z.string(), version: z.string() }),
      recorded: verdict,
      reevaluated: verdict.optional(),
      differences: z.array(recordDifferenceSchema),
    }),
  ),
});
