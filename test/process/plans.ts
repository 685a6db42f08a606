import { randomUUID } from 'node:crypto';

export type Plan = Record<string, unknown> & { execution_plan_id: string };

const TRUSTED = [{ source_type: 'user_prompt', trust_level: 'trusted' }];

/** A plan of one step with an id of its own, so that it can be looked for in the log. */
function onePlan(agentId: string, step: object, extra: object): Plan {
  return {
    execution_plan_id: `plan-${randomUUID()}`,
    agent: { agent_id: agentId, tenant_id: 'acme-corp' },
    provenance: TRUSTED,
    steps: [{ step_id: 's1', ...step }],
    ...extra,
  };
}

/** Allowed; holds `usd` of the budget q4-finance. */
export function reading(usd = 0.01, extra: object = {}): Plan {
  const step = {
    tool_name: 'read_contract',
    arguments: { contract_id: 'C-7' },
    estimated_cost: { usd },
  };
  return onePlan('agent-finance-01', step, extra);
}

/** Waits for a person. */
export function payment(extra: object = {}): Plan {
  const step = {
    tool_name: 'make_payment',
    arguments: { payee: `Ltd ${randomUUID()}`, amount: 2000, currency: 'USD' },
    estimated_cost: { usd: 0.02 },
  };
  return onePlan('agent-finance-01', step, extra);
}

/** Allowed; holds one call of the budget calls-per-minute. */
export function incident(description: string, extra: object = {}): Plan {
  return onePlan('agent-ops-01', { tool_name: 'create_incident', arguments: { description } }, extra);
}
