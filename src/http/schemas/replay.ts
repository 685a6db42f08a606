import { z } from 'zod';
import { MAX_LISTED_PLANS } from '../../replay/event-index.ts';
import { auditEventSchema } from './audit.ts';
import { page } from './paging.ts';
import { searchReach } from './search.ts';

export const traceSummarySchema = z.strictObject({
  trace_id: z.string(),
  started_at: z.string(),
  ended_at: z.string(),
  event_count: z.int(),
  purged_events: z
    .int()
    .optional()
    .meta({ description: 'The first so many of these events were purged; absent where none was.' }),
  final_decision: z.string().optional(),
  reason: z.string().optional(),
  control: z.string().optional(),
  agent_id: z.string().optional(),
  tenant_id: z.string().optional(),
  tools: z.array(z.string()),
  lowest_trust: z.string().optional(),
  decisions: z
    .array(z.string())
    .meta({ description: 'Of every plan of the trace; dry runs decide nothing.' }),
  agent_ids: z.array(z.string()),
  execution_plan_ids: z
    .array(z.string())
    .meta({ description: `The first ${MAX_LISTED_PLANS} plans of the trace; its timeline has them all.` }),
  correlation_id: z.string().optional(),
  session_id: z.string().optional(),
  log: z
    .string()
    .optional()
    .meta({ description: 'The origin of the log it was taken over from; absent: the gateway’s own.' }),
});

export const tracePageSchema = page('traces', traceSummarySchema).extend(searchReach);

export const traceReplaySchema = traceSummarySchema.extend({
  timeline: z.array(
    z.strictObject({
      offset_ms: z.number().meta({ description: 'Since the first event of the trace.' }),
      event: auditEventSchema,
    }),
  ),
  timeline_truncated: z.boolean().meta({
    description:
      'True where there are more events than one answer holds; `GET /audit?trace_id=` pages through all.',
  }),
  plans: z.array(
    z.strictObject({
      execution_plan_id: z.string(),
      plan_hash: z.string().optional(),
      mode: z.string().optional(),
      decision: z.string().optional(),
      reason: z.string().optional(),
      control: z.string().optional(),
      received_at: z.string(),
      plan: z.unknown().meta({ description: 'As it was received, secrets redacted.' }),
    }),
  ),
});

const block = z.record(z.string(), z.unknown());

export const traceEvidenceSchema = traceSummarySchema.extend({
  provenance: block,
  capability_result: block,
  policy_result: block,
  governance_result: block,
  approval_result: block.optional(),
  execution_result: block.optional(),
  stages: z.array(
    z.strictObject({
      stage: z.string(),
      decision: z.string().optional(),
      reason: z.string().optional(),
      step_id: z.string().optional(),
      tool_name: z.string().optional(),
    }),
  ),
});
