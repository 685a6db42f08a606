import { z } from 'zod';
import { APPROVAL_STATUSES } from '../../approvals/approval.ts';
import { DECISIONS, STAGE_NAMES } from '../../decision/stage.ts';
import { MODES } from '../../plan/plan.ts';
import { receiptSchema } from './decision.ts';
import { fieldErrorSchema } from './problem.ts';

const clientObligationSchema = z.strictObject({
  id: z.string(),
  type: z.string().meta({ description: 'Always `custom`: `properties.action` says what to do.' }),
  properties: z.record(z.string(), z.unknown()),
});

const obligations = z
  .array(clientObligationSchema)
  .optional()
  .meta({ description: 'Draft. With a yes alone; a client that cannot fulfil one of them has to deny.' });

const accessRequestSchema = z
  .strictObject({
    endpoint: z.string().meta({ description: 'Where to wait for it: `GET`, with `?wait=30` for long.' }),
    expires_at: z.string(),
    approval_id: z.string(),
    status: z.enum(APPROVAL_STATUSES),
  })
  .meta({
    description:
      'Draft. A person may still say yes, and has been asked: send the same again with `context.approval`.',
  });

const decisionContextSchema = z.strictObject({
  trace_id: z.string(),
  execution_plan_id: z.string(),
  evaluation_id: z.string().optional(),
  mode: z.enum(MODES),
  decision: z.enum(DECISIONS),
  reason: z.string().meta({ description: 'Stable code, listed in docs/reasons.md.' }),
  control: z.enum([...STAGE_NAMES, 'none']),
  summary: z.string(),
  remedy: z.string(),
  matched_rule_ids: z.array(z.string()),
  errors: z.array(fieldErrorSchema).optional(),
  obligations,
  access_request: accessRequestSchema.optional(),
  permit: z.string().optional(),
  bundle: z.strictObject({ name: z.string(), version: z.string() }),
  audit: receiptSchema,
});

const failedContextSchema = z.strictObject({
  error: z.strictObject({
    status: z.int(),
    code: z.string(),
    message: z.string(),
    errors: z.array(fieldErrorSchema).optional(),
  }),
});

export const accessDecisionSchema = z.strictObject({
  decision: z.boolean().meta({ description: 'True only where the plan was allowed in mode `enforce`.' }),
  context: decisionContextSchema,
});

const failedItemSchema = z.strictObject({ decision: z.literal(false), context: failedContextSchema });

export const evaluationsAnswerSchema = z.union([
  z.strictObject({
    evaluations: z.array(z.union([accessDecisionSchema, failedItemSchema])).meta({
      description: 'In the order of the request; shorter where the semantic ended the row.',
    }),
  }),
  accessDecisionSchema,
]);

const page = z.strictObject({
  next_token: z.string().meta({ description: 'Empty on the last page. A page before it may be empty.' }),
  count: z.int(),
});

export const subjectsAnswerSchema = z.strictObject({
  page,
  results: z.array(
    z.strictObject({
      type: z.string(),
      id: z.string(),
      properties: z
        .strictObject({ tenant_id: z.string() })
        .optional()
        .meta({ description: 'For callers of all tenants.' }),
      obligations,
    }),
  ),
});

export const actionsAnswerSchema = z.strictObject({
  page,
  results: z.array(z.strictObject({ name: z.string(), obligations })),
});

export const metadataSchema = z.strictObject({
  policy_decision_point: z.string(),
  access_evaluation_endpoint: z.string(),
  access_evaluations_endpoint: z.string(),
  search_subject_endpoint: z.string(),
  search_action_endpoint: z.string(),
  supported_obligations: z.array(z.string()).meta({ description: 'Draft.' }),
});
