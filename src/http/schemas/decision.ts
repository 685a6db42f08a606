import { z } from 'zod';
import { APPROVAL_STATUSES } from '../../approvals/approval.ts';
import { METRICS } from '../../budgets/metric.ts';
import { DECISIONS, STAGE_NAMES } from '../../decision/stage.ts';
import { TRUST_REASONS } from '../../decision/trust-reasons.ts';
import { SEVERITIES } from '../../guard/finding.ts';
import { MODES } from '../../plan/plan.ts';
import { SOURCE_TYPES, TRUST_LEVELS } from '../../plan/trust-level.ts';
import { ACTIONS } from '../../policy/bundle.ts';
import { LAYER_KINDS } from '../../policy/layer.ts';
import { fieldErrorSchema, problemSchema } from './problem.ts';

const decisionWord = z.enum(DECISIONS);
const control = z.enum([...STAGE_NAMES, 'none']).meta({ description: 'The control that decided.' });
const reason = z
  .string()
  .meta({ description: 'Stable code, listed in docs/reasons.md; a policy rule may bring its own.' });
const riskLevel = z.enum(SEVERITIES);

export const explanationSchema = z.strictObject({
  summary: z.string(),
  risk_score: z.int().min(0).max(100),
  risk_level: riskLevel,
  factors: z.array(z.strictObject({ name: z.string(), weight: z.number(), detail: z.string() })),
  origin: z.strictObject({
    source_type: z.enum(SOURCE_TYPES).optional(),
    source_name: z.string().optional(),
    trust_level: z.enum(TRUST_LEVELS),
    key_id: z.string().optional().meta({ description: 'The key whose signature holds.' }),
    reason: z
      .enum(Object.keys(TRUST_REASONS) as (keyof typeof TRUST_REASONS)[])
      .optional()
      .meta({ description: 'Why the source is worth less than it might be (docs/provenance.md).' }),
  }),
  remedy: z.string().meta({ description: 'What would make the plan pass.' }),
  references: z.array(z.string()),
});

export const layerSchema = z.strictObject({
  kind: z.enum(LAYER_KINDS),
  tenant_id: z.string().optional(),
  group: z.string().optional(),
  agent_id: z.string().optional(),
});

export const matchedRuleSchema = z.strictObject({
  id: z.string(),
  hash: z.string(),
  effect: z.enum(ACTIONS),
  layer: layerSchema.optional().meta({ description: 'Whose rule it is; absent of a rule for everyone.' }),
  reason: z.string(),
  message: z.string().optional(),
  outranked_by: z.literal('default').optional().meta({
    description: 'The default is stronger than this rule of a layer and not marked overridable.',
  }),
  doubt: z
    .string()
    .optional()
    .meta({ description: 'Why a condition could not be evaluated; doubt is restrictive.' }),
  overridden_by: z.string().optional(),
});

export const obligationSchema = z.union([
  z.strictObject({ type: z.literal('set_argument'), path: z.string(), value: z.unknown() }),
  z.strictObject({ type: z.literal('cap_argument'), path: z.string(), max: z.number() }),
  z.strictObject({ type: z.literal('redact_argument'), path: z.string() }),
  z.strictObject({ type: z.literal('notify'), channels: z.array(z.string()) }),
  z.strictObject({ type: z.literal('permit_ttl'), seconds: z.int() }),
  z.strictObject({ type: z.literal('permit_max_uses'), uses: z.int() }),
]);

export const ruleTraceSchema = z.strictObject({
  id: z.string(),
  effect: z.enum(ACTIONS),
  layer: layerSchema.optional(),
  mode: z.enum(['enforce', 'shadow']),
  matched: z.boolean(),
  near_miss: z
    .literal(true)
    .optional()
    .meta({ description: 'One condition alone kept the rule from matching.' }),
  detail: z.string().meta({ description: 'The first condition that failed or was in doubt, in words.' }),
});

export const stepDecisionSchema = z.strictObject({
  step_id: z.string(),
  tool_name: z.string(),
  decision: decisionWord,
  reason,
  control,
  capability: z.string().optional(),
  lowest_trust: z.enum(TRUST_LEVELS),
  matched_rules: z.array(matchedRuleSchema),
  shadow_rules: z.array(matchedRuleSchema).optional(),
  doubtful_rules: z.array(matchedRuleSchema).optional().meta({
    description:
      'Allows that would have made the answer weaker and did not match, because a condition of theirs is in doubt; at most 20.',
  }),
  obligations: z.array(obligationSchema).meta({
    description:
      'In the order in which they are met. An executor that cannot meet one must not run the step.',
  }),
  arguments_hash: z.string().optional().meta({
    description: 'Canonical hash of the arguments that may run, where an obligation is about arguments.',
  }),
  errors: z.array(fieldErrorSchema).optional(),
  considered: z
    .array(ruleTraceSchema)
    .optional()
    .meta({ description: 'In mode `explain`: every rule looked at.' }),
});

export const stageOutcomeSchema = z.strictObject({
  stage: z.enum(STAGE_NAMES),
  decision: z.enum([...DECISIONS, 'skip']),
  reason,
  duration_us: z.number().optional(),
});

export const findingSchema = z.strictObject({
  pointer: z.string().meta({ description: 'The field of the plan the finding stands in.' }),
  in_name: z
    .literal(true)
    .optional()
    .meta({ description: 'The finding stands in the name of that member, not in its value.' }),
  detector: z.string(),
  category: z.string(),
  severity: riskLevel,
  message: z.string(),
  start: z.int(),
  end: z.int(),
});

export const receiptSchema = z.strictObject({
  log: z.string(),
  sequence: z.int(),
  hash: z.string(),
  first_event_id: z.string(),
  last_event_id: z.string(),
});

export const budgetFigureSchema = z.strictObject({
  budget_id: z.string(),
  metric: z.enum(METRICS),
  limit: z.number().meta({ description: 'USD for `usd`, whole units otherwise; so are the other amounts.' }),
  used: z.number(),
  reserved: z.number(),
  window_ends_at: z.string().optional(),
});

export const decisionAnswerSchema = z.strictObject({
  trace_id: z.string(),
  execution_plan_id: z.string(),
  plan_hash: z.string(),
  mode: z.enum(MODES),
  decision: decisionWord,
  reason,
  control,
  explanation: explanationSchema,
  stages: z
    .array(stageOutcomeSchema)
    .meta({ description: 'In pipeline order. After a block the rest is `skip`.' }),
  steps: z.array(stepDecisionSchema),
  findings: z.array(findingSchema).optional().meta({ description: 'Present when the guard saw something.' }),
  approval: z
    .strictObject({
      approval_id: z.string(),
      status: z.enum(APPROVAL_STATUSES),
      expires_at: z.string(),
      url: z.string(),
    })
    .optional(),
  permit: z
    .string()
    .optional()
    .meta({ description: 'EdDSA JWT; on request, for an allowed plan in mode `enforce`.' }),
  budget: z.array(budgetFigureSchema).optional(),
  bundle: z.strictObject({ name: z.string(), version: z.string() }),
  audit: receiptSchema.meta({
    description: 'Where the decision stands in the log: durable when you read this.',
  }),
});

export const batchAnswerSchema = z.strictObject({
  results: z.array(z.union([decisionAnswerSchema, problemSchema])).meta({
    description: 'In the order of the plans: a decision, or the problem of a plan that could not be decided.',
  }),
});
