import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let runtime: string;
let ada: string;
let bob: string;

beforeAll(async () => {
  gateway = await startGateway();
  runtime = await gateway.token(['runtime'], { name: 'runtime-1' });
  ada = await gateway.token(['approver'], { name: 'ada' });
  bob = await gateway.token(['approver'], { name: 'bob' });
});
afterAll(() => gateway.stop());

let amount = 2000;

/** A plan that nobody has handed in yet and that waits for approval. */
function payment(extra: object = {}): Record<string, unknown> {
  amount += 1;
  return {
    agent: { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' },
    provenance: [{ source_type: 'user_prompt', trust_level: 'trusted' }],
    steps: [
      { step_id: 's1', tool_name: 'make_payment', arguments: { payee: 'Ltd', amount, currency: 'USD' } },
    ],
    ...extra,
  };
}

async function held(plan: object, token = runtime): Promise<string> {
  const reply = await gateway.send('POST /evaluate', { token, body: plan });
  expect(reply.body).toMatchObject({ decision: 'require_approval', approval: { status: 'pending' } });
  const approval = reply.body['approval'] as { approval_id: string; url: string };
  expect(approval.url).toBe(`/approvals/${approval.approval_id}`);
  return approval.approval_id;
}

async function evaluate(plan: object): Promise<Record<string, unknown>> {
  return (await gateway.send('POST /evaluate', { token: runtime, body: plan })).body;
}

describe('an approved plan', () => {
  it('is allowed once, and no other plan with its approval', async () => {
    const plan = payment();
    const id = await held(plan);
    const approved = await gateway.send(`POST /approvals/${id}/approve`, {
      token: ada,
      body: { note: 'fine' },
    });
    expect(approved.status).toBe(200);
    expect(approved.body).toMatchObject({ status: 'approved', granted_by: [{ name: 'ada', note: 'fine' }] });
    expect(await evaluate({ ...payment(), approval_id: id })).toMatchObject({
      decision: 'block',
      reason: 'approval_plan_mismatch',
    });
    expect(await evaluate({ ...plan, approval_id: id })).toMatchObject({ decision: 'allow' });
    expect(await evaluate({ ...plan, approval_id: id })).toMatchObject({
      decision: 'block',
      reason: 'approval_consumed',
    });
    expect((await gateway.send(`GET /approvals/${id}`, { token: ada })).body).toMatchObject({
      status: 'consumed',
    });
  });

  it('is used by one of many that come at once', async () => {
    const plan = payment();
    const id = await held(plan);
    await gateway.send(`POST /approvals/${id}/approve`, { token: ada });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => evaluate({ ...plan, approval_id: id })),
    );
    expect(answers.filter((answer) => answer['decision'] === 'allow')).toHaveLength(1);
  });
});

describe('POST /approvals/:approval_id/approve', () => {
  it('409 names who was first', async () => {
    const id = await held(payment());
    await gateway.send(`POST /approvals/${id}/reject`, { token: ada, body: { note: 'no' } });
    const second = await gateway.send(`POST /approvals/${id}/approve`, { token: bob });
    expect(second.body).toMatchObject({ status: 409, code: 'approval_closed' });
    expect(second.body['detail']).toContain('ada');
  });

  it('403 for who handed the plan in', async () => {
    const both = await gateway.token(['runtime', 'approver'], { name: 'eve' });
    const id = await held(payment(), both);
    const reply = await gateway.send(`POST /approvals/${id}/approve`, { token: both });
    expect(reply.body).toMatchObject({ status: 403, code: 'self_approval' });
  });

  it('403 for whom it is made on behalf of', async () => {
    const id = await held(payment({ on_behalf_of: { type: 'user', id: 'ada' } }));
    const reply = await gateway.send(`POST /approvals/${id}/approve`, { token: ada });
    expect(reply.body).toMatchObject({ status: 403, code: 'self_approval' });
  });

  it('403 for a token that is bound to an agent', async () => {
    const id = await held(payment());
    const agent = await gateway.token(['agent'], { agent_id: 'agent-finance-01' });
    const reply = await gateway.send(`POST /approvals/${id}/approve`, { token: agent });
    expect(reply.body).toMatchObject({ status: 403, code: 'access_denied' });
  });

  it('400 for a reviewer in the body', async () => {
    const id = await held(payment());
    const reply = await gateway.send(`POST /approvals/${id}/approve`, {
      token: ada,
      body: { reviewer: 'bob' },
    });
    expect(reply.body).toMatchObject({ status: 400, errors: [{ pointer: '/reviewer' }] });
  });

  it('404 for another tenant, as if it were not there', async () => {
    const id = await held(payment());
    const stranger = await gateway.token(['approver'], { name: 'zoe', tenant_id: 'globex' });
    for (const route of [
      `GET /approvals/${id}`,
      `POST /approvals/${id}/approve`,
      `POST /approvals/${id}/reject`,
    ]) {
      const foreign = await gateway.send(route, { token: stranger });
      const missing = await gateway.send(route.replace(id, 'apr-none'), { token: stranger });
      expect(foreign.status).toBe(404);
      expect(foreign.text.replaceAll(id, 'apr-none')).toBe(missing.text);
    }
    expect((await gateway.send('GET /approvals', { token: stranger })).body).toEqual({ approvals: [] });
  });
});

