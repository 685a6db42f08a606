import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdsInLog } from '../../src/holds/holds-in-log.ts';
import { ADMIN_TOKEN, type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let compliance: string;
let other: string;

beforeAll(async () => {
  gateway = await startGateway();
  compliance = await gateway.token(['compliance']);
  other = await gateway.token(['compliance'], { tenant_id: 'globex' });
});
afterAll(() => gateway.stop());

function place(body: object, token = compliance) {
  return gateway.send('POST /audit/holds', { token, body: { reason: 'Litigation 4711', ...body } });
}

function release(id: unknown, token = compliance) {
  return gateway.send(`POST /audit/holds/${id}/release`, { token, body: { reason: 'Settled' } });
}

describe('a legal hold', () => {
  it('is placed, listed and released, each as an event of the log', async () => {
    const placed = await place({ agent_id: 'agent-finance-01', from: '2026-10-01T02:00:00+02:00' });
    expect(placed).toMatchObject({
      status: 201,
      body: {
        status: 'active',
        scope: { tenant_id: 'acme-corp', agent_id: 'agent-finance-01', from: '2026-10-01T00:00:00.000Z' },
        placed_by: 'compliance',
      },
    });
    const { hold_id } = placed.body;
    const active = await gateway.send('GET /audit/holds?status=active', { token: compliance });
    expect(active.body['holds']).toEqual([placed.body]);
    const released = await release(hold_id);
    expect(released.body).toMatchObject({
      ...placed.body,
      status: 'released',
      released: { reason: 'Settled' },
    });
    expect((await release(hold_id)).body).toMatchObject({ status: 409, code: 'hold_released' });
    const all = await gateway.send('GET /audit/holds', { token: compliance });
    expect(all.body['holds']).toEqual([released.body]);
    const events = await gateway.send('GET /audit?event_type=hold_released', { token: compliance });
    expect(events.body['events']).toMatchObject([
      { payload: { hold_id, by: 'compliance', reason: 'Settled' } },
    ]);
    const file = gateway.gateway.config.audit_file;
    expect((await holdsInLog(file)).find((hold) => hold.hold_id === hold_id)).toEqual(released.body);
  });

  it('that was placed from above is seen by the tenant, and not ended by it', async () => {
    const { body } = await place({ tenant_id: 'acme-corp', trace_id: 'run-above' }, ADMIN_TOKEN);
    expect(body).toMatchObject({ placed_by_tenant: '*' });
    const own = await gateway.send('GET /audit/holds?status=active', { token: compliance });
    expect(own.body['holds']).toContainEqual(body);
    expect((await release(body['hold_id'])).body).toMatchObject({ status: 403, code: 'hold_not_yours' });
    expect((await release(body['hold_id'], ADMIN_TOKEN)).body).toMatchObject({ status: 'released' });
  });

  it('of one tenant is not there for another, and cannot reach beyond it', async () => {
    const { body } = await place({ trace_id: 'run-7' });
    expect((await release(body['hold_id'], other)).body).toMatchObject({
      status: 404,
      code: 'hold_not_found',
    });
    const listed = await gateway.send('GET /audit/holds', { token: other });
    expect(listed.body['holds']).toEqual([]);
    const foreign = await gateway.send('GET /audit/holds?tenant_id=acme-corp', { token: other });
    expect(foreign.body['holds']).toEqual([]);
    expect((await place({ tenant_id: 'acme-corp' }, other)).body).toMatchObject({ code: 'access_denied' });
    const everywhere = await gateway.send('POST /audit/holds', {
      body: { trace_id: 'run-8', reason: 'All tenants' },
    });
    expect(everywhere.body['scope']).toEqual({ trace_id: 'run-8' });
    expect((await release(everywhere.body['hold_id'])).body).toMatchObject({ code: 'hold_not_found' });
    expect(
      (
        await gateway.send(`POST /audit/holds/${everywhere.body['hold_id']}/release`, {
          body: { reason: 'x' },
        })
      ).status,
    ).toBe(200);
  });

  it('pages through many, newest first', async () => {
    const made = [];
    for (let index = 0; index < 5; index += 1)
      made.unshift((await place({ trace_id: `run-p${index}` }, other)).body);
    const seen: unknown[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await gateway.send(`GET /audit/holds?limit=2${cursor}`, { token: other });
      seen.push(...(body['holds'] as unknown[]));
      if (body['next_cursor'] === undefined) break;
      cursor = `&cursor=${body['next_cursor']}`;
    }
    expect(seen).toEqual(made);
  });

  it.each<[string, object, string]>([
    ['of nothing in particular', {}, 'a tenant, an agent, a trace or a time is needed'],
    ['without a reason', { trace_id: 'run-1', reason: '  ' }, '/reason'],
    [
      'of a time that ends before it begins',
      { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
      '/to: must be after from',
    ],
    ['with an unknown member', { trace_ids: ['run-1'] }, '/trace_ids: unknown field'],
    ['of a time that is none', { from: 'yesterday' }, '/from'],
  ])('%s is refused, and told why', async (_what, body, detail) => {
    const all = gateway.send('POST /audit/holds', { body: { reason: 'why', ...body } });
    expect(await all).toMatchObject({ status: 400, body: { detail: expect.stringContaining(detail) } });
  });
});
