import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTRACT, FINANCE, FROM_USER, pay, READ } from './authzen-requests.ts';
import { type Reply, type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let runtime: string;

beforeAll(async () => {
  gateway = await startGateway();
  runtime = await gateway.token(['runtime']);
});
afterAll(() => gateway.stop());

const ARGUMENTS = { contract_id: 'C-7' };
const WHO = { subject: { type: 'agent' }, action: READ, resource: CONTRACT, context: FROM_USER };
const WHAT = { subject: FINANCE, resource: CONTRACT, context: { ...FROM_USER, arguments: ARGUMENTS } };

function who(body: object, token = runtime): Promise<Reply> {
  return gateway.send('POST /access/v1/search/subject', { token, body });
}
function what(body: object, token = runtime): Promise<Reply> {
  return gateway.send('POST /access/v1/search/action', { token, body });
}
function register(agent_id: string, more: object = {}): Promise<Reply> {
  const body = { agent_id, tenant_id: 'acme-corp', capabilities: ['cap_contract_review'], ...more };
  return gateway.send('POST /agents', { body });
}

async function decisions(): Promise<{ payload: { mode: string } }[]> {
  const { body } = await gateway.send('GET /audit?event_type=decision_made&limit=500');
  return body['events'] as { payload: { mode: string } }[];
}

describe('POST /access/v1/search/subject', () => {
  it('finds the agents that would be allowed, and asks only those that have the tool', async () => {
    const before = (await decisions()).length;
    const reply = await who(WHO);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ page: { next_token: '', count: 1 }, results: [FINANCE] });
    const after = await decisions();
    expect(after).toHaveLength(before + 1);
    expect(after.map(({ payload }) => payload.mode)).toContain('dry_run');
  });

  it.each<[string, object, object[]]>([
    [
      'by the type it is registered with',
      { subject: { type: 'assistant' } },
      [{ ...FINANCE, type: 'assistant' }],
    ],
    ['whatever id the subject has', { subject: { type: 'agent', id: 5 } }, [FINANCE]],
    ['of a type nobody has: nobody', { subject: { type: 'spaceship' } }, []],
    ['for a tool nobody has: nobody', { action: { name: 'launch' } }, []],
    ['for what a rule blocks: nobody', { action: pay(20_000) }, []],
    ['for what needs a person: nobody', { action: pay(2_000) }, []],
    ['of another tenant: nobody', { subject: { type: 'agent', properties: { tenant_id: 'globex' } } }, []],
  ])('finds an agent %s', async (_name, change, results) => {
    expect((await who({ ...WHO, ...change })).body['results']).toEqual(results);
  });

  it('finds nothing of another tenant, and for a caller of all tenants says whose each is', async () => {
    await register('agent-globex', { tenant_id: 'globex', agent_type: 'reviewer' });
    const reviewers = { ...WHO, subject: { type: 'reviewer' } };
    expect((await who(reviewers)).body['results']).toEqual([]);
    expect((await gateway.send('POST /access/v1/search/subject', { body: reviewers })).body).toMatchObject({
      results: [{ type: 'reviewer', id: 'agent-globex', properties: { tenant_id: 'globex' } }],
    });
  });

  it('finds for a token of one agent that agent alone', async () => {
    const before = (await decisions()).length;
    const other = await gateway.token(['agent'], { agent_id: 'agent-ops-01' });
    expect((await who(WHO, other)).body['results']).toEqual([]);
    expect(await decisions()).toHaveLength(before);
    const own = await gateway.token(['agent'], { agent_id: 'agent-finance-01' });
    expect((await who(WHO, own)).body['results']).toEqual([FINANCE]);
  });

  it('does not find a suspended agent', async () => {
    await register('agent-idle', { agent_type: 'idle' });
    const idle = { ...WHO, subject: { type: 'idle' } };
    expect((await who(idle)).body['results']).toHaveLength(1);
    await gateway.send('POST /agents/agent-idle/suspend', { body: {} });
    expect((await who(idle)).body['results']).toEqual([]);
  });

  it('spends nothing', async () => {
    const budgets = async () => (await gateway.send('GET /budgets')).text;
    const before = await budgets();
    await who({ ...WHO, context: { ...FROM_USER, estimated_cost: { usd: 1 } } });
    expect(await budgets()).toBe(before);
    // A budget that has no room finds nobody.
    const dear = { ...WHO, context: { ...FROM_USER, estimated_cost: { usd: 100 } } };
    expect((await who(dear)).body['results']).toEqual([]);
  });
});

