import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalHash } from '../../src/json/canonical.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;

const BUYER = `
  - agent_id: agent-finance-02
    agent_name: finance_agent
    tenant_id: acme-corp
    capabilities: [cap_contract_review, cap_payments]
    groups: [buying]
`;

const BUYER_RULES = `layer: agent
tenant_id: acme-corp
agent_id: agent-finance-02
rules:
  - id: acme.payments
    match: { tool_name: make_payment }
    action: allow
    obligations:
      - set: { /reference: by policy }
      - cap: { /amount: 300 }
      - notify: [acme-finance]
      - ttl: 30s
      - max_uses: 1
`;

const ACME = `layer: tenant
tenant_id: acme-corp
rules:
  - id: acme.web
    match: { tool_name: [search_web, fetch_url] }
    action: allow
`;

const BUYING = `layer: agent_group
group: buying
rules:
  - id: buying.no_contracts
    match: { tool_name: read_contract }
    action: require_approval
    reason: contracts_are_read_by_two
tests:
  - name: buying asks before it reads
    plan: { agent: { agent_id: agent-finance-02, tenant_id: acme-corp }, steps: [{ tool_name: read_contract, arguments: { contract_id: C-7 } }] }
    expect: require_approval
`;

beforeAll(async () => {
  gateway = await startGateway({
    prepare: (directory) => {
      const agents = join(directory, 'agents.yaml');
      writeFileSync(agents, readFileSync(agents, 'utf8') + BUYER);
      mkdirSync(join(directory, 'layers'));
      writeFileSync(join(directory, 'layers', 'acme.yaml'), ACME);
      writeFileSync(join(directory, 'layers', 'buyer.yaml'), BUYER_RULES);
      writeFileSync(join(directory, 'layers', 'buying.yaml'), BUYING);
      writeFileSync(join(directory, 'layers', '.buying.yaml.swp'), 'an editor is at it');
    },
  });
});
afterAll(() => gateway.stop());

const TRUSTED = [{ source_type: 'user_prompt', trust_level: 'trusted' }];

function planOf(agent_id: string, step: object): object {
  return { agent: { agent_id, tenant_id: 'acme-corp' }, provenance: TRUSTED, steps: [step] };
}

const READ = { tool_name: 'read_contract', arguments: { contract_id: 'C-7' } };
const PAY = {
  tool_name: 'make_payment',
  arguments: { payee: 'Stationery Ltd', amount: 900, currency: 'USD' },
};

async function stepOf(plan: object) {
  const { body } = await gateway.send('POST /evaluate', { body: plan });
  const [step] = body['steps'] as Record<string, unknown>[];
  return { body, step: step ?? {} };
}

describe('a layer', () => {
  it('speaks to the agents of its group, and is named in answer, explanation and record', async () => {
    const { body, step } = await stepOf(planOf('agent-finance-02', READ));
    expect(body).toMatchObject({ decision: 'require_approval', reason: 'contracts_are_read_by_two' });
    expect(step['matched_rules']).toMatchObject([
      { id: 'buying.no_contracts', layer: { group: 'buying', kind: 'agent_group' } },
      { id: 'read.contracts' },
    ]);
    const { summary } = body['explanation'] as { summary: string };
    expect(summary).toContain('Rule buying.no_contracts of group buying matched.');
    const audit = await gateway.send(`GET /audit?trace_id=${body['trace_id']}&event_type=policy_evaluated`);
    expect(audit.text).toContain('"layer":{"group":"buying","kind":"agent_group"}');
    const explained = await gateway.send('POST /explain', { body: planOf('agent-finance-02', READ) });
    expect(explained.text).toContain('"considered":[{"id":"buying.no_contracts"');
  });

  it('is a rule of a bundle like any other: part of its version and content', async () => {
    const { body } = await gateway.send('GET /policies');
    const [active] = body['policies'] as { version: string; rule_count: number }[];
    const bundle = await gateway.send(`GET /policies/${active?.version}`);
    const content = bundle.body['content'] as { rules: { id: string; layer?: object }[] };
    expect(canonicalHash(content)).toBe(active?.version);
    expect(content.rules.find(({ id }) => id === 'acme.web')?.layer).toEqual({
      kind: 'tenant',
      tenant_id: 'acme-corp',
    });
    expect(body['warnings']).toContainEqual(expect.objectContaining({ file: 'layers/acme.yaml', line: 6 }));
  });

  it('is shown to its own tenant, and to callers of all', async () => {
    const { body } = await gateway.send('GET /policies');
    const [active] = body['policies'] as { version: string }[];
    const seenBy = async (tenant_id: string) => {
      const token = await gateway.token(['analyst'], { tenant_id });
      const bundle = await gateway.send(`GET /policies/${active?.version}`, { token });
      return { omitted: bundle.body['omitted'], text: bundle.text };
    };
    expect(await seenBy('acme-corp')).toMatchObject({ text: expect.stringContaining('acme.web') });
    const { omitted, text } = await seenBy('globex');
    // Two rules, and every test of the default bundle and of the layers.
    expect(omitted).toBeGreaterThan(2);
    for (const theirs of ['acme.web', 'acme.payments', 'acme-corp']) expect(text).not.toContain(theirs);
    for (const everyones of ['buying.no_contracts', 'read.contracts']) expect(text).toContain(everyones);
  });

  it('is no rule that never matched to another tenant', async () => {
    const neverMet = async (tenant_id: string) => {
      const token = await gateway.token(['analyst'], { tenant_id });
      return (await gateway.send('GET /drift', { token })).body['rules_never_met'];
    };
    expect(await neverMet('acme-corp')).toContain('acme.web');
    const theirs = (await neverMet('globex')) as string[];
    expect(theirs).toContain('buying.no_contracts');
    expect(theirs.filter((id) => id.startsWith('acme.'))).toEqual([]);
  });

  it('is checked before it is used, with the rest as it is', async () => {
    const validate = (files: object) => gateway.send('POST /policies/validate', { body: { files } });
    const good = await validate({
      'layers/new.yaml':
        'layer: agent\ntenant_id: acme-corp\nagent_id: agent-ops-1\nrules: [{ id: ops.none, match: { tool_name: fetch_url }, action: block }]',
    });
    expect(good.status).toBe(200);
    expect(good.body['warnings']).toContainEqual(
      expect.objectContaining({ file: 'layers/new.yaml', line: 3, hint: 'did you mean agent-ops-01?' }),
    );
    const taken = await validate({
      'layers/new.yaml': 'layer: tenant\ntenant_id: acme-corp\nrules:\n  - { id: acme.web, action: block }',
    });
    expect(taken.body['errors']).toMatchObject([
      { file: 'layers/new.yaml', line: 4, message: expect.stringContaining('of layers/acme.yaml') },
    ]);
    const failing = await validate({
      'layers/buying.yaml': BUYING.replace('expect: require_approval', 'expect: block'),
    });
    expect(failing.body['errors']).toMatchObject([
      {
        file: 'layers/buying.yaml',
        line: 9,
        message: expect.stringContaining('buying asks before it reads'),
      },
    ]);
    for (const name of ['layers/../x.yaml', 'layers/x.yml', 'layers/a/b.yaml', 'layer.yaml'])
      expect((await validate({ [name]: '' })).status, name).toBe(400);
  });
});

