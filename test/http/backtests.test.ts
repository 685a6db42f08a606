import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BacktestView } from '../../src/backtest/backtests.ts';
import type { Flip } from '../../src/backtest/flip.ts';
import { ADMIN_TOKEN, type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let analyst: string;
let foreigner: string;

const FINANCE = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
const USER = [{ source_type: 'user_prompt', source_name: 'chat', trust_level: 'trusted' }];
const READ = { tool_name: 'read_contract', arguments: { contract_id: 'C-7' } };
const NO_READING = `bundle: production
rules:
  - { id: mail, match: { tool_name: send_email }, action: allow }
  - { id: read.stopped, match: { tool_name: read_contract }, action: block, reason: reading_stopped }
`;
const PLANS = 30;

async function start(body: object, token = analyst): Promise<BacktestView> {
  const reply = await gateway.send('POST /replay/backtest', { body, token });
  expect(reply.status, reply.text).toBe(202);
  expect(reply.headers.get('location')).toBe(`/backtests/${reply.body['backtest_id']}`);
  return reply.body as unknown as BacktestView;
}

async function ended(id: string, token = analyst): Promise<BacktestView> {
  const reply = await gateway.send(`GET /backtests/${id}?wait=30`, { token });
  expect(reply.status, reply.text).toBe(200);
  return reply.body as unknown as BacktestView;
}

beforeAll(async () => {
  gateway = await startGateway();
  analyst = await gateway.token(['analyst']);
  foreigner = await gateway.token(['analyst'], { tenant_id: 'globex' });
  for (let count = 0; count < PLANS; count += 1) {
    const body = { trace_id: `run-${count}`, agent: FINANCE, provenance: USER, steps: [READ] };
    expect((await gateway.send('POST /evaluate', { body })).body['decision']).toBe('allow');
  }
});
afterAll(() => gateway.stop());

describe('POST /replay/backtest', () => {
  it('decides what was recorded under files that are not active, and changes nothing', async () => {
    const before = (await gateway.send('GET /policies')).text;
    const { backtest_id } = await start({ bundle: { 'policies.yaml': NO_READING } });
    const { status, report, progress, ended_at } = await ended(backtest_id);
    expect(status).toBe('done');
    expect(ended_at).toBeDefined();
    expect(report?.plans).toEqual({ matched: PLANS, decided: PLANS, not_reproducible: 0, flipped: PLANS });
    expect(report?.causes.map(({ cause }) => cause)).toContainEqual({
      kind: 'rule',
      rule: 'read.stopped',
      change: 'new',
    });
    expect(progress).toEqual({ plans: PLANS, flipped: PLANS, bytes: progress.of, of: progress.of });
    expect((await gateway.send('GET /policies')).text).toBe(before);
  });

  it.each(['name', 'version'])('takes a bundle by its %s', async (by) => {
    const { name, version } = gateway.gateway.bundles.active.bundle;
    const { backtest_id } = await start({ policy: by === 'name' ? name : version });
    expect((await ended(backtest_id)).report).toMatchObject({ loosened: 0, tightened: 0, other_reason: 0 });
  });

  it('decides no plan of another tenant, whatever the filter names', async () => {
    for (const filter of [{}, { tenant_id: 'acme-corp' }]) {
      const { backtest_id } = await start({ policy: 'production', filter }, foreigner);
      expect((await ended(backtest_id, foreigner)).report?.plans.matched).toBe(0);
    }
    const { backtest_id } = await start(
      { policy: 'production', filter: { tenant_id: 'acme-corp' } },
      ADMIN_TOKEN,
    );
    expect((await ended(backtest_id, ADMIN_TOKEN)).report?.plans.matched).toBe(PLANS);
  });
});

describe('a backtest', () => {
  it('is not there for another tenant', async () => {
    const { backtest_id } = await start({ policy: 'production' });
    for (const route of [
      `GET /backtests/${backtest_id}`,
      `GET /backtests/${backtest_id}/flips`,
      `POST /backtests/${backtest_id}/cancel`,
    ])
      expect((await gateway.send(route, { token: foreigner })).body['code']).toBe('backtest_not_found');
    const { body } = await gateway.send('GET /backtests', { token: foreigner });
    const ids = (body['backtests'] as BacktestView[]).map((each) => each.backtest_id);
    expect(ids).not.toContain(backtest_id);
  });

  it('pages through every flip, and by effect', async () => {
    const { backtest_id } = await start({ bundle: { 'policies.yaml': NO_READING } });
    await ended(backtest_id);
    const flips: Flip[] = [];
    let cursor = '';
    do {
      const { body } = await gateway.send(`GET /backtests/${backtest_id}/flips?limit=7${cursor}`, {
        token: analyst,
      });
      flips.push(...(body['flips'] as Flip[]));
      cursor = body['next_cursor'] === undefined ? '' : `&cursor=${body['next_cursor']}`;
    } while (cursor !== '');
    expect(flips.map(({ trace_id }) => trace_id)).toEqual(
      Array.from({ length: PLANS }, (_, index) => `run-${index}`),
    );
    expect(flips[0]).toMatchObject({
      effect: 'tightened',
      before: { decision: 'allow' },
      after: { decision: 'block', reason: 'reading_stopped', control: 'policy' },
    });
    const loosened = await gateway.send(`GET /backtests/${backtest_id}/flips?effect=loosened`, {
      token: analyst,
    });
    expect(loosened.body).toEqual({ flips: [] });
    const wrong = await gateway.send(`GET /backtests/${backtest_id}/flips?cursor=x`, { token: analyst });
    expect(wrong.body['code']).toBe('invalid_cursor');
  });

  it('waits for its turn, is cancelled, and lets the next one run', async () => {
    const jobs = [];
    for (let count = 0; count < 4; count += 1) jobs.push(await start({ policy: 'production' }));
    const last = jobs.at(-1)?.backtest_id;
    const cancelled = await gateway.send(`POST /backtests/${last}/cancel`, { token: analyst });
    expect(cancelled.body['status']).toBe('cancelled');
    for (const { backtest_id } of jobs.slice(0, -1)) expect((await ended(backtest_id)).status).toBe('done');
    expect((await ended(String(last))).status).toBe('cancelled');
    const flips = await gateway.send(`GET /backtests/${last}/flips`, { token: analyst });
    expect(flips.body).toMatchObject({ code: 'backtest_not_done', status: 409 });
  });

  it('is refused where many wait already', async () => {
    const replies = [];
    for (let count = 0; count < 12; count += 1)
      replies.push(gateway.send('POST /replay/backtest', { body: { policy: 'production' }, token: analyst }));
    const answers = await Promise.all(replies);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.body['code']).toBe('too_many_backtests');
    expect(refused[0]?.headers.get('retry-after')).toBeTruthy();
    for (const { status, body } of answers) if (status === 202) await ended(String(body['backtest_id']));
  });

  it('decides plans while one runs', async () => {
    const { backtest_id } = await start({ policy: 'production' });
    const body = { agent: FINANCE, provenance: USER, steps: [READ] };
    expect((await gateway.send('POST /evaluate', { body })).body['decision']).toBe('allow');
    expect((await ended(backtest_id)).status).toBe('done');
  });
});

