import { describe, expect, it } from 'vitest';
import { budgetFigures } from './budget-figures.ts';
import { type GatewayProcess, gatewayDirectory, startProcess } from './gateway-process.ts';
import { countersOf, eventsOf, faultOf } from './naive-log.ts';
import { incident, type Plan, payment, reading } from './plans.ts';

/** Sends all plans at once, each on a connection of its own. */
function sendAll(gateway: GatewayProcess, plans: Plan[]): Promise<Record<string, unknown>[]> {
  return Promise.all(
    plans.map(async (body) => {
      const reply = await gateway.send('POST /evaluate', { body });
      expect(reply.status).toBe(200);
      return reply.body;
    }),
  );
}

function countBy(answers: Record<string, unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const name = `${answer['decision']} ${answer['reason']}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Holds a dime of a budget of one dollar, books a nickel, and so on until no dime is left. Resolves with how often. */
async function spendUntilGone(gateway: GatewayProcess): Promise<number> {
  let spent = 0;
  for (;;) {
    const plan = reading(0.1);
    const { body } = await gateway.send('POST /evaluate', { body: plan });
    const [line] = body['budget'] as { used: number; reserved: number }[];
    expect((line?.used ?? 0) + (line?.reserved ?? 0)).toBeLessThanOrEqual(1 + 1e-9);
    if (body['decision'] === 'allow') {
      await settleNickel(gateway, plan);
      spent += 1;
    } else if (line?.reserved === 0) return spent;
  }
}

async function settleNickel(gateway: GatewayProcess, plan: Plan): Promise<void> {
  const report = { status: 'succeeded', cost: { usd: 0.05 } };
  const path = `POST /executions/${plan.execution_plan_id}/outcome`;
  const { body } = await gateway.send(path, { body: report });
  expect(body['settled']).toMatchObject([{ reserved: 0.1, actual: 0.05 }]);
}

describe('a budget with room for ten', () => {
  it.each([
    { name: 'dollars', plan: () => reading(0.1), limits: { usd: 1, tool_calls: 100 } },
    { name: 'dollars and a rest', plan: () => reading(0.1), limits: { usd: 1.099999, tool_calls: 100 } },
    { name: 'calls', plan: () => incident('It is slow.'), limits: { usd: 100, tool_calls: 10 } },
  ])('in $name allows ten of 300 that come at once', async ({ plan, limits }) => {
    const directory = gatewayDirectory(`budgets:
  - { id: q4-finance, metric: usd, limit: ${limits.usd}, window: total, per: agent }
  - { id: calls-per-minute, metric: tool_calls, limit: ${limits.tool_calls}, window: total, per: agent }
`);
    const gateway = await startProcess(directory);
    const answers = await sendAll(gateway, Array.from({ length: 300 }, plan));
    expect(countBy(answers)).toEqual({ 'allow allowed': 10, 'block budget_exceeded': 290 });
    expect(await budgetFigures(gateway)).toEqual(countersOf(directory));
    await gateway.stop();
    expect(faultOf(directory)).toBeUndefined();
  });

  it('is never passed by plans and outcomes that come at once, and all that is given back is spent', async () => {
    const directory = gatewayDirectory(`budgets:
  - { id: q4-finance, metric: usd, limit: 1, window: total, per: agent }
  - { id: calls-per-minute, metric: tool_calls, limit: 100, window: total, per: agent }
`);
    const gateway = await startProcess(directory);
    const allowed = await Promise.all(Array.from({ length: 16 }, () => spendUntilGone(gateway)));
    // A dime is held for every nickel that is spent: the last nickel is out of reach.
    expect(allowed.reduce((sum, count) => sum + count)).toBe(19);
    expect(await budgetFigures(gateway)).toEqual({ 'q4-finance': { used: 950_000, reserved: 0 } });
    expect(countersOf(directory)).toEqual(await budgetFigures(gateway));
  });

  it('is settled once by outcomes that come at once', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const plan = reading(0.1);
    await sendAll(gateway, [plan]);
    const report = { status: 'succeeded', cost: { usd: 0.05 } };
    const path = `POST /executions/${plan.execution_plan_id}/outcome`;
    const replies = await Promise.all(Array.from({ length: 20 }, () => gateway.send(path, { body: report })));
    const statuses = replies.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 409)]);
    expect(await budgetFigures(gateway)).toEqual({ 'q4-finance': { used: 50_000, reserved: 0 } });
  });
});

describe('an approval', () => {
  it('is used by one of twenty plans that come at once', async () => {
    const directory = gatewayDirectory();
    const gateway = await startProcess(directory);
    const plan = payment();
    const { body } = await gateway.send('POST /evaluate', { body: plan });
    const { approval_id } = body['approval'] as { approval_id: string };
    const approver = await gateway.token(['approver']);
    const approved = await gateway.send(`POST /approvals/${approval_id}/approve`, { token: approver });
    expect(approved.status).toBe(200);
    const answers = await sendAll(
      gateway,
      Array.from({ length: 20 }, () => ({ ...plan, approval_id })),
    );
    expect(countBy(answers)).toEqual({
      'allow approval_granted': 1,
      'block approval_consumed': 19,
    });
    await gateway.stop();
    const consumed = eventsOf(directory).filter((event) => event.event_type === 'approval_consumed');
    expect(consumed).toHaveLength(1);
  });

  it('is decided by one of many who decide at once', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const { body } = await gateway.send('POST /evaluate', { body: payment() });
    const { approval_id: id } = body['approval'] as { approval_id: string };
    const token = await gateway.token(['approver']);
    const verbs = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 'approve' : 'reject'));
    const replies = await Promise.all(
      verbs.map((verb) => gateway.send(`POST /approvals/${id}/${verb}`, { token })),
    );
    const winners = replies.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    const { body: after } = await gateway.send(`GET /approvals/${id}`);
    expect(after['status']).toBe(winners[0]?.body['status']);
  });
});

describe('an idempotency key', () => {
  it.each([
    { name: 'decides once and answers the same bytes', extra: {} },
    { name: 'signs one permit', extra: { request_permit: true } },
  ])('sent twenty times at once $name', async ({ extra }) => {
    const directory = gatewayDirectory();
    const gateway = await startProcess(directory);
    const { execution_plan_id: _, ...body } = reading(0.1, extra);
    const headers = { 'idempotency-key': 'once' };
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => gateway.send('POST /evaluate', { body, headers })),
    );
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    const replayed = replies.filter((reply) => reply.headers.get('idempotent-replayed') === 'true');
    expect(replayed).toHaveLength(19);
    await gateway.stop();
    const decided = eventsOf(directory).filter((event) => event.event_type === 'decision_made');
    expect(decided).toHaveLength(1);
    expect(countersOf(directory)).toEqual({ 'q4-finance': { used: 0, reserved: 100_000 } });
  });

  it('with two bodies at once decides one of them', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const bodies = [reading(0.1), reading(0.2)];
    const headers = { 'idempotency-key': 'either' };
    const replies = await Promise.all(
      bodies.map((body) => gateway.send('POST /evaluate', { body, headers })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('a trace that many plans share', () => {
  it('is one chain, whoever comes first', async () => {
    const directory = gatewayDirectory();
    const gateway = await startProcess(directory);
    const plans = Array.from({ length: 60 }, () => reading(0, { trace_id: 'shared-trace' }));
    await sendAll(gateway, plans);
    const { body } = await gateway.send('GET /replay/shared-trace');
    const ids = (body['plans'] as Plan[]).map((plan) => plan.execution_plan_id);
    expect(ids.sort()).toEqual(plans.map((plan) => plan.execution_plan_id).sort());
    await gateway.stop();
    expect(faultOf(directory)).toBeUndefined();
  });
});
