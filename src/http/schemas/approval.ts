import { z } from 'zod';
import { APPROVAL_STATUSES } from '../../approvals/approval.ts';
import { SEVERITIES } from '../../guard/finding.ts';
import { page } from './paging.ts';

const grant = z.strictObject({ name: z.string(), at: z.string(), note: z.string().optional() });

export const approvalSchema = z.strictObject({
  approval_id: z.string(),
  status: z.enum(APPROVAL_STATUSES),
  plan_hash: z.string(),
  trace_id: z.string(),
  execution_plan_id: z.string(),
  tenant_id: z.string(),
  agent_id: z.string(),
  requested_by: z.strictObject({ name: z.string(), token_id: z.string() }),
  on_behalf_of: z.strictObject({ type: z.string(), id: z.string() }).optional(),
  tool_names: z.array(z.string()),
  reason: z.string(),
  summary: z.string(),
  risk_level: z.enum(SEVERITIES),
  rule_hashes: z.array(z.string()),
  required: z.int().meta({ description: 'How many different people must approve.' }),
  approvers: z
    .array(z.string())
    .meta({ description: 'Names that may approve; empty: anyone with the role.' }),
  bundle_version: z.string(),
  plan: z.unknown().meta({ description: 'The recorded, redacted plan: what the reviewer decides on.' }),
  created_at: z.string(),
  expires_at: z.string(),
  granted_by: z.array(grant),
  closed_by: grant.optional(),
  consumed_by: z.string().optional(),
});

export const approvalPageSchema = page('approvals', approvalSchema);

export const reviewSchema = z
  .strictObject({
    note: z.string().max(2000).exactOptional().meta({ description: 'Why, for the record.' }),
  })
  .optional();