describe('GET /approvals/:approval_id?wait', () => {
  it('answers as soon as somebody decides', async () => {
    const id = await held(payment());
    const started = performance.now();
    const waiting = gateway.send(`GET /approvals/${id}?wait=30`, { token: runtime });
    await gateway.send(`POST /approvals/${id}/approve`, { token: ada });
    expect((await waiting).body).toMatchObject({ status: 'approved' });
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('answers with what is after the time', async () => {
    const id = await held(payment());
    const reply = await gateway.send(`GET /approvals/${id}?wait=1`, { token: runtime });
    expect(reply.body).toMatchObject({ status: 'pending' });
  });

  it('shows a token of an agent the approvals of that agent alone', async () => {
    const id = await held(payment());
    const own = await gateway.token(['agent'], { agent_id: 'agent-finance-01' });
    const other = await gateway.token(['agent'], { agent_id: 'agent-ops-01' });
    expect((await gateway.send(`GET /approvals/${id}`, { token: own })).status).toBe(200);
    expect((await gateway.send(`GET /approvals/${id}`, { token: other })).status).toBe(404);
    expect((await gateway.send('GET /approvals', { token: other })).body).toEqual({ approvals: [] });
  });

  it('lets those who wait go when the server closes', async () => {
    const own = await startGateway();
    const body = payment();
    const reply = await own.send('POST /evaluate', { body });
    const { approval_id: id } = reply.body['approval'] as { approval_id: string };
    const waiting = own.send(`GET /approvals/${id}?wait=60`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const started = performance.now();
    await own.stop();
    expect((await waiting).body).toMatchObject({ status: 'pending' });
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('GET /approvals', () => {
  it('lists by status, newest first, page by page', async () => {
    const ids = [await held(payment()), await held(payment()), await held(payment())];
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await gateway.send(`GET /approvals?status=pending&limit=2${cursor}`, { token: ada });
      seen.push(...(body['approvals'] as { approval_id: string }[]).map((approval) => approval.approval_id));
      cursor = body['next_cursor'] === undefined ? '' : `&cursor=${body['next_cursor']}`;
    } while (cursor !== '');
    expect(seen.slice(0, 3)).toEqual(ids.toReversed());
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe('POST /approvals/:approval_id/cancel', () => {
  it('is for the token that handed the plan in', async () => {
    const plan = payment();
    const id = await held(plan);
    const other = await gateway.token(['runtime'], { name: 'runtime-2' });
    expect((await gateway.send(`POST /approvals/${id}/cancel`, { token: other })).body).toMatchObject({
      code: 'not_an_approver',
    });
    expect((await gateway.send(`POST /approvals/${id}/cancel`, { token: runtime })).body).toMatchObject({
      status: 'cancelled',
    });
    expect(await evaluate({ ...plan, approval_id: id })).toMatchObject({ reason: 'approval_cancelled' });
  });
});
