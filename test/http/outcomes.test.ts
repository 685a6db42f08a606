import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let runtime: string;

/** Two budgets that no agent of the bundle has, and one that counts calls for the finance agent. */
function addBudgets(directory: string): void {
  const budget = (id: string, metric: string, per: string): string =>
    `\n  - { id: ${id}, metric: ${metric}, limit: 100000, window: total, per: ${per} }`;
  const budgets = [
    budget('of-all', 'usd', 'shared'),
    budget('of-acme', 'usd', 'tenant'),
    budget('each', 'usd', 'agent'),
  ];
  appendFileSync(
    join(directory, 'budgets.yaml'),
    `${budgets.join('')}${budget('calls', 'tool_calls', 'agent')}\n`,
  );
  const agents = join(directory, 'agents.yaml');
  writeFileSync(
    agents,
    readFileSync(agents, 'utf8').replace(/budgets: \[q4-finance/, 'budgets: [calls, q4-finance'),
  );
}

beforeAll(async () => {
  gateway = await startGateway({ prepare: addBudgets });
  runtime = await gateway.token(['runtime']);
});
afterAll(() => gateway.stop());

const AGENT = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
const USER = [{ source_type: 'user_prompt', trust_level: 'trusted' }];
const step = (step_id: string) => ({
  step_id,
  tool_name: 'read_contract',
  arguments: { contract_id: 'C-7' },
  estimated_cost: { usd: 0.01 },
});
const READ = { agent: AGENT, provenance: USER, steps: [step('s1')] };
const BLOCKED = { ...READ, steps: [{ ...step('s1'), tool_name: 'delete_database', arguments: {} }] };

async function evaluate(plan: unknown): Promise<Record<string, unknown>> {
  return (await gateway.send('POST /evaluate', { token: runtime, body: plan })).body;
}

const report = (id: unknown, body: unknown, token = runtime) =>
  gateway.send(`POST /executions/${id}/outcome`, { token, body });

const DONE = { status: 'succeeded' };

describe('an outcome', () => {
  it('409 the second time', async () => {
    const { execution_plan_id: id } = await evaluate(READ);
    expect((await report(id, DONE)).status).toBe(200);
    expect((await report(id, { status: 'failed' })).body).toMatchObject({
      status: 409,
      code: 'outcome_reported',
      detail: expect.stringMatching(/succeeded; the plan was not decided again since/),
    });
  });

  it('404 for a plan nobody handed in, and for another tenant', async () => {
    const { execution_plan_id: id } = await evaluate(READ);
    const stranger = await gateway.token(['runtime'], { tenant_id: 'globex' });
    const notFound = { status: 404, code: 'plan_not_found' };
    expect((await report('plan-none', DONE)).body).toMatchObject(notFound);
    expect((await report(id, DONE, stranger)).body).toMatchObject(notFound);
  });

  it('400 with a pointer for a step the plan does not have', async () => {
    const { execution_plan_id: id } = await evaluate(READ);
    const reply = await report(id, { status: 'succeeded', steps: [{ step_id: 's9', status: 'succeeded' }] });
    expect(reply.body).toMatchObject({ status: 400, errors: [{ pointer: '/steps/0/step_id' }] });
  });
});

describe('a plan that is decided again after its outcome', () => {
  it('has an outcome of its own, which settles its reservation and consumes its permit', async () => {
    const plan = { ...READ, execution_plan_id: 'plan-daily', request_permit: true };
    const before = await held();
    for (const run of [1, 2, 3]) {
      const { permit } = await evaluate(plan);
      const { status, body } = await report('plan-daily', { ...DONE, permit });
      expect([run, status, body['permit_consumed']]).toEqual([run, 200, true]);
      expect(body['settled']).toContainEqual(
        expect.objectContaining({ budget_id: 'q4-finance', reserved: 0.01 }),
      );
      const verified = await gateway.send('POST /permits/verify', { body: { permit } });
      expect(verified.body).toMatchObject({ valid: false, reason: 'consumed' });
      expect((await report('plan-daily', DONE)).body).toMatchObject({ code: 'outcome_reported' });
    }
    expect(await held()).toBe(before);
  });

  it('and blocked, is told of as run without allow', async () => {
    await evaluate({ ...READ, execution_plan_id: 'plan-turned' });
    await report('plan-turned', DONE);
    await evaluate({ ...BLOCKED, execution_plan_id: 'plan-turned' });
    expect((await report('plan-turned', DONE)).body['mismatches']).toEqual([
      { kind: 'executed_without_allow', decision: 'block' },
    ]);
  });

  it('is not said to have run without allow, however often it was blocked since', async () => {
    await evaluate({ ...READ, execution_plan_id: 'plan-stormy' });
    for (let count = 0; count < 60; count += 1) {
      await evaluate({ ...BLOCKED, execution_plan_id: 'plan-stormy' });
    }
    expect((await report('plan-stormy', DONE)).body['mismatches']).toEqual([]);
  });
});

describe('an outcome that meets decisions on the same plan', () => {
  it('closes those it has seen, and leaves the others to the next one: nothing stays held, no permit stays open', async () => {
    const before = await held();
    const permits: string[] = [];
    const decide = async (id: string) => {
      const { permit } = await evaluate({ ...READ, execution_plan_id: id, request_permit: true });
      permits.push(String(permit));
    };
    const ids = Array.from({ length: 30 }, (_, index) => `plan-race-${index}`);
    await Promise.all(
      ids.map(async (id, index) => {
        await decide(id);
        const reported = report(id, DONE);
        await new Promise((resolve) => setTimeout(resolve, index % 6));
        await Promise.all([decide(id), decide(id)]);
        expect((await reported).status).toBe(200);
      }),
    );
    // What came after the outcome can have its own; what came before has had it.
    for (const id of ids) expect([200, 409]).toContain((await report(id, DONE)).status);
    for (const permit of permits) {
      const { body } = await gateway.send('POST /permits/verify', { body: { permit } });
      expect(body).toMatchObject({ valid: false, reason: 'consumed' });
    }
    expect(await held()).toBe(before);
    const { budget } = await evaluate({ ...READ, mode: 'dry_run' });
    const line = (budget as { budget_id: string; reserved: number }[]).find(
      (one) => one.budget_id === 'q4-finance',
    );
    expect(line?.reserved).toBe(before);
  });

  it('is of another agent where that has used the same id and the caller speaks for both', async () => {
    const other = { ...READ, agent: { agent_id: 'agent-twin', tenant_id: 'acme-corp' } };
    const twin = { agent_id: 'agent-twin', tenant_id: 'acme-corp', capabilities: ['cap_contract_review'] };
    await gateway.send('POST /agents', { body: twin });
    const mine = await evaluate({ ...READ, execution_plan_id: 'plan-twin', request_permit: true });
    await evaluate({ ...other, execution_plan_id: 'plan-twin' });
    const replies = [
      await report('plan-twin', DONE),
      await report('plan-twin', DONE),
      await report('plan-twin', DONE),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 409]);
    const verified = await gateway.send('POST /permits/verify', { body: { permit: mine['permit'] } });
    expect(verified.body).toMatchObject({ valid: false, reason: 'consumed' });
  });
});

