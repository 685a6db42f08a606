import { z } from 'zod';
import { planSchema, stepSchema } from '../plan/schema.ts';

/** The most evaluations one request may bring. */
export const MAX_EVALUATIONS = 100;

/** When a row of evaluations ends before its end. */
export const SEMANTICS = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const;
export type Semantic = (typeof SEMANTICS)[number];

const word = z.string().min(1);
const plan = planSchema.shape;
const { agent_name, tenant_id, policy_bundle, runtime_mode, budget_context } = plan.agent.shape;

/** What members that nobody here knows get: nothing. The specification wants them ignored, so that it can grow. */
const IGNORED = 'Members that are not named here are ignored.';

const subjectProperties = z
  .looseObject({ agent_name, tenant_id, policy_bundle, runtime_mode, budget_context })
  .meta({ description: 'What the agent says of itself, held against its record. The rest is recorded.' });

const resourceProperties = z
  .looseObject({ sensitivity_level: stepSchema.shape.sensitivity_level })
  .meta({ description: '`sensitivity_level` raises that of the tool. The rest is recorded.' });

const subjectType = plan.agent.shape.agent_id.meta({
  description: '`agent`, or the `agent_type` the agent is registered with.',
  example: 'agent',
});

const subject = z.object({
  type: subjectType,
  id: plan.agent.shape.agent_id,
  properties: subjectProperties.optional(),
});

const action = z.object({
  name: stepSchema.shape.tool_name,
  properties: stepSchema.shape.arguments.meta({ description: 'The arguments of the tool.' }),
});

const resource = z
  .object({ type: word, id: word, properties: resourceProperties.optional() })
  .meta({ description: 'What the tool is used on. Recorded, and part of what an approval is given for.' });

const context = z
  .looseObject({
    provenance: plan.provenance,
    prompt: plan.prompt,
    session_id: plan.session_id,
    environment: plan.environment,
    trace_id: plan.trace_id,
    execution_plan_id: plan.execution_plan_id,
    correlation_id: plan.correlation_id,
    parent: plan.parent,
    on_behalf_of: plan.on_behalf_of,
    mode: plan.mode,
    request_permit: plan.request_permit,
    estimated_cost: stepSchema.shape.estimated_cost,
    approval_id: plan.approval_id,
    approval: z.object({ id: plan.approval_id.unwrap() }).optional().meta({
      description: 'The approval as the draft on access requests has it; its `id` is an `approval_id`.',
    }),
    supported_obligations: z.array(z.string()).max(100).optional().meta({
      description: 'Draft. `custom`, or the client says that it can fulfil no obligation of ours.',
    }),
  })
  .refine(namesOneApproval, { path: ['approval_id'], message: 'names another approval than approval.id' })
  .meta({
    description: 'What accompanies the call. Members that are not named here are recorded; rules see them.',
  });

/** The members of `context` that have a place of their own in a plan. */
export const CONTEXT_MEMBERS: ReadonlySet<string> = new Set(Object.keys(context.shape));

function namesOneApproval(given: {
  approval_id?: string | undefined;
  approval?: { id: string } | undefined;
}): boolean {
  const { approval_id: id, approval } = given;
  return id === undefined || approval === undefined || id === approval.id;
}

/** One access evaluation: may this subject do this with this resource? */
export const evaluationSchema = z
  .object({ subject, action, resource, context: context.optional() })
  .meta({ description: IGNORED });
export type EvaluationRequest = z.output<typeof evaluationSchema>;

/** Several evaluations, with what they have in common beside them. Each is looked at by itself, so any value passes here. */
export const evaluationsSchema = z
  .object({
    subject: subject.partial().optional(),
    action: action.partial().optional(),
    resource: resource.partial().optional(),
    context: context.optional(),
    evaluations: z.array(z.unknown()).max(MAX_EVALUATIONS).optional().meta({
      description:
        'Each with the members in which it differs from those beside the list. Without any, the request is a single evaluation.',
    }),
    options: z.object({ evaluations_semantic: z.enum(SEMANTICS).optional() }).optional(),
  })
  .meta({ description: IGNORED });
export type EvaluationsRequest = z.output<typeof evaluationsSchema>;

const page = z
  .object({
    token: z.string().optional().meta({ description: 'The `next_token` of the page before.' }),
    limit: z.int().nonnegative().optional(),
  })
  .optional();

const ONLY_DECIDING = {
  mode: true,
  request_permit: true,
  execution_plan_id: true,
  approval_id: true,
  approval: true,
} as const;

/** Members of `context` that mean nothing where nothing is decided. */
export const DECIDING_MEMBERS: ReadonlySet<string> = new Set(Object.keys(ONLY_DECIDING));

const searchContext = z.looseObject(context.shape).omit(ONLY_DECIDING);

/** Which agents may do this? A `subject.id` is not looked at. */
export const subjectSearchSchema = z
  .object({
    subject: subject.omit({ id: true }),
    action,
    resource,
    context: searchContext.optional(),
    page,
  })
  .meta({ description: IGNORED });
export type SubjectSearch = z.output<typeof subjectSearchSchema>;

/** What may this agent do? */
export const actionSearchSchema = z
  .object({
    subject,
    resource,
    context: searchContext
      .extend({
        arguments: stepSchema.shape.arguments.meta({
          description:
            'The arguments each tool is tried with; without any, only tools that need none are found.',
        }),
      })
      .optional(),
    page,
  })
  .meta({ description: IGNORED });
export type ActionSearch = z.output<typeof actionSearchSchema>;