describe('what a caller of one tenant reads', () => {
  const OTHERS = `layer: tenant
tenant_id: globex
rules:
  - { id: globex.web, match: { tool_name: serch_web }, action: block }
`;
  const validate = (files: object, token?: string) =>
    gateway.send('POST /policies/validate', { body: { files }, ...(token !== undefined && { token }) });
  const operator = () => gateway.token(['operator'], { tenant_id: 'globex' });

  it('of warnings names no file of another tenant', async () => {
    const all = await validate({ 'layers/other.yaml': OTHERS });
    const files = (reply: { body: Record<string, unknown> }) => [
      ...new Set((reply.body['warnings'] as { file: string }[]).map(({ file }) => file)),
    ];
    expect(files(all)).toEqual(expect.arrayContaining(['layers/acme.yaml', 'layers/other.yaml']));
    const own = await validate({ 'layers/other.yaml': OTHERS }, await operator());
    expect(files(own)).toContain('layers/other.yaml');
    expect(own.text).not.toContain('acme');
    const listed = await gateway.send('GET /policies', { token: await operator() });
    expect(listed.status).toBe(200);
    expect(listed.text).not.toContain('layers/acme');
  });

  it('of errors names what is wrong in its own files, and that there is more elsewhere', async () => {
    const token = await operator();
    const taken = await validate({ 'layers/other.yaml': OTHERS.replace('globex.web', 'acme.web') }, token);
    expect(taken).toMatchObject({ status: 422 });
    expect(taken.body['errors']).toMatchObject([
      { file: 'layers/other.yaml', line: 4, message: expect.stringContaining('of a file of another tenant') },
    ]);
    expect(taken.text).not.toContain('acme.yaml');
    const overriding = OTHERS.replace('action: block', 'action: allow, overrides: [acme.web]');
    const beside = await validate({ 'layers/other.yaml': overriding }, token);
    expect(beside.body['errors']).toMatchObject([{ message: expect.stringContaining('of another tenant:') }]);
    expect(beside.text).not.toContain('acme-corp');
    const typo = await validate(
      { 'layers/other.yaml': OTHERS.replace('action: block', 'action: allow, overrides: [acme.wep]') },
      token,
    );
    expect(typo.status).toBe(422);
    expect(typo.text).not.toContain('acme.web');
    // A rule for everyone that goes leaves layers of others without what they override.
    const rules = readFileSync(join(gateway.policyDirectory, 'policies.yaml'), 'utf8');
    const blocked = await gateway.send('POST /policies', {
      body: { files: { 'policies.yaml': rules.replace('id: read.contracts', 'id: acme.payments') } },
      token,
    });
    expect(blocked).toMatchObject({ status: 422 });
    expect(blocked.body['errors']).toContainEqual(
      expect.objectContaining({ file: 'layers', message: '1 more in files of other tenants' }),
    );
    expect(blocked.text).not.toContain('buyer.yaml');
  });

  it('of a file it has written itself is everything, even where it cannot be told whose it is', async () => {
    const reply = await validate({ 'layers/new.yaml': 'layer: [\n' }, await operator());
    expect(reply.body['errors']).toMatchObject([{ file: 'layers/new.yaml' }]);
  });
});

