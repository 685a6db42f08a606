import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway } from './start-gateway.ts';

let gateway: Awaited<ReturnType<typeof startGateway>>;
let finance: string;
let ops: string;

/** A token that speaks for one agent and no other. */
async function tokenOf(agentId: string): Promise<string> {
  const { body } = await gateway.send(`POST /tokens`, {
    body: { name: `runs ${agentId}`, roles: ['agent'], tenant_id: 'acme-corp', agent_id: agentId },
  });
  return String(body['token']);
}

beforeAll(async () => {
  gateway = await startGateway();
  finance = await tokenOf('agent-finance-01');
  ops = await tokenOf('agent-ops-01');
});
afterAll(() => gateway.stop());

const USER = [{ source_type: 'user_prompt', trust_level: 'trusted' }];

it.each(['enforce', 'dry_run'])(
  'POST /executions/:id/outcome of another agent that used the same plan id (%s) reaches nothing',
  async (mode) => {
    const id = `plan-shared-${mode}`;
    const decided = await gateway.send('POST /evaluate', {
      token: finance,
      body: {
        execution_plan_id: id,
        agent: { agent_id: 'agent-finance-01' },
        provenance: USER,
        request_permit: true,
        steps: [
          { tool_name: 'read_contract', arguments: { contract_id: 'c-1' }, estimated_cost: { usd: 2 } },
        ],
      },
    });
    expect(decided.body).toMatchObject({ decision: 'allow' });
    await gateway.send('POST /evaluate', {
      token: ops,
      body: {
        execution_plan_id: id,
        mode,
        agent: { agent_id: 'agent-ops-01' },
        provenance: USER,
        steps: [{ tool_name: 'delete_database', arguments: {} }],
      },
    });
    const outcome = { status: 'cancelled', cost: { usd: 0 } };
    const taken = await gateway.send(`POST /executions/${id}/outcome`, { token: ops, body: outcome });
    expect(JSON.stringify(taken.body)).not.toContain('q4-finance');
    const permit = decided.body['permit'];
    const verified = await gateway.send('POST /permits/verify', { body: { permit } });
    expect(verified.body).toMatchObject({ valid: true });

    const own = await gateway.send(`POST /executions/${id}/outcome`, {
      token: finance,
      body: { status: 'succeeded', cost: { usd: 1.5 } },
    });
    expect(own.body).toMatchObject({
      settled: [{ budget_id: 'q4-finance', reserved: 2, actual: 1.5 }],
      permit_consumed: true,
      mismatches: [],
    });
  },
);