describe('the permit of an outcome', () => {
  it.each<[string, () => Promise<string>, RegExp]>([
    ['that is none', async () => 'not.a.permit', /is no permit of this gateway: malformed/],
    [
      'of another plan',
      async () => String((await evaluate({ ...READ, request_permit: true }))['permit']),
      /is a permit of another plan/,
    ],
    [
      'of an outcome before',
      async () => {
        const { permit } = await evaluate({ ...READ, execution_plan_id: 'plan-p', request_permit: true });
        await report('plan-p', DONE);
        return String(permit);
      },
      /was consumed by the outcome of 2/,
    ],
  ])('%s: 400, and nothing is settled', async (_what, permitOf, message) => {
    const permit = await permitOf();
    await evaluate({ ...READ, execution_plan_id: 'plan-p' });
    const reply = await report('plan-p', { ...DONE, permit });
    expect(reply.body).toMatchObject({
      status: 400,
      errors: [{ pointer: '/permit', message: expect.stringMatching(message) }],
    });
    expect((await report('plan-p', DONE)).status).toBe(200);
  });
});

describe('the cost of an outcome', () => {
  it.each<[string, object, number]>([
    ['no steps and no number', DONE, 3],
    ['no calls at all', { ...DONE, cost: { tool_calls: 0 } }, 3],
    ['more calls than steps', { ...DONE, cost: { tool_calls: 9 } }, 9],
    [
      'steps that cost no call',
      {
        status: 'failed',
        steps: [
          { step_id: 's1', status: 'succeeded', cost: { tool_calls: 0 } },
          { step_id: 's2', status: 'failed', cost: { tool_calls: 0 } },
          { step_id: 's3', status: 'skipped' },
        ],
      },
      2,
    ],
    ['that nothing ran', { status: 'cancelled' }, 0],
  ])('counts every step that ran as a call, where it says %s', async (_what, outcome, actual) => {
    const { execution_plan_id: id } = await evaluate({ ...READ, steps: ['s1', 's2', 's3'].map(step) });
    const { body } = await report(id, outcome);
    expect(body['settled']).toContainEqual(
      expect.objectContaining({ budget_id: 'calls', reserved: 3, actual }),
    );
  });
});

describe('budget_context', () => {
  const budgetsOf = async (budget_context: string): Promise<string[]> => {
    const answer = await evaluate({ ...READ, agent: { ...AGENT, budget_context } });
    return (answer['budget'] as { budget_id: string }[]).map((line) => line.budget_id);
  };

  it('spends from no budget that others share, and never leaves out one of the agent', async () => {
    const own = ['calls', 'q4-finance'];
    expect(await budgetsOf('q4-finance')).toEqual(own);
    expect(await budgetsOf('of-all')).toEqual(own);
    expect(await budgetsOf('of-acme')).toEqual(own);
    expect(await budgetsOf('a label')).toEqual(own);
    expect(await budgetsOf('each')).toEqual([...own, 'each']);
  });
});

/** What is held on the finance agent's budget in dollars. */
async function held(): Promise<number> {
  const { body } = await gateway.send('GET /budgets');
  const budgets = body['budgets'] as { budget_id: string; counters: { reserved: number }[] }[];
  return budgets.find((one) => one.budget_id === 'q4-finance')?.counters[0]?.reserved ?? 0;
}