describe('POST /access/v1/search/action', () => {
  it.each<[string, object, string[]]>([
    ['that fit the arguments', {}, ['read_contract']],
    ['that need none', { context: FROM_USER }, []],
    [
      'of another agent',
      { subject: { type: 'assistant', id: 'agent-ops-01' }, context: FROM_USER },
      ['create_incident', 'get_deployment_status'],
    ],
    ['of an agent nobody knows: none', { subject: { type: 'agent', id: 'agent-nobody' } }, []],
    ['of an agent of another type: none', { subject: { ...FINANCE, type: 'spaceship' } }, []],
  ])('finds the tools %s', async (_name, change, names) => {
    const reply = await what({ ...WHAT, ...change });
    expect(reply.status).toBe(200);
    expect(reply.body['results']).toEqual(names.map((name) => ({ name })));
  });

  it('finds nothing for another tenant', async () => {
    const foreign = await gateway.token(['runtime'], { tenant_id: 'globex' });
    expect((await what(WHAT, foreign)).body['results']).toEqual([]);
  });

  it('finds what an evaluation then allows', async () => {
    const { body } = await what(WHAT);
    for (const { name } of body['results'] as { name: string }[]) {
      const { context, ...entities } = WHAT;
      const request = { ...entities, action: { name, properties: context.arguments }, context: FROM_USER };
      const reply = await gateway.send('POST /access/v1/evaluation', { token: runtime, body: request });
      expect(reply.body['decision']).toBe(true);
    }
  });
});

describe('a page', () => {
  const crowd = { ...WHO, subject: { type: 'crowd' } };
  const ids = Array.from({ length: 60 }, (_, index) => `agent-crowd-${String(index).padStart(2, '0')}`);

  beforeAll(async () => {
    for (const agent_id of ids) await register(agent_id, { agent_type: 'crowd' });
  });

  type Page = { page: { next_token: string; count: number }; results: { id: string }[] };

  async function pages(limit: number | undefined): Promise<Page[]> {
    const seen: Page[] = [];
    let token = '';
    do {
      const reply = await who({ ...crowd, page: { ...(limit !== undefined && { limit }), token } });
      expect(reply.status).toBe(200);
      seen.push(reply.body as Page);
      token = seen.at(-1)?.page.next_token ?? '';
    } while (token !== '');
    return seen;
  }

  it.each([
    [undefined, 2],
    [25, 3],
    [60, 2],
    [1000, 2],
  ])('of limit %s is one of %s that have everything once, in order', async (limit, count) => {
    const seen = await pages(limit);
    expect(seen).toHaveLength(count);
    expect(seen.flatMap(({ results }) => results.map(({ id }) => id))).toEqual(ids);
    for (const { page, results } of seen) expect(page.count).toBe(results.length);
  });

  it('of limit 0 has nothing, and the next has the first', async () => {
    const first = (await who({ ...crowd, page: { limit: 0 } })).body as Page;
    expect(first).toMatchObject({ page: { count: 0 }, results: [] });
    const next = (await who({ ...crowd, page: { token: first.page.next_token } })).body as Page;
    expect(next.results[0]?.id).toBe(ids[0]);
  });

  it('belongs to its question', async () => {
    const { page } = (await who({ ...crowd, page: { limit: 1 } })).body as Page;
    const other = { ...crowd, resource: { ...CONTRACT, id: 'C-8' }, page: { token: page.next_token } };
    const expected = { status: 400, code: 'invalid_cursor', errors: [{ pointer: '/page/token' }] };
    expect((await who(other)).body).toMatchObject(expected);
    expect((await who({ ...crowd, page: { token: 'no token' } })).body).toMatchObject(expected);
  });

  it.each([{ limit: -1 }, { limit: 1.5 }, { limit: '1' }, { token: 5 }, 'text'])(
    '%j is 400',
    async (page) => {
      expect((await who({ ...crowd, page })).status).toBe(400);
    },
  );
});

describe('a search that is refused', () => {
  it.each<[string, object, string]>([
    ['an action is missing', { action: undefined }, '/action'],
    ['the resource has no id', { resource: { type: 'x' } }, '/resource/id'],
    ['the subject has no type', { subject: {} }, '/subject/type'],
  ])('for subjects: %s', async (_name, change, pointer) => {
    expect((await who({ ...WHO, ...change })).body).toMatchObject({ status: 400, errors: [{ pointer }] });
  });

  it.each<[string, object, string]>([
    ['the resource is missing', { resource: undefined }, '/resource'],
    ['the subject has no id', { subject: { type: 'agent' } }, '/subject/id'],
  ])('for actions: %s', async (_name, change, pointer) => {
    expect((await what({ ...WHAT, ...change })).body).toMatchObject({ status: 400, errors: [{ pointer }] });
  });

  it('is too large to be asked for each candidate', async () => {
    const reply = await who({ ...WHO, context: { ...FROM_USER, prompt: 'x'.repeat(20_000) } });
    expect(reply.body).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('names what is wrong with the plan, where the search has it', async () => {
    const action = { ...READ, properties: { contract_id: { $from: 's9', path: '' } } };
    expect((await who({ ...WHO, action })).body).toMatchObject({
      ...{ status: 400, code: 'invalid_plan' },
      errors: [{ pointer: '/action/properties/contract_id/$from' }],
    });
  });
});
