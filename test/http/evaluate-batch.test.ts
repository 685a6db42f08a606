import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AuditUnavailable } from '../../src/audit/audit-log.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let runtime: string;

beforeAll(async () => {
  gateway = await startGateway();
  runtime = await gateway.token(['runtime']);
});
afterAll(() => gateway.stop());

const FINANCE = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
const FROM_USER = [{ source_type: 'user_prompt', trust_level: 'trusted' }];

function plan(tool_name: string, args: object): Record<string, unknown> {
  return { agent: FINANCE, provenance: FROM_USER, steps: [{ tool_name, arguments: args }] };
}

const READ = plan('read_contract', { contract_id: 'C-7' });
const pay = (amount: unknown) => plan('make_payment', { payee: 'Ltd', amount, currency: 'USD' });
const mail = (to: unknown) => plan('send_email', { to, subject: 's', body: 'b' });

describe('POST /evaluate/batch', () => {
  it('answers in order, and a malformed plan fails alone', async () => {
    const plans = [READ, { steps: [] }, pay(25_000), null, mail('x@evil.example')];
    const reply = await gateway.send('POST /evaluate/batch', { token: runtime, body: { plans } });
    expect(reply.status).toBe(200);
    expect(reply.body['results']).toMatchObject([
      { decision: 'allow' },
      { status: 400, code: 'invalid_plan' },
      { decision: 'block' },
      { status: 400, code: 'invalid_plan' },
      { decision: 'require_approval' },
    ]);
  });

  it('takes from a budget in the order of the plans', async () => {
    const cost = (usd: number) => ({
      ...READ,
      steps: [{ tool_name: 'read_contract', arguments: { contract_id: 'C' }, estimated_cost: { usd } }],
    });
    const own = await startGateway();
    try {
      const reply = await own.send('POST /evaluate/batch', { body: { plans: [cost(9), cost(9), cost(1)] } });
      expect(reply.body['results']).toMatchObject([
        { decision: 'allow' },
        { decision: 'block', reason: 'budget_exceeded' },
        { decision: 'allow' },
      ]);
      // What the gateway has to look up first for one plan lets no other go before it.
      const slow = { agent: { ...FINANCE, agent_id: 'agent-slow' } };
      await own.send('POST /agents', {
        body: { ...slow.agent, capabilities: ['cap_contract_review'], budgets: ['q4-finance'] },
      });
      const plans = [
        { ...cost(6), ...slow, trace_id: 'run-new' },
        { ...cost(1), ...slow },
        { ...cost(6), ...slow },
      ];
      const { body } = await own.send('POST /evaluate/batch', { body: { plans } });
      expect(body['results']).toMatchObject([
        { decision: 'allow' },
        { decision: 'allow' },
        { decision: 'block', reason: 'budget_exceeded' },
      ]);
    } finally {
      await own.stop();
    }
  });

  it('400 for more than 100 plans', async () => {
    const reply = await gateway.send('POST /evaluate/batch', { body: { plans: Array(101).fill(READ) } });
    expect(reply.body).toMatchObject({
      status: 400,
      code: 'invalid_request',
      errors: [{ pointer: '/plans' }],
    });
  });

  it('decides 100 plans of 190 steps, which together are more than the log lets wait', async () => {
    const step = { tool_name: 'get_deployment_status' };
    const large = {
      agent: { agent_id: 'agent-ops-01', tenant_id: 'acme-corp' },
      steps: Array(190).fill(step),
    };
    const { body } = await gateway.send('POST /evaluate/batch', { body: { plans: Array(100).fill(large) } });
    const results = body['results'] as { decision?: string; status?: number }[];
    expect(results).toHaveLength(100);
    expect(results.filter(({ decision }) => decision === undefined)).toEqual([]);
  });

  it('is not kept for its Idempotency-Key while a plan in it met a busy log', async () => {
    const busy = vi
      .spyOn(gateway.gateway, 'evaluate')
      .mockRejectedValueOnce(new AuditUnavailable('busy', 'the audit log takes no events at the moment'));
    try {
      const send = () =>
        gateway.send('POST /evaluate/batch', {
          body: { plans: [READ, READ] },
          headers: { 'idempotency-key': 'batch-busy' },
        });
      const first = await send();
      expect(first.body['results']).toMatchObject([{ status: 503 }, { decision: 'allow' }]);
      const second = await send();
      expect(second.headers.get('idempotent-replayed')).toBeNull();
      expect(second.body['results']).toMatchObject([{ decision: 'allow' }, { decision: 'allow' }]);
      expect((await send()).headers.get('idempotent-replayed')).toBe('true');
      const lines = gateway.log.filter((line) => line.includes('a plan of a batch'));
      expect(lines).toHaveLength(1);
      expect(lines[0]).not.toContain('stack');
    } finally {
      busy.mockRestore();
    }
  });
});