describe('a file that is null', () => {
  it('is taken out: its rules are gone, and a test that needs them with it', async () => {
    const [active] = (await gateway.send('GET /policies')).body['policies'] as { version: string }[];
    const reply = await gateway.send('POST /policies/validate', {
      body: { files: { 'layers/buying.yaml': null, 'layers/never.yaml': null } },
    });
    expect(reply).toMatchObject({
      status: 200,
      body: {
        changes: { from: active?.version, removed: [{ id: 'buying.no_contracts' }], members: ['tests'] },
      },
    });
    const needed = await gateway.send('POST /policies/validate', {
      body: { files: { 'policies.yaml': null } },
    });
    expect(needed).toMatchObject({ status: 422, body: { errors: [{ file: 'policies.yaml' }] } });
    const published = await gateway.send('POST /policies', {
      body: { files: { 'layers/buying.yaml': null } },
    });
    expect(published).toMatchObject({ status: 201, body: { changes: { counts: { removed: 1 } } } });
    const content = await gateway.send(`GET /policies/${published.body['version']}`);
    expect(content.text).not.toContain('buying.no_contracts');
    const backtest = await gateway.send('POST /replay/backtest', {
      body: { bundle: { 'layers/buying.yaml': null } },
    });
    expect(backtest.status).toBe(202);
  });
});

describe('what a layer asks for', () => {
  it('is in the decision, and the permit covers the arguments that come of it', async () => {
    const { body, step } = await stepOf(planOf('agent-finance-02', PAY));
    expect(body['decision']).toBe('allow');
    const arguments_hash = canonicalHash({
      payee: 'Stationery Ltd',
      amount: 300,
      currency: 'USD',
      reference: 'by policy',
    });
    expect(step).toMatchObject({
      arguments_hash,
      obligations: [
        { type: 'set_argument', path: '/reference', value: 'by policy' },
        { type: 'cap_argument', path: '/amount', max: 300 },
        { type: 'notify', channels: ['acme-finance'] },
        { type: 'permit_ttl', seconds: 30 },
        { type: 'permit_max_uses', uses: 1 },
      ],
    });
    const permit = String(body['permit']);
    const verify = (extra: object) => gateway.send('POST /permits/verify', { body: { permit, ...extra } });
    expect((await verify({ use: false })).body).toMatchObject({ valid: true, uses_left: 1 });
    const { claims } = (await verify({})).body as { claims: { exp: number; iat: number; steps: object[] } };
    expect(claims.steps).toMatchObject([{ arguments_hash }]);
    expect(claims.exp - claims.iat).toBe(30);
    expect((await verify({})).body).toMatchObject({ valid: false, reason: 'used_up' });
    const trace = await gateway.send(`GET /audit?trace_id=${body['trace_id']}`);
    expect(trace.text).toContain('"event_type":"permit_used"');
    expect(trace.text).toContain('"notify":["acme-finance"]');
    const replay = await gateway.send(`GET /replay/${body['trace_id']}`);
    expect(replay.status).toBe(200);
  });
});

describe('the directory of layers', () => {
  const file = (name: string) => join(gateway.policyDirectory, 'layers', name);
  const status = async () =>
    (await gateway.send('GET /policies')).body as {
      policies: { version: string }[];
      stale?: { problems: { file: string; message: string }[] };
    };

  it('is read again when a file comes, changes or goes', async () => {
    const before = (await status()).policies[0]?.version;
    writeFileSync(
      file('ops.yaml'),
      'layer: agent\ntenant_id: acme-corp\nagent_id: agent-support-01\nrules: [{ id: support.no, match: { tool_name: send_email }, action: block }]',
    );
    await expect.poll(async () => (await status()).policies[0]?.version, { timeout: 5_000 }).not.toBe(before);
    const mail = { tool_name: 'send_email', arguments: { to: 'lee@acme.example', subject: 's', body: 'b' } };
    expect((await stepOf(planOf('agent-support-01', mail))).body['decision']).toBe('block');
    rmSync(file('ops.yaml'));
    await expect.poll(async () => (await status()).policies[0]?.version, { timeout: 5_000 }).toBe(before);
    expect((await stepOf(planOf('agent-support-01', mail))).body['decision']).toBe('allow');
  });

  it('does not load with something in it that would not be read', async () => {
    writeFileSync(file('ops.yml'), 'layer: tenant');
    await expect
      .poll(async () => (await status()).stale?.problems, { timeout: 5_000 })
      .toMatchObject([{ file: 'layers/ops.yml', message: expect.stringContaining('no layer file') }]);
    expect((await stepOf(planOf('agent-finance-02', READ))).body['decision']).toBe('require_approval');
    rmSync(file('ops.yml'));
    await expect.poll(async () => (await status()).stale, { timeout: 5_000 }).toBeUndefined();
  });
});
