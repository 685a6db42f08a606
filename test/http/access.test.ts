import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS } from '../../src/http/access.ts';
import { ROLES, type Role } from '../../src/tokens/caller.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

/** Which roles reach which route, by their first letters: rUntime agEnt anaLyst apProver Compliance Operator aDmin. */
const EXPECTED: Record<string, string> = {
  'POST /evaluate': 'UE....D',
  'POST /evaluate/batch': 'UE....D',
  'POST /explain': 'UE...OD',
  'POST /executions/x/outcome': 'UE....D',
  'POST /permits/verify': 'UE...OD',
  'POST /guard/inspect': 'UEL..OD',
  'POST /access/v1/evaluation': 'UE....D',
  'POST /access/v1/evaluations': 'UE....D',
  'POST /access/v1/search/subject': 'UE....D',
  'POST /access/v1/search/action': 'UE....D',
  'GET /approvals': 'UELPCOD',
  'GET /approvals/x': 'UELPCOD',
  'POST /approvals/x/approve': '...P..D',
  'POST /approvals/x/reject': '...P..D',
  'POST /approvals/x/cancel': 'UE....D',
  'GET /audit': '..L.C.D',
  'GET /audit/stream': '..L.C.D',
  'GET /audit/checkpoint': 'UELPCOD',
  'GET /audit/failures': '..L.COD',
  'POST /audit/failures/x/retry': '.....OD',
  'GET /audit/origins': 'U.L.COD',
  'POST /audit/origins': '.....OD',
  'POST /audit/ingest': 'U....OD',
  'GET /audit/holds': '....C.D',
  'POST /audit/holds': '....C.D',
  'POST /audit/holds/x/release': '....C.D',
  'GET /replay': '..LPCOD',
  'GET /replay/x': '..LPCOD',
  'GET /replay/x/summary': '..LPCOD',
  'GET /replay/x/graph': '..LPCOD',
  'GET /replay/x/diff': '..LPCOD',
  'GET /replay/x/evidence': '..L.C.D',
  'POST /evidence': '..L.C.D',
  'POST /replay/x/reevaluate': '..LPCOD',
  'POST /replay/backtest': '..L.COD',
  'GET /backtests': '..L.COD',
  'GET /backtests/x': '..L.COD',
  'GET /backtests/x/flips': '..L.COD',
  'POST /backtests/x/cancel': '..L.COD',
  'GET /agents': '..LPCOD',
  'POST /agents': '.....OD',
  'GET /agents/x': '..LPCOD',
  'PATCH /agents/x': '.....OD',
  'POST /agents/x/suspend': '.....OD',
  'POST /agents/x/resume': '.....OD',
  'GET /agents/x/keys': '.....OD',
  'POST /agents/x/keys': '......D',
  'GET /trust/sources': '..LPCOD',
  'POST /trust/sources': '.....OD',
  'GET /trust/sources/x': '..LPCOD',
  'PATCH /trust/sources/x': '.....OD',
  'POST /trust/sources/x/revoke': '.....OD',
  'POST /trust/sources/x/restore': '.....OD',
  'POST /trust/sources/x/keys': '.....OD',
  'POST /trust/sources/x/keys/x/revoke': '.....OD',
  'GET /tokens': '......D',
  'POST /tokens': '......D',
  'DELETE /tokens/x': '......D',
  'GET /drift': '..LPCOD',
  'GET /policies': '..LPCOD',
  'GET /policies/x': '..LPCOD',
  'GET /policies/x/diff': '..LPCOD',
  'GET /policies/activations': '..LPCOD',
  'GET /policies/activations/x': '..LPCOD',
  'POST /policies': '.....OD',
  'POST /policies/validate': '.....OD',
  'POST /policies/x/activate': '.....OD',
  'POST /policies/rollback': '.....OD',
  'POST /policies/activations/x/confirm': '.....OD',
  'POST /policies/activations/x/cancel': '.....OD',
  'GET /capabilities': '..LPCOD',
  'GET /budgets': '..LPCOD',
};

const PUBLIC = [
  '/',
  '/health',
  '/livez',
  '/readyz',
  '/openapi.json',
  '/.well-known/jwks.json',
  '/.well-known/evidence-jwks.json',
  '/.well-known/authzen-configuration',
  '/metrics',
  '/docs',
];

