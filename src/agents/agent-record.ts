import { z } from 'zod';
import type { GivenId } from '../audit/secret-id.ts';

export const AGENT_STATUSES = ['active', 'suspended', 'retired'] as const;

/** An agent as the gateway knows it, from `agents.yaml` or registered over the API. `(tenant_id, agent_id)` is unique. */
export const agentRecordSchema = z.strictObject({
  agent_id: z.string().min(1).max(256).meta({ example: 'agent-finance-01' }),
  agent_name: z.string().min(1).max(256).optional(),
  agent_type: z.string().min(1).max(256).optional(),
  tenant_id: z.string().min(1).max(256).meta({ example: 'acme-corp' }),
  status: z.enum(AGENT_STATUSES).default('active'),
  capabilities: z.array(z.string().min(1).max(256)).max(1000).default([]),
  groups: z
    .array(z.string().min(1).max(256))
    .max(100)
    .default([])
    .meta({ description: 'Groups that layers of rules may name.' }),
  policy_bundle: z.string().min(1).max(256).optional(),
  budgets: z.array(z.string().min(1).max(256)).max(100).default([]),
  description: z.string().max(2000).optional(),
});

export type AgentRecord = z.infer<typeof agentRecordSchema>;

/** What an agent is known by, and what it is given by name; everything but the words for people. */
export function idsOfAgent(agent: Partial<AgentRecord>): GivenId[] {
  const { agent_id, agent_name, agent_type, tenant_id, policy_bundle } = agent;
  const single = { agent_id, agent_name, agent_type, tenant_id, policy_bundle };
  const { capabilities = [], groups = [], budgets = [] } = agent;
  return [
    ...Object.entries(single).map(([name, id]) => ({ pointer: `/${name}`, id })),
    ...Object.entries({ capabilities, groups, budgets }).flatMap(([name, ids]) =>
      ids.map((id, index) => ({ pointer: `/${name}/${index}`, id })),
    ),
  ];
}
