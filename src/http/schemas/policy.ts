import { z } from 'zod';
import { BUDGET_SCOPES, WINDOWS } from '../../budgets/budget.ts';
import { METRICS } from '../../budgets/metric.ts';
import { SEVERITIES } from '../../guard/finding.ts';
import { SENSITIVITY_LEVELS } from '../../plan/sensitivity.ts';
import { TRUST_LEVELS } from '../../plan/trust-level.ts';
import { bundleChangesSchema } from './bundle-changes.ts';

/** Characters of one file: as many as a policy file may have. */
const MAX_FILE = 5_242_880;

export const fileProblemSchema = z.strictObject({
  file: z.string(),
  line: z.int().meta({ description: 'From 1; so is the column.' }),
  column: z.int(),
  pointer: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  code: z.string().optional().meta({ description: 'Of a warning: what lint found (docs/policy-tools.md).' }),
  rule_ids: z.array(z.string()).optional(),
});

/** Warnings on a set of files, as answers name them. */
export const warningsShape = {
  warnings: z.array(fileProblemSchema),
  warnings_omitted: z
    .int()
    .optional()
    .meta({ description: 'How many more there are than an answer lists: `aisecops policy lint` names all.' }),
};

const fileName = z
  .string()
  .regex(
    /^((policies|capabilities|agents|budgets|trust|guard)|layers\/[A-Za-z0-9][A-Za-z0-9._-]{0,199})\.yaml$/,
    'no policy file: policies.yaml, capabilities.yaml, agents.yaml, budgets.yaml, trust.yaml, guard.yaml, or layers/<name>.yaml',
  );

/** Texts of policy files by name. */
export const policyTextsSchema = z.record(fileName, z.string().max(MAX_FILE).nullable());

export const validateInputSchema = z.strictObject({
  files: policyTextsSchema.meta({
    description:
      'Texts by file name; `null` takes a file out. Files left out are taken from the active bundle.',
  }),
});

export const validateAnswerSchema = z.strictObject({
  valid: z.literal(true),
  version: z.string(),
  ...warningsShape,
  changes: bundleChangesSchema.optional().meta({ description: 'Against the active bundle.' }),
});

export const capabilityListSchema = z.strictObject({
  bundle: z.strictObject({ name: z.string(), version: z.string() }),
  capabilities: z.array(
    z.strictObject({
      capability: z.string(),
      description: z.string().optional(),
      risk: z.enum(SEVERITIES),
      tools: z.array(
        z.strictObject({
          name: z.string(),
          parameters: z.record(z.string(), z.unknown()).optional(),
          sensitivity_level: z.enum(SENSITIVITY_LEVELS).optional(),
          output_trust: z.enum(TRUST_LEVELS).optional(),
          writes_memory: z.boolean().optional(),
        }),
      ),
    }),
  ),
});

export const budgetListSchema = z.strictObject({
  budgets: z.array(
    z.strictObject({
      budget_id: z.string(),
      metric: z.enum(METRICS),
      limit: z.number(),
      window: z.enum(WINDOWS),
      per: z.enum(BUDGET_SCOPES),
      on_exceed: z.enum(['block', 'require_approval']),
      window_ends_at: z.string().optional(),
      counters: z.array(z.strictObject({ scope: z.string(), used: z.number(), reserved: z.number() })).meta({
        description: 'One for each agent, tenant, session or trace that spent in this window; at most 1,000.',
      }),
    }),
  ),
});
