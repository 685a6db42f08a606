import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AuditUnavailable } from '../../src/audit/audit-log.ts';
import {
  CONTRACT,
  type Decision,
  evaluationsOf,
  FINANCE,
  FROM_USER,
  pay,
  READ,
  READ_CONTRACT,
} from './authzen-requests.ts';
import { type Reply, type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let runtime: string;

beforeAll(async () => {
  gateway = await startGateway();
  runtime = await gateway.token(['runtime']);
});
afterAll(() => gateway.stop());

function ask(body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  return gateway.send('POST /access/v1/evaluations', { token: runtime, body, headers });
}

const COMMON = { subject: FINANCE, resource: CONTRACT, context: FROM_USER };
const NO = { action: pay(20_000) };
const YES = { action: READ };
const BAD = { action: { name: 5 } };

function words(decisions: readonly Decision[]): string {
  return decisions
    .map(({ decision, context }) => (context['error'] === undefined ? (decision ? 'Y' : 'N') : 'E'))
    .join('');
}

describe('options.evaluations_semantic', () => {
  const items = { Y: YES, N: NO, E: BAD };
  it.each<[string | undefined, string, string]>([
    [undefined, 'YNEY', 'YNEY'],
    ['execute_all', 'YNEY', 'YNEY'],
    ['execute_all', 'E', 'E'],
    ['deny_on_first_deny', 'YYNY', 'YYN'],
    ['deny_on_first_deny', 'YENY', 'YE'],
    ['deny_on_first_deny', 'NY', 'N'],
    ['deny_on_first_deny', 'YY', 'YY'],
    ['permit_on_first_permit', 'NEYN', 'NEY'],
    ['permit_on_first_permit', 'YN', 'Y'],
    ['permit_on_first_permit', 'NN', 'NN'],
  ])('%s of %s answers %s', async (semantic, asked, answered) => {
    const reply = await ask({
      ...COMMON,
      evaluations: [...asked].map((letter) => items[letter as keyof typeof items]),
      ...(semantic !== undefined && { options: { evaluations_semantic: semantic, more: 1 } }),
    });
    expect(reply.status).toBe(200);
    expect(reply.body).not.toHaveProperty('decision');
    expect(words(evaluationsOf(reply))).toBe(answered);
  });

  it.each([
    ['deny_on_first_deny', NO],
    ['permit_on_first_permit', YES],
  ])('%s looks at nothing behind the end, and spends nothing for it', async (semantic, ending) => {
    const trace_id = `run-${semantic}`;
    const context = { ...FROM_USER, trace_id, estimated_cost: { usd: 0.001 } };
    const reply = await ask({
      ...{ ...COMMON, context, options: { evaluations_semantic: semantic } },
      evaluations: [ending, { action: pay(1) }, { action: pay(2) }],
    });
    expect(evaluationsOf(reply)).toHaveLength(1);
    const { body } = await gateway.send(`GET /audit?trace_id=${trace_id}&event_type=decision_made`);
    expect(body['events']).toHaveLength(1);
    const budgets = (await gateway.send('GET /budgets')).text;
    const held = semantic === 'deny_on_first_deny' ? 0 : 0.001;
    expect(JSON.parse(budgets)).toMatchObject({
      budgets: expect.arrayContaining([expect.objectContaining({ budget_id: 'q4-finance' })]),
    });
    expect(budgets).toContain(`"reserved":${held}`);
  });
});

describe('an evaluation of a row', () => {
  it('takes what it does not bring from beside the list, and each member whole', async () => {
    const reply = await ask({
      ...READ_CONTRACT,
      evaluations: [
        {},
        { action: { name: 'read_contract' } },
        { subject: { type: 'agent', id: 'agent-ops-01' } },
      ],
    });
    expect(evaluationsOf(reply)).toMatchObject([
      { decision: true },
      { decision: false, context: { reason: 'invalid_arguments' } },
      { decision: false, context: { reason: 'capability_not_granted' } },
    ]);
  });

  it.each<[string, unknown, object]>([
    ['is no object', 5, { pointer: '/evaluations/1' }],
    ['is null', null, { pointer: '/evaluations/1' }],
    ['has null in place of what it would take over', { action: null }, { pointer: '/evaluations/1/action' }],
    ['has a sub-field that is none', { resource: { id: 5 } }, { pointer: '/evaluations/1/resource/id' }],
    ['has a context that is a list', { context: [] }, { pointer: '/evaluations/1/context' }],
    [
      'refers to a step that is not there',
      { action: { name: 'x', properties: { a: { $from: 's9', path: '' } } } },
      { pointer: '/evaluations/1/action/properties/a/$from' },
    ],
  ])('that %s is a no with its error, and the others are decided', async (_name, bad, error) => {
    const reply = await ask({ ...READ_CONTRACT, evaluations: [{}, bad, {}] });
    expect(reply.status).toBe(200);
    const [first, second, third] = evaluationsOf(reply);
    expect([first?.decision, third?.decision]).toEqual([true, true]);
    expect(second).toMatchObject({
      decision: false,
      context: { error: { status: 400, message: expect.any(String), errors: [error] } },
    });
  });

  it('that lacks a member, which is nowhere', async () => {
    const reply = await ask({ subject: FINANCE, action: READ, evaluations: [{ resource: CONTRACT }, {}] });
    expect(evaluationsOf(reply)).toMatchObject([
      { decision: true },
      { decision: false, context: { error: { errors: [{ pointer: '/evaluations/1/resource' }] } } },
    ]);
  });

  it('takes from a budget in its order', async () => {
    const own = await startGateway();
    try {
      const cost = (usd: number) => ({ context: { ...FROM_USER, estimated_cost: { usd } } });
      const evaluations = [cost(9), cost(9), cost(1)];
      const reply = await own.send('POST /access/v1/evaluations', {
        body: { ...READ_CONTRACT, evaluations },
      });
      expect(evaluationsOf(reply)).toMatchObject([
        { decision: true },
        { decision: false, context: { reason: 'budget_exceeded' } },
        { decision: true },
      ]);
    } finally {
      await own.stop();
    }
  });
});

describe('a request without evaluations', () => {
  it.each([
    ['no list', {}],
    ['an empty list', { evaluations: [] }],
  ])('%s is a single one', async (_name, more) => {
    expect((await ask({ ...READ_CONTRACT, ...more })).body).toMatchObject({ decision: true });
    const refused = await ask({ subject: FINANCE, action: READ, ...more });
    expect(refused.body).toMatchObject({ status: 400, errors: [{ pointer: '/resource' }] });
  });
});

describe('a request that is refused as a whole', () => {
  it.each<[string, object, string]>([
    ['a list that is none', { evaluations: {} }, '/evaluations'],
    ['101 evaluations', { evaluations: Array(101).fill({}) }, '/evaluations'],
    ['options that are a list', { options: [], evaluations: [{}] }, '/options'],
    [
      'an unknown semantic',
      { options: { evaluations_semantic: 'deny' }, evaluations: [{}] },
      '/options/evaluations_semantic',
    ],
    ['a subject beside the list that is none', { subject: 'alice', evaluations: [{}] }, '/subject'],
    [
      'a text that a hundred evaluations take over',
      { context: { prompt: 'x'.repeat(20_000) }, evaluations: Array(100).fill({}) },
      '/evaluations',
    ],
  ])('%s', async (_name, more, pointer) => {
    const reply = await ask({ ...READ_CONTRACT, ...more });
    expect(reply.body).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ pointer }] });
  });
});

describe('Idempotency-Key', () => {
  it('gives the same row again, but not one in which something failed that may not the next time', async () => {
    const body = { ...READ_CONTRACT, evaluations: [{}, NO] };
    const send = () => ask(body, { 'idempotency-key': 'row-1' });
    const busy = vi
      .spyOn(gateway.gateway, 'evaluate')
      .mockRejectedValueOnce(new AuditUnavailable('busy', 'the audit log takes no events at the moment'));
    try {
      const [failed] = evaluationsOf(await send());
      expect(failed).toMatchObject({
        decision: false,
        context: { error: { status: 503, code: 'audit_unavailable' } },
      });
      const second = await send();
      expect(words(evaluationsOf(second))).toBe('YN');
      const third = await send();
      expect(third.headers.get('idempotent-replayed')).toBe('true');
      expect(third.text).toBe(second.text);
    } finally {
      busy.mockRestore();
    }
  });
});
