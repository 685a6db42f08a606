import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../process/until.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

const FINANCE = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
/** Budgets that no test runs out of. */
const WIDE_BUDGETS = `budgets:
  - { id: q4-finance, metric: usd, limit: 1000000, window: total, per: agent }
  - { id: calls-per-minute, metric: tool_calls, limit: 1000000, window: total, per: agent }
`;
const USER = [{ source_type: 'user_prompt', source_name: 'chat', trust_level: 'trusted' }];

const HOURLY = { within: 'session', window: '1h', tool_name: 'make_payment' };
const ruleSet = (...rules: object[]) =>
  JSON.stringify({ bundle: 'production', rules: [{ id: 'allow', action: 'allow' }, ...rules] });
const limit = (count: number, history: object = HOURLY) => ({
  id: 'limit',
  match: { tool_name: 'make_payment' },
  history: [{ ...history, count: { gte: count } }],
  action: 'block',
  reason: 'too_many_payments',
});
const LARGE = {
  id: 'large',
  match: { tool_name: 'make_payment' },
  args: { amount: { gt: 100 } },
  action: 'require_approval',
};

const pay = (amount = 1, payee = 'Ltd') => ({
  tool_name: 'make_payment',
  arguments: { payee, amount, currency: 'USD' },
});
const READ = { tool_name: 'read_contract', arguments: { contract_id: 'C-7' } };

let gateway: StartedGateway;

function planOf(session_id: string, step: object, rest: object = {}) {
  return { agent: FINANCE, provenance: USER, session_id, steps: [step], ...rest };
}

async function decided(body: object, route = 'POST /evaluate') {
  const reply = await gateway.send(route, { body });
  expect(reply.status, reply.text).toBe(200);
  return reply.body;
}

/** Makes the rules the active ones, and waits until the log was read for what they ask. */
async function activate(policies: string): Promise<void> {
  writeFileSync(join(gateway.policyDirectory, 'policies.yaml'), policies);
  await gateway.gateway.bundles.reload();
  expect(gateway.gateway.bundles.status().stale).toBeUndefined();
  await until('the log is read', () => historyCheck()?.ok !== false);
}

function historyCheck() {
  return gateway.gateway.readiness().checks.find(({ name }) => name === 'history');
}

beforeAll(async () => {
  gateway = await startGateway({
    prepare: (directory) => {
      writeFileSync(join(directory, 'policies.yaml'), ruleSet(limit(3), LARGE));
      writeFileSync(join(directory, 'budgets.yaml'), WIDE_BUDGETS);
    },
  });
});
afterAll(() => gateway.stop());

