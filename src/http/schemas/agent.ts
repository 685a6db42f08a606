import { z } from 'zod';
import { agentRecordSchema } from '../../agents/agent-record.ts';
import { page } from './paging.ts';

/** A new agent. Its tenant is the caller's unless the caller reaches all tenants. */
export const agentInputSchema = agentRecordSchema.partial({ tenant_id: true });

const { agent_name, agent_type, policy_bundle, description } = agentRecordSchema.shape;
const ids = z.array(z.string().min(1).max(256));

/** What may change of a registered agent: not its id nor its tenant. Suspending has a route of its own. */
export const agentPatchSchema = z.strictObject({
  agent_name: agent_name.unwrap().exactOptional(),
  agent_type: agent_type.unwrap().exactOptional(),
  policy_bundle: policy_bundle.unwrap().exactOptional(),
  description: description.unwrap().exactOptional(),
  capabilities: ids.max(1000).exactOptional(),
  groups: ids.max(100).exactOptional(),
  budgets: ids.max(100).exactOptional(),
  status: z
    .literal('retired')
    .exactOptional()
    .meta({ description: 'For good. To stop it for a while, suspend it.' }),
});

export const agentSchema = agentRecordSchema.extend({
  origin: z
    .enum(['file', 'api'])
    .meta({ description: 'An agent of the file `agents.yaml` is changed there; it can be suspended here.' }),
});

export const agentPageSchema = page('agents', agentSchema);
