import { z } from 'zod';

const changeSchema = z.strictObject({
  id: z.string(),
  from: z.string().optional().meta({ description: 'The hash of the rule there.' }),
  to: z.string().optional(),
});

const sideSchema = z.strictObject({
  decision: z.string(),
  reason: z.string(),
  rules: z.array(z.string()).meta({ description: 'The enforced rules that match, those overridden aside.' }),
  terms: z.record(z.string(), z.unknown()).optional().meta({
    description:
      'Obligations, and what an approval must be. Present where the decision is the same on other terms.',
  }),
});

export const decisionWitnessSchema = z.strictObject({
  tool_name: z.string(),
  effect: z.enum(['loosened', 'tightened']),
  before: sideSchema,
  after: sideSchema,
  plan: z.record(z.string(), z.unknown()).optional().meta({
    description: 'A plan that gets the one decision before and the other after. Absent where it is long.',
  }),
  given: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: 'What decides and is not in the plan: agent, trust, findings, time, past.' }),
});

export const decisionChangesSchema = z.strictObject({
  effect: z.enum(['loosened', 'tightened', 'both', 'none_found', 'unknown']).meta({
    description: 'What the witnesses show. `none_found` proves nothing; `unknown`: nothing was looked at.',
  }),
  loosened: z.int().meta({
    description:
      'Tools and transitions of which there is a witness; the same decision on other terms is one.',
  }),
  tightened: z.int(),
  witnesses: z.array(decisionWitnessSchema).meta({ description: 'Loosenings first, at most ten.' }),
  combinations: z.int().meta({ description: 'Steps that were decided under both.' }),
  exhaustive: z.boolean().meta({
    description: 'Whether the values tried stand for all others, and all their combinations were decided.',
  }),
  ended_by: z.enum(['combinations', 'time', 'fault']).optional().meta({
    description: 'What the search ended by before it had come to its end.',
  }),
});

export const bundleChangesSchema = z.strictObject({
  from: z.string(),
  to: z.string(),
  counts: z.strictObject({ added: z.int(), removed: z.int(), changed: z.int() }),
  added: z.array(changeSchema),
  removed: z.array(changeSchema),
  changed: z.array(changeSchema),
  members: z
    .array(z.string())
    .meta({ description: 'What differs besides rules: `default`, `capabilities`, …' }),
  files: z.array(z.string()).optional().meta({
    description: 'Files that differ, in any byte; absent where they are not kept.',
  }),
  decisions: decisionChangesSchema.optional().meta({
    description:
      'What is decided differently, as far as a bounded search shows (docs/policy-tools.md, Diff).',
  }),
});