const ORDER: Role[] = ['runtime', 'agent', 'analyst', 'approver', 'compliance', 'operator', 'admin'];

let gateway: StartedGateway;
const tokens = new Map<Role, string>();

beforeAll(async () => {
  gateway = await startGateway();
  for (const role of ROLES) {
    const agent = role === 'agent' ? { agent_id: 'agent-finance-01' } : {};
    tokens.set(role, await gateway.token([role], agent));
  }
});
afterAll(() => gateway.stop());

describe('the access table', () => {
  it('is covered here, route by route', () => {
    const routes = Object.entries(ACCESS)
      .filter(([, access]) => typeof access !== 'string')
      .map(([route]) => route.replace(/:\w+/g, 'x'));
    expect(Object.keys(EXPECTED).toSorted()).toEqual(routes.toSorted());
  });

  it.each(Object.entries(EXPECTED))('%s lets %s in, and nobody else', async (route, letters) => {
    const reached = await Promise.all(
      ORDER.map(async (role) => {
        // A stream has no end, so it is asked for in a way that is refused once it is reached.
        const address = route.endsWith('/stream') ? `${route}?no=filter` : route;
        const reply = await gateway.send(address, { token: tokens.get(role) ?? '' });
        expect(reply.status).not.toBe(401);
        return reply.body?.['code'] === 'access_denied' ? '.' : 'reached';
      }),
    );
    expect(reached).toEqual([...letters].map((letter) => (letter === '.' ? '.' : 'reached')));
  });

  it.each(Object.keys(EXPECTED))('%s without a token is 401', async (route) => {
    const reply = await gateway.send(route, { token: null });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(reply.body['code']).toBe('unauthenticated');
  });

  it.each(PUBLIC)('GET %s needs no token', async (path) => {
    expect((await gateway.send(`GET ${path}`, { token: null })).status).toBe(200);
  });
});

describe('a token', () => {
  it.each([
    ['an unknown one', 'Bearer aisecops_unknown'],
    ['another scheme', 'Basic YWRtaW46YWRtaW4='],
    ['no token at all', 'Bearer'],
    ['a token with a space', 'Bearer a b'],
    ['the bare token', 'test-admin-token-0123456789'],
    ['a very long one', `Bearer ${'x'.repeat(5000)}`],
  ])('%s is 401', async (_name, authorization) => {
    const reply = await gateway.send('GET /agents', { token: null, headers: { authorization } });
    expect(reply.status).toBe(401);
  });

  it('is known whatever the case of the scheme', async () => {
    const authorization = `bEARER ${tokens.get('analyst')}`;
    expect((await gateway.send('GET /agents', { token: null, headers: { authorization } })).status).toBe(200);
  });
});

describe('a refused access', () => {
  it.each([
    ['403 with the caller', 403, 'mallory'],
    ['401 without one', 401, undefined],
  ])('is recorded: %s', async (_name, status, name) => {
    const quiet = await startGateway();
    try {
      const token = name === undefined ? 'aisecops_nobody' : await quiet.token(['analyst'], { name });
      expect((await quiet.send('POST /agents?x=secret', { token, body: {} })).status).toBe(status);
      await expect
        .poll(async () => (await quiet.send('GET /audit?event_type=access_denied')).body['events'])
        .toMatchObject([{ payload: { method: 'POST', path: '/agents', status, ...(name && { name }) } }]);
    } finally {
      await quiet.stop();
    }
  });
});

describe('GET /metrics beyond loopback', () => {
  it('takes a token of operator, analyst or admin', async () => {
    const exposed = await startGateway({ host: '0.0.0.0' });
    try {
      expect((await exposed.send('GET /metrics', { token: null })).status).toBe(401);
      expect((await exposed.send('GET /metrics', { token: await exposed.token(['approver']) })).status).toBe(
        403,
      );
      expect((await exposed.send('GET /metrics', { token: await exposed.token(['operator']) })).status).toBe(
        200,
      );
      expect((await exposed.send('GET /metrics')).status).toBe(200);
    } finally {
      await exposed.stop();
    }
  });
});
