import { z } from 'zod';
import { EVENT_TYPES } from '../../audit/event.ts';
import { page } from './paging.ts';
import { searchReach } from './search.ts';

/** One line of the log. Members without a value are absent. */
export const auditEventSchema = z.strictObject({
  schema_version: z.string(),
  event_id: z.string(),
  sequence: z.int(),
  event_type: z.enum(EVENT_TYPES),
  timestamp: z.string(),
  trace_id: z.string().optional(),
  trace_sequence: z.int().optional(),
  trace_prev_hash: z.string().optional(),
  execution_plan_id: z.string().optional(),
  step_id: z.string().optional(),
  decision_stage: z.string().optional(),
  tenant_id: z.string().optional(),
  agent_id: z.string().optional(),
  agent_name: z.string().optional(),
  agent_type: z.string().optional(),
  tool_name: z.string().optional(),
  decision: z.string().optional(),
  reason: z.string().optional(),
  control: z.string().optional(),
  provenance: z.record(z.string(), z.unknown()).optional(),
  policy_bundle: z.string().optional(),
  runtime_mode: z.string().optional(),
  budget_context: z.string().optional(),
  payload: z.record(z.string(), z.unknown()).optional(),
  prev_hash: z.string(),
  hash: z.string(),
});

export const auditPageSchema = page('events', auditEventSchema).extend(searchReach);
