import { z } from 'zod';
import { CHANGE_KINDS } from '../../replay/diff/trace-diff.ts';
import { traceRefSchema } from './graph.ts';
import { recordDifferenceSchema } from './reevaluation.ts';

const side = z.unknown().optional();
const place = {
  pointer: z.string().meta({ description: 'JSON pointer into the compared documents.' }),
  before: side,
  after: side,
};

export const diffCauseSchema = z.strictObject({
  kind: z.enum(['rule', 'fact', 'input', 'bundle']),
  rule: z.string().optional().meta({ description: 'The id of the rule.' }),
  ...place,
});

export const diffChangeSchema = z.strictObject({
  plan: z.string(),
  step_id: z.string().optional(),
  stage: z.string().optional(),
  kind: z.enum(CHANGE_KINDS),
  ...place,
  effect: z
    .enum(['loosened', 'tightened'])
    .optional()
    .meta({ description: 'Of a decision: whether more passes now, or less.' }),
  because: z.array(diffCauseSchema).optional().meta({
    description: 'Of a decision: what else changed that this control looks at, rules first.',
  }),
});

const patchSchema = z.strictObject({
  op: z.enum(['add', 'replace', 'remove']),
  path: z.string(),
  value: z.unknown().optional(),
});

const bundle = z.strictObject({ name: z.string(), version: z.string() });

export const traceDiffSchema = z.strictObject({
  before: traceRefSchema,
  after: z.union([traceRefSchema, z.strictObject({ bundle })]),
  identical: z.boolean(),
  effect: z
    .enum(['loosened', 'tightened', 'mixed', 'none'])
    .meta({ description: 'Of the decisions on whole plans.' }),
  changes: z.array(diffChangeSchema),
  patch: z.array(patchSchema).meta({ description: 'RFC 6902: makes what `after` is of `document`.' }),
  document: z.strictObject({ plans: z.record(z.string(), z.unknown()) }).meta({
    description: 'What was compared, as it is before: plans and steps by name, without times and ids.',
  }),
  not_reproducible: z
    .array(z.strictObject({ execution_plan_id: z.string(), missing: z.string() }))
    .meta({ description: 'Plans that could not be decided under the bundle.' }),
  contradictions: z
    .array(z.strictObject({ execution_plan_id: z.string(), differences: z.array(recordDifferenceSchema) }))
    .meta({
      description:
        'Plans whose record says otherwise than its own facts come to under the bundle it names: the record was changed.',
    }),
  truncated: z.boolean(),
});
