import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let operator: string;
let stranger: string;

beforeAll(async () => {
  gateway = await startGateway();
  operator = await gateway.token(['operator']);
  stranger = await gateway.token(['operator'], { tenant_id: 'globex', name: 'zoe' });
});
afterAll(() => gateway.stop());

const READ = { tool_name: 'read_contract', arguments: { contract_id: 'C-7' } };

async function decide(agent_id: string): Promise<Record<string, unknown>> {
  const body = { agent: { agent_id, tenant_id: 'acme-corp' }, steps: [READ] };
  return (await gateway.send('POST /evaluate', { body })).body;
}

describe('/agents', () => {
  it('registers, changes, suspends, resumes and retires an agent, and decisions follow at once', async () => {
    const body = { agent_id: 'agent-new', capabilities: ['cap_contract_review'] };
    const created = await gateway.send('POST /agents', { token: operator, body });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ tenant_id: 'acme-corp', status: 'active', origin: 'api' });
    expect(await decide('agent-new')).toMatchObject({ decision: 'allow' });

    const patch = { capabilities: [], description: 'nothing any more' };
    expect(
      (await gateway.send('PATCH /agents/agent-new', { token: operator, body: patch })).body,
    ).toMatchObject(patch);
    expect(await decide('agent-new')).toMatchObject({ reason: 'capability_not_granted' });

    expect((await gateway.send('POST /agents/agent-new/suspend', { token: operator })).body).toMatchObject({
      status: 'suspended',
    });
    expect(await decide('agent-new')).toMatchObject({ reason: 'agent_suspended' });
    expect((await gateway.send('POST /agents/agent-new/resume', { token: operator })).body).toMatchObject({
      status: 'active',
    });

    await gateway.send('PATCH /agents/agent-new', { token: operator, body: { status: 'retired' } });
    const resumed = await gateway.send('POST /agents/agent-new/resume', { token: operator });
    expect(resumed.body).toMatchObject({ status: 409, code: 'agent_state_conflict' });
  });

  it.each<[string, string, unknown, number, string]>([
    ['an id that is taken', 'POST /agents', { agent_id: 'agent-finance-01' }, 409, 'agent_exists'],
    [
      'a name that is taken',
      'POST /agents',
      { agent_id: 'a', agent_name: 'finance_agent' },
      409,
      'agent_exists',
    ],
    ['an unknown status', 'POST /agents', { agent_id: 'a', status: 'asleep' }, 400, 'invalid_request'],
    ['an unknown field', 'POST /agents', { agent_id: 'a', role: 'admin' }, 400, 'invalid_request'],
    ['another tenant', 'POST /agents', { agent_id: 'a', tenant_id: 'globex' }, 403, 'access_denied'],
    ['a change of the id', 'PATCH /agents/agent-ops-01', { agent_id: 'b' }, 400, 'invalid_request'],
    ['a change of the status', 'PATCH /agents/agent-ops-01', { status: 'active' }, 400, 'invalid_request'],
    ['a change of a file agent', 'PATCH /agents/agent-ops-01', { description: 'x' }, 409, 'agent_read_only'],
    ['a change of nobody', 'PATCH /agents/nobody', { description: 'x' }, 404, 'agent_not_found'],
  ])('refuses %s', async (_name, route, body, status, code) => {
    expect((await gateway.send(route, { token: operator, body })).body).toMatchObject({ status, code });
  });

  it('answers another tenant as if nothing were there', async () => {
    for (const route of [
      'GET /agents/agent-ops-01',
      'POST /agents/agent-ops-01/suspend',
      'GET /agents/agent-ops-01/keys',
    ]) {
      const foreign = await gateway.send(route, { token: stranger });
      const missing = await gateway.send(route.replace('agent-ops-01', 'agent-none'), { token: stranger });
      expect(foreign.status).toBe(404);
      expect(foreign.text.replaceAll('agent-ops-01', 'agent-none')).toBe(missing.text);
    }
    expect((await gateway.send('GET /agents', { token: stranger })).body).toEqual({ agents: [] });
    const asked = await gateway.send('GET /agents?tenant_id=acme-corp', { token: stranger });
    expect(asked.body).toEqual({ agents: [] });
    expect((await gateway.send('GET /agents/agent-ops-01')).body).toMatchObject({ status: 'active' });
  });

  it('asks a caller of all tenants which agent of several it means', async () => {
    for (const tenant_id of ['acme-corp', 'globex']) {
      await gateway.send('POST /agents', { body: { agent_id: 'agent-twin', tenant_id } });
    }
    expect((await gateway.send('GET /agents/agent-twin')).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '/query/tenant_id' }],
    });
    expect((await gateway.send('GET /agents/agent-twin?tenant_id=globex')).body).toMatchObject({
      tenant_id: 'globex',
    });
    expect((await gateway.send('POST /agents', { body: { agent_id: 'x' } })).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '/tenant_id' }],
    });
  });

  it('lists page by page, each agent once', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await gateway.send(`GET /agents?limit=2${cursor}`, { token: operator });
      seen.push(...(body['agents'] as { agent_id: string }[]).map((agent) => agent.agent_id));
      cursor = body['next_cursor'] === undefined ? '' : `&cursor=${body['next_cursor']}`;
    } while (cursor !== '');
    expect(seen).toEqual([...new Set(seen)].toSorted());
    expect(seen).toEqual(expect.arrayContaining(['agent-finance-01', 'agent-ops-01', 'agent-support-01']));
  });

  it('makes keys that speak for the agent until they are revoked', async () => {
    const made = await gateway.send('POST /agents/agent-support-01/keys', { body: { name: 'eu-west' } });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      roles: ['agent'],
      agent_id: 'agent-support-01',
      tenant_id: 'acme-corp',
    });
    const token = String(made.body['token']);
    const listed = await gateway.send('GET /agents/agent-support-01/keys', { token: operator });
    expect(listed.body['keys']).toMatchObject([{ name: 'eu-west' }]);
    expect(listed.text).not.toContain(token);
    const plan = {
      agent: { agent_id: 'agent-support-01' },
      steps: [{ tool_name: 'read_customer', arguments: {} }],
    };
    expect((await gateway.send('POST /evaluate', { token, body: plan })).status).toBe(200);
    expect((await gateway.send(`DELETE /tokens/${made.body['token_id']}`)).status).toBe(204);
    expect((await gateway.send('POST /evaluate', { token, body: plan })).status).toBe(401);
  });
});