describe('rules that ask of the past', () => {
  it('allow exactly three of fifty plans that come at once', async () => {
    const bodies = Array.from({ length: 50 }, (_, index) => planOf('se-race', pay(1, `Payee ${index}`)));
    const answers = await Promise.all(bodies.map((body) => decided(body)));
    const words = answers.map(({ decision, reason }) => `${decision} ${reason}`);
    expect(words.filter((word) => word.startsWith('allow'))).toHaveLength(3);
    expect(words.filter((word) => word === 'block too_many_payments')).toHaveLength(47);
  });

  it('count nothing for a dry run or an explanation, and show both what enforcing would see', async () => {
    for (const mode of ['dry_run', 'explain', 'dry_run', 'explain'])
      expect(await decided(planOf('se-dry', pay(), { mode }))).toMatchObject({ decision: 'allow' });
    for (const expected of ['allow', 'allow', 'allow', 'block'])
      expect(await decided(planOf('se-dry', pay()))).toMatchObject({ decision: expected });
    const explained = await decided(planOf('se-dry', pay(), { mode: 'explain' }));
    const [step] = explained['steps'] as { considered: { id: string; matched: boolean }[] }[];
    expect(step?.considered).toContainEqual(expect.objectContaining({ id: 'limit', matched: true }));
  });

  it('count a plan that waits for a person when it is allowed, and not before', async () => {
    const body = planOf('se-wait', pay(500));
    const asked = await decided(body);
    expect(asked).toMatchObject({ decision: 'require_approval' });
    for (const expected of ['allow', 'allow'])
      expect(await decided(planOf('se-wait', pay()))).toMatchObject({ decision: expected });
    const { approval_id } = asked['approval'] as { approval_id: string };
    const approver = await gateway.token(['approver'], { name: 'lee' });
    const granted = await gateway.send(`POST /approvals/${approval_id}/approve`, {
      body: {},
      token: approver,
    });
    expect(granted.status, granted.text).toBe(200);
    expect(await decided({ ...body, approval_id })).toMatchObject({ decision: 'allow' });
    expect(await decided(planOf('se-wait', pay()))).toMatchObject({ reason: 'too_many_payments' });
  });

  it('do not count what was blocked, nor what another session did', async () => {
    for (let sent = 0; sent < 5; sent += 1)
      await decided(planOf('se-blocked', { ...READ, tool_name: 'nope' }));
    expect(await decided(planOf('se-blocked', pay()))).toMatchObject({ decision: 'allow' });
    expect(await decided(planOf('se-other', pay()))).toMatchObject({ decision: 'allow' });
  });

  it('are in doubt where a plan names no session', async () => {
    const { session_id: _none, ...body } = planOf('', pay());
    const answer = await decided(body);
    expect(answer).toMatchObject({ decision: 'block', reason: 'too_many_payments' });
    expect(answer['explanation']).toMatchObject({ summary: expect.stringContaining('not known') });
  });

  it('know nothing of an agent that nobody registered, and the record says so', async () => {
    const agent = { agent_id: 'nobody', tenant_id: 'acme-corp' };
    const { trace_id } = await decided(planOf('se-nobody', pay(), { agent, mode: 'explain' }));
    const again = await gateway.send(`POST /replay/${trace_id}/reevaluate`, { body: {} });
    expect(again.body).toMatchObject({ identical: true });
  });

  it('leave the figures among the facts, so that the decision can be made again', async () => {
    const { trace_id } = await decided(planOf('se-facts', pay()));
    const { body } = await gateway.send(`GET /audit?trace_id=${trace_id}&event_type=plan_received`);
    const [event] = body['events'] as { payload: { facts: { history: object } } }[];
    expect(Object.values(event?.payload.facts.history ?? {})).toEqual([{ [await keyOf(HOURLY)]: 0 }]);
    const again = await gateway.send(`POST /replay/${trace_id}/reevaluate`, { body: {} });
    expect(again.body).toMatchObject({ identical: true });
  });

  it('count what was decided before they were written', async () => {
    for (let sent = 0; sent < 4; sent += 1)
      await decided(planOf('se-log', READ, { trace_id: `log-${sent}` }));
    const reads = { within: 'session', tool_name: 'read_contract' };
    const reading = {
      ...limit(4, reads),
      id: 'readings',
      match: { tool_name: 'read_contract' },
      reason: 'too_many_readings',
    };
    await activate(ruleSet(limit(3), LARGE, reading));
    expect(await decided(planOf('se-log', READ))).toMatchObject({ reason: 'too_many_readings' });
    expect(await decided(planOf('se-new', READ))).toMatchObject({ decision: 'allow' });
    expect(historyCheck()).toEqual({ name: 'history', ok: true });
  });

  it('are in force only when the log was read, and no plan is in doubt of them', async () => {
    for (let sent = 0; sent < 3; sent += 1) await decided(planOf('se-early', READ));
    const reads = { within: 'session', window: '2h', tool_name: 'read_contract' };
    const limited = {
      ...limit(4, reads),
      match: { tool_name: 'read_contract' },
      reason: 'too_many_readings',
    };
    writeFileSync(join(gateway.policyDirectory, 'policies.yaml'), ruleSet(limited));
    const activation = gateway.gateway.bundles.reload();
    // Decided while the log is read, under the bundle before.
    expect(await decided(planOf('se-early', READ))).toMatchObject({ decision: 'allow' });
    await activation;
    expect(historyCheck()).toEqual({ name: 'history', ok: true });
    const answer = await decided(planOf('se-early', READ));
    expect(answer).toMatchObject({ decision: 'block', reason: 'too_many_readings' });
    expect(JSON.stringify(answer['steps'])).not.toContain('doubt');
    const { text } = await gateway.send('GET /metrics');
    expect(text).toMatch(/^aisecops_history_steps [1-9]\d*$/m);
    expect(text).toMatch(/^aisecops_history_unanswered 0$/m);
    expect(await decided(planOf('se-late', READ))).toMatchObject({ decision: 'allow' });
  });

  it('do not count a plan that the log had no room for', async () => {
    const reads = { within: 'session', tool_name: 'read_contract' };
    const asking = {
      id: 'asking',
      history: [{ ...reads, count: { gte: 1000 } }],
      action: 'block',
      mode: 'shadow',
    };
    await activate(ruleSet(asking));
    const caller = { token_id: 't', name: 'n', roles: ['admin' as const], tenant_id: '*' };
    const plan = (index: number) => planOf('se-busy', READ, { trace_id: `busy-${index}` });
    const burst = Array.from({ length: 900 }, (_, index) => gateway.gateway.evaluate(plan(index), caller));
    const ends = await Promise.allSettled(burst);
    const decidedOnes = ends.filter(({ status }) => status === 'fulfilled').length;
    expect(decidedOnes).toBeLessThan(900);
    const { trace_id } = await decided(planOf('se-busy', READ, { mode: 'dry_run' }));
    const { body } = await gateway.send(`GET /audit?trace_id=${trace_id}&event_type=plan_received`);
    const [event] = body['events'] as { payload: { facts: { history: object } } }[];
    expect(Object.values(event?.payload.facts.history ?? {})).toEqual([
      { [await keyOf(reads)]: decidedOnes },
    ]);
  });

  it('are left out of a backtest where the record does not have what they ask', async () => {
    await activate(ruleSet(limit(3), LARGE));
    for (let sent = 0; sent < 3; sent += 1)
      await decided(planOf('se-back', pay(), { trace_id: `back-${sent}` }));
    const asked = (...rules: object[]) => backtest({ 'policies.yaml': ruleSet(...rules) });
    // The same question held against another count: each recorded figure answers it.
    expect(await asked(limit(2))).toMatchObject({ not_reproducible: [] });
    const { flips, not_reproducible } = await asked(limit(2));
    expect(not_reproducible).toEqual([]);
    expect(flips).toContainEqual(expect.objectContaining({ trace_id: 'back-2', effect: 'tightened' }));
    // Another question: nobody asked it then.
    const other = await asked(limit(2, { ...HOURLY, within: 'agent' }));
    expect(other.not_reproducible).toMatchObject([{ missing: 'history_not_recorded' }]);
    const reeval = await gateway.send('GET /replay/back-2/diff?policy=production');
    expect(reeval.status).toBe(200);
  });
});

async function backtest(bundle: Record<string, string>) {
  const started = await gateway.send('POST /replay/backtest', { body: { bundle } });
  const id = started.body['backtest_id'];
  const { body } = await gateway.send(`GET /backtests/${id}?wait=30`);
  const flips = await gateway.send(`GET /backtests/${id}/flips?limit=500`);
  const report = body['report'] as { not_reproducible: { missing: string; count: number }[] };
  return { ...report, flips: flips.body['flips'] as object[] };
}

/** The name under which a question is recorded. */
async function keyOf(history: object): Promise<string> {
  const rules = [{ match: { tool_name: 'x' }, history: [history], action: 'block' }];
  const bundle = await gateway.gateway.bundles.candidate({ 'policies.yaml': JSON.stringify({ rules }) });
  return bundle.history[0]?.key ?? '';
}