describe('a wrong call', () => {
  const wrong: [string, object, number, string][] = [
    ['neither', {}, 400, 'invalid_request'],
    ['both', { policy: 'production', bundle: {} }, 400, 'invalid_request'],
    ['no such bundle', { policy: 'nowhere' }, 404, 'policy_not_found'],
    ['files that make none', { bundle: { 'policies.yaml': 'rules: 7' } }, 422, 'invalid_bundle'],
    ['an unknown file', { bundle: { 'other.yaml': '' } }, 400, 'invalid_request'],
    ['an unknown filter', { policy: 'production', filter: { agent: 'x' } }, 400, 'invalid_request'],
    ['a time that is none', { policy: 'production', filter: { from: 'yesterday' } }, 400, 'invalid_request'],
  ];

  it.each(wrong)('with %s is refused', async (_, body, status, code) => {
    const reply = await gateway.send('POST /replay/backtest', { body, token: analyst });
    expect(reply.body).toMatchObject({ status, code });
  });

  it('says where a candidate is wrong', async () => {
    const bundle = { 'policies.yaml': 'bundle: production\nrules:\n  - { id: x, action: alow }\n' };
    const { body } = await gateway.send('POST /replay/backtest', { body: { bundle }, token: analyst });
    expect(body['errors']).toMatchObject([{ file: 'policies.yaml', line: 3, pointer: '/rules/0/action' }]);
  });
});