describe('/tokens', () => {
  it.each<[string, unknown, number, string]>([
    ['a role nobody knows', { name: 'a', roles: ['root'] }, 400, 'invalid_request'],
    ['no roles', { name: 'a', roles: [] }, 400, 'invalid_request'],
    [
      'role agent without an agent',
      { name: 'a', roles: ['agent'], tenant_id: 'acme-corp' },
      400,
      'invalid_token_request',
    ],
    [
      'an agent of all tenants',
      { name: 'a', roles: ['agent'], agent_id: 'x', tenant_id: '*' },
      400,
      'invalid_token_request',
    ],
  ])('refuses %s', async (_name, body, status, code) => {
    expect((await gateway.send('POST /tokens', { body })).body).toMatchObject({ status, code });
  });

  it('keeps an admin of one tenant inside it', async () => {
    const token = await gateway.token(['admin'], { name: 'local-admin' });
    const wide = await gateway.send('POST /tokens', {
      token,
      body: { name: 'a', roles: ['analyst'], tenant_id: '*' },
    });
    expect(wide.body).toMatchObject({ status: 403, code: 'token_grant_forbidden' });
    const foreign = await gateway.send('POST /tokens', {
      body: { name: 'b', roles: ['analyst'], tenant_id: 'globex' },
    });
    const gone = await gateway.send(`DELETE /tokens/${foreign.body['token_id']}`, { token });
    expect(gone.body).toMatchObject({ status: 404, code: 'token_not_found' });
    const { body } = await gateway.send('GET /tokens?limit=500', { token });
    const tenants = (body['tokens'] as { tenant_id: string }[]).map((entry) => entry.tenant_id);
    expect(new Set(tenants)).toEqual(new Set(['acme-corp']));
  });

  it('shows no secret and no hash', async () => {
    const { text } = await gateway.send('GET /tokens?limit=500');
    expect(text).not.toMatch(/"hash"|sha256:|aisecops_/);
  });
});

describe('/policies', () => {
  it('lists the active bundle and gives its content', async () => {
    const { body } = await gateway.send('GET /policies', { token: operator });
    const [active] = body['policies'] as { version: string; active: boolean }[];
    expect(active).toMatchObject({ active: true, name: 'production' });
    const bundle = await gateway.send(`GET /policies/${encodeURIComponent(active?.version ?? '')}`, {
      token: operator,
    });
    expect(bundle.body).toMatchObject({ version: active?.version, active: true });
    expect(bundle.body['content']).toBeTypeOf('object');
  });

  it('404 for a version that never was', async () => {
    const reply = await gateway.send('GET /policies/sha256:00', { token: operator });
    expect(reply.body).toMatchObject({ status: 404, code: 'policy_not_found' });
  });

  it('422 names the fault with file, line and column', async () => {
    const files = {
      'policies.yaml':
        'bundle: production\nrules:\n  - id: a\n    match: { tool_nane: x }\n    action: allow\n',
    };
    const reply = await gateway.send('POST /policies/validate', { token: operator, body: { files } });
    expect(reply.body).toMatchObject({ status: 422, code: 'invalid_bundle' });
    expect(reply.body['errors']).toMatchObject([{ file: 'policies.yaml', line: 4 }]);
  });

  it('tells a thousand warnings, what is said of all rules first, and how many more there are', async () => {
    const rules = Array.from({ length: 1_200 }, (_, index) => ({
      ...{
        id: `r${index}`,
        match: { tool_name: 'send_email', agent_id: `nobody-${index}` },
        action: 'block',
      },
    }));
    const files = { 'policies.yaml': JSON.stringify({ rules }), 'capabilities.yaml': 'capabilities: {}' };
    const reply = await gateway.send('POST /policies/validate', { token: operator, body: { files } });
    const warnings = reply.body['warnings'] as { code?: string }[];
    const { warnings_omitted } = reply.body as { warnings_omitted: number };
    expect(warnings).toHaveLength(1_000);
    expect(warnings_omitted).toBeGreaterThanOrEqual(200);
    expect(warnings.map(({ code }) => code)).toContain('no_tool');
  });

  it.each([
    ['a file nobody reads', { files: { '../etc/passwd': 'x' } }],
    ['a file of the prototype', { files: { constructor: 'x' } }],
    ['a file that is no text', { files: { 'policies.yaml': 5 } }],
    ['nothing', {}],
  ])('400 for %s', async (_name, body) => {
    const reply = await gateway.send('POST /policies/validate', { token: operator, body });
    expect(reply.body).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('lists capabilities and budgets', async () => {
    const capabilities = await gateway.send('GET /capabilities', { token: operator });
    expect(capabilities.text).toContain('cap_contract_review');
    const budgets = await gateway.send('GET /budgets', { token: operator });
    expect(budgets.body['budgets']).toMatchObject([
      { budget_id: 'calls-per-minute' },
      { budget_id: 'q4-finance', limit: 10 },
    ]);
  });
});
