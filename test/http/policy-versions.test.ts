import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../process/until.ts';
import { type StartedGateway, type StartSettings, startGateway } from './start-gateway.ts';

const started: StartedGateway[] = [];

async function start(settings: StartSettings = {}): Promise<StartedGateway> {
  const gateway = await startGateway(settings);
  started.push(gateway);
  return gateway;
}

afterEach(async () => {
  for (const gateway of started.splice(0)) await gateway.stop();
});

/** A policies.yaml that blocks the reading of contracts for this reason. */
function blocking(reason: string): string {
  return `bundle: production\nrules: [{ id: it, match: { tool_name: read_contract }, action: block, reason: ${reason} }]\n`;
}

const READING = {
  agent: { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' },
  steps: [{ tool_name: 'read_contract', arguments: { contract_id: 'C-7' } }],
};

async function reasonOf(gateway: StartedGateway): Promise<string> {
  return String((await gateway.send('POST /evaluate', { body: READING })).body['reason']);
}

async function publish(gateway: StartedGateway, reason: string, note = 'A test'): Promise<string> {
  const reply = await gateway.send('POST /policies', {
    body: { files: { 'policies.yaml': blocking(reason) }, note },
  });
  expect({ status: reply.status, text: reply.status < 300 ? '' : reply.text }).toEqual({
    status: 201,
    text: '',
  });
  return String(reply.body['version']);
}

async function activate(gateway: StartedGateway, version: string, token?: string) {
  return gateway.send(`POST /policies/${version}/activate`, { ...(token && { token }), body: {} });
}

async function events(gateway: StartedGateway, type: string): Promise<Record<string, unknown>[]> {
  const { body } = await gateway.send(`GET /audit?event_type=${type}&limit=100`);
  return (body['events'] as { payload: Record<string, unknown> }[]).map(({ payload }) => payload);
}

async function listed(gateway: StartedGateway): Promise<Record<string, unknown>[]> {
  return (await gateway.send('GET /policies')).body['policies'] as Record<string, unknown>[];
}

/** All entries of a list, two a page. */
async function walk(
  gateway: StartedGateway,
  route: string,
  member: string,
): Promise<Record<string, unknown>[]> {
  const seen: Record<string, unknown>[] = [];
  let cursor = '';
  do {
    const { body } = await gateway.send(`${route}?limit=2${cursor}`);
    seen.push(...(body[member] as Record<string, unknown>[]));
    cursor = body['next_cursor'] === undefined ? '' : `&cursor=${body['next_cursor']}`;
  } while (cursor !== '');
  return seen;
}

async function restart(gateway: StartedGateway, settings: StartSettings = {}): Promise<StartedGateway> {
  started.splice(started.indexOf(gateway), 1);
  await gateway.pause();
  return start({ directory: gateway.directory, keepPolicies: true, ...settings });
}

describe('publishing', () => {
  it('keeps a version that decides nothing until it is activated; the same again is the same', async () => {
    const gateway = await start();
    const version = await publish(gateway, 'first');
    expect(await reasonOf(gateway)).toBe('allowed');
    const again = await gateway.send('POST /policies', {
      body: { files: { 'policies.yaml': `# the same\n${blocking('first')}` } },
    });
    // Other bytes of the same meaning are the same version with other files.
    expect(again).toMatchObject({ status: 201, body: { version } });
    const same = await gateway.send('POST /policies', {
      body: { files: { 'policies.yaml': `# the same\n${blocking('first')}` }, note: 'never kept' },
    });
    expect(same).toMatchObject({ status: 200, body: again.body });
    expect(await events(gateway, 'policy_published')).toHaveLength(2);
    const entry = (await listed(gateway)).find((one) => one['version'] === version);
    expect(entry).toMatchObject({ active: false, published_by: 'admin', rule_count: 1, waiting: [] });
    expect(entry).not.toHaveProperty('activated_at');
    expect((await gateway.send(`GET /policies/${version}`)).body).toMatchObject({
      version,
      content: { rules: [{ id: 'it' }] },
    });
  });

  it.each<[string, object, string, object]>([
    [
      'a mistyped key',
      { files: { 'policies.yaml': 'rulez: []' } },
      'invalid_bundle',
      { file: 'policies.yaml', line: 1 },
    ],
    [
      'a failing test',
      {
        files: {
          'policies.yaml': `${blocking('x')}tests:\n  - { name: t, plan: { agent_name: finance_agent, tool_name: read_contract, arguments: { contract_id: C-7 } }, expect: allow }\n`,
        },
      },
      'invalid_bundle',
      { pointer: '/tests/0', message: expect.stringContaining('expected allow, got block'), line: 4 },
    ],
    ['no rules at all', { files: {}, complete: true }, 'invalid_bundle', { file: 'policies.yaml' }],
    [
      'agents whose budget is gone',
      { files: { 'budgets.yaml': 'budgets: []' } },
      'invalid_bundle',
      { file: 'agents.yaml' },
    ],
  ])('refuses %s', async (_name, body, code, error) => {
    const gateway = await start();
    const reply = await gateway.send('POST /policies', { body });
    expect(reply.body).toMatchObject({ status: 422, code });
    expect(reply.body['errors']).toContainEqual(expect.objectContaining(error));
    expect(await listed(gateway)).toHaveLength(1);
  });

  it('refuses a file that no set has', async () => {
    const gateway = await start();
    const reply = await gateway.send('POST /policies', { body: { files: { 'evil.sh': 'rm' } } });
    expect(reply.body).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('is not for a caller of one tenant where agents of others are reached', async () => {
    const gateway = await start();
    const token = await gateway.token(['operator']);
    const body = { files: { 'policies.yaml': blocking('mine') } };
    expect((await gateway.send('POST /policies', { token, body })).status).toBe(201);
    const agents = 'agents: [{ agent_id: a, agent_name: a, agent_type: assistant, tenant_id: globex }]\n';
    const foreign = { files: { 'policies.yaml': blocking('foreign'), 'agents.yaml': agents } };
    expect((await gateway.send('POST /policies', { token, body: foreign })).body).toMatchObject({
      status: 403,
      code: 'access_denied',
    });
    await gateway.send('POST /agents', { body: { agent_id: 'b', tenant_id: 'globex' } });
    const later = { files: { 'policies.yaml': blocking('later') } };
    expect((await gateway.send('POST /policies', { token, body: later })).status).toBe(403);
    expect((await activate(gateway, 'sha256:none', token)).status).toBe(403);
    const analyst = await gateway.token(['analyst']);
    expect((await gateway.send('POST /policies', { token: analyst, body })).status).toBe(403);
  });
});

describe('activating', () => {
  it('decides under the version at once, says who and what changed, and goes back', async () => {
    const gateway = await start();
    const [before] = await listed(gateway);
    const first = await publish(gateway, 'first');
    const second = await publish(gateway, 'second');
    expect(await activate(gateway, first)).toMatchObject({ status: 200, body: { status: 'activated' } });
    expect(await reasonOf(gateway)).toBe('first');
    await activate(gateway, second);
    expect(await reasonOf(gateway)).toBe('second');
    const [event] = await events(gateway, 'policy_activated');
    expect(event).toMatchObject({
      ...{ version: second, previous: first, source: 'api', by: 'admin' },
      changes: {
        counts: { added: 0, removed: 0, changed: 1 },
        changed: [{ id: 'it', from: expect.stringMatching(/^sha256:/), to: expect.any(String) }],
        files: ['policies.yaml'],
      },
    });
    const back = await gateway.send('POST /policies/rollback', { body: { note: 'too strict' } });
    expect(back).toMatchObject({ status: 200, body: { source: 'rollback', version: { version: first } } });
    expect(await reasonOf(gateway)).toBe('first');
    await gateway.send('POST /policies/rollback', { body: { version: before?.['version'] } });
    expect(await reasonOf(gateway)).toBe('allowed');
    expect(
      (await gateway.send('POST /policies/rollback', { body: { version: 'sha256:never' } })).status,
    ).toBe(404);
    const versions = (await listed(gateway)).map(({ version, active }) => [version, active]);
    expect(versions).toEqual([
      [before?.['version'], true],
      [first, false],
      [second, false],
    ]);
    const diff = await gateway.send(`GET /policies/${second}/diff?against=${first}`);
    expect(diff.body).toMatchObject({ from: first, to: second, counts: { changed: 1 }, members: [] });
  });

  it('says in event and answers what is decided differently, with a plan that shows it', async () => {
    const gateway = await start();
    const [before] = await listed(gateway);
    const text = readFileSync(join(gateway.policyDirectory, 'policies.yaml'), 'utf8');
    const body = { files: { 'policies.yaml': text.replace('{ gt: 10000 }', '{ gt: 20000 }') } };
    const loosened = { effect: 'loosened', loosened: 1, tightened: 0, exhaustive: false };
    const validated = await gateway.send('POST /policies/validate', { body });
    expect(validated.body).toMatchObject({ changes: { decisions: loosened } });
    const published = await gateway.send('POST /policies', { body });
    const version = String(published.body['version']);
    const changes = { from: before?.['version'], to: version, decisions: loosened };
    expect(published.body).toMatchObject({ changes });
    const activated = await activate(gateway, version);
    expect(activated.body).toMatchObject({ changes });
    const [event = {}, first = {}] = await events(gateway, 'policy_activated');
    expect(first['changes']).not.toHaveProperty('decisions');
    const { decisions } = event['changes'] as { decisions: { witnesses: Record<string, object>[] } };
    expect(decisions).toEqual((activated.body['changes'] as { decisions: object }).decisions);
    const [witness = {}] = decisions.witnesses;
    expect(witness).toMatchObject({
      ...{ tool_name: 'make_payment', effect: 'loosened' },
      ...{ before: { decision: 'block', rules: expect.arrayContaining(['payment.cap']) } },
      ...{ after: { decision: 'require_approval', rules: ['payment.large'] } },
    });
    const agent = { agent_id: 'agent-a', tenant_id: 'acme-corp' };
    await gateway.send('POST /agents', { body: { ...agent, capabilities: ['cap_payments'] } });
    const plan = { ...witness['plan'], agent };
    expect((await gateway.send('POST /evaluate', { body: plan })).body['decision']).toBe('require_approval');
    await activate(gateway, String(before?.['version']));
    expect((await gateway.send('POST /evaluate', { body: plan })).body).toMatchObject({
      ...{ decision: 'block', reason: 'payment_over_limit' },
    });
    const diff = await gateway.send(`GET /policies/${version}/diff`);
    expect(diff.body).toMatchObject({ from: before?.['version'], decisions: loosened });
  });

  it('outlives a restart while the directory is as it was; a change of the directory comes through', async () => {
    let gateway = await start();
    const version = await publish(gateway, 'kept');
    await activate(gateway, version);
    gateway = await restart(gateway);
    expect(await reasonOf(gateway)).toBe('kept');
    expect((await gateway.send('GET /policies')).body).toMatchObject({ directory: { is_active: false } });
    const file = join(gateway.policyDirectory, 'policies.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text);
    await gateway.gateway.bundles.reload();
    expect(await reasonOf(gateway)).toBe('kept');
    writeFileSync(file, blocking('edited'));
    await gateway.gateway.bundles.reload();
    expect(await reasonOf(gateway)).toBe('edited');
    expect((await gateway.send('GET /policies')).body).toMatchObject({ directory: { is_active: true } });
    await activate(gateway, version);
    gateway = await restart(gateway, {
      prepare: (directory) => writeFileSync(join(directory, 'policies.yaml'), blocking('offline')),
    });
    expect(await reasonOf(gateway)).toBe('offline');
    const sources = (await events(gateway, 'policy_activated')).map(({ source, restart: isRestart }) =>
      isRestart === true ? `${source} again` : source,
    );
    expect(sources).toEqual(['directory', 'api', 'directory', 'api again', 'api', 'directory']);
  });

  it('at a time survives a restart, and can be taken back', async () => {
    let gateway = await start();
    const [soon, never] = [await publish(gateway, 'soon'), await publish(gateway, 'never')];
    const at = new Date(Date.now() + 1_500).toISOString();
    const reply = await gateway.send(`POST /policies/${soon}/activate`, { body: { at, note: 'tonight' } });
    expect(reply).toMatchObject({ status: 202, body: { status: 'scheduled', at } });
    const other = await gateway.send(`POST /policies/${never}/activate`, { body: { at } });
    const id = String(other.body['activation_id']);
    expect((await gateway.send(`POST /policies/activations/${id}/cancel`)).body).toMatchObject({
      status: 'cancelled',
    });
    expect((await gateway.send(`POST /policies/activations/${id}/cancel`)).body).toMatchObject({
      code: 'activation_closed',
    });
    expect((await listed(gateway)).find((one) => one['version'] === soon)).toMatchObject({
      waiting: [{ at, requested_by: { name: 'admin' } }],
    });
    gateway = await restart(gateway);
    await until('the scheduled version', async () => (await reasonOf(gateway)) === 'soon');
    expect(new Date().toISOString() >= at).toBe(true);
    const { body } = await gateway.send('GET /policies/activations?status=activated');
    expect(body['activations']).toMatchObject([{ activation_id: reply.body['activation_id'] }]);
    expect((await events(gateway, 'policy_activated'))[0]).toMatchObject({
      source: 'schedule',
      note: 'tonight',
    });
  });

  it('that was due while nothing ran is done before anything is decided', async () => {
    let gateway = await start();
    const version = await publish(gateway, 'overdue');
    const at = new Date(Date.now() + 300).toISOString();
    await gateway.send(`POST /policies/${version}/activate`, { body: { at } });
    await gateway.pause();
    started.splice(started.indexOf(gateway), 1);
    await new Promise((resolve) => setTimeout(resolve, 400));
    gateway = await start({ directory: gateway.directory, keepPolicies: true });
    expect(await reasonOf(gateway)).toBe('overdue');
  });

  it.each([
    ['that is over', '2020-01-01T00:00:00Z', 'invalid_schedule'],
    ['in a thousand years', '3026-01-01T00:00:00Z', 'invalid_schedule'],
    ['that is none', 'tomorrow', 'invalid_request'],
  ])('refuses a time %s', async (_name, at, code) => {
    const gateway = await start();
    const version = await publish(gateway, 'first');
    expect((await gateway.send(`POST /policies/${version}/activate`, { body: { at } })).body).toMatchObject({
      status: 400,
      code,
    });
  });

  it('refuses what was never published, and going back to nothing', async () => {
    const gateway = await start();
    expect((await activate(gateway, `sha256:${'0'.repeat(64)}`)).body).toMatchObject({
      code: 'policy_not_found',
    });
    expect((await gateway.send('POST /policies/rollback')).body).toMatchObject({
      code: 'nothing_to_roll_back',
    });
  });

  it('takes no version whose files were deleted or changed: now, at its time, or at a start', async () => {
    const gateway = await start();
    const [gone, later] = [await publish(gateway, 'gone'), await publish(gateway, 'later')];
    const at = new Date(Date.now() + 1_000).toISOString();
    const scheduled = await gateway.send(`POST /policies/${later}/activate`, { body: { at } });
    const archive = join(gateway.directory, 'audit', 'policy-files');
    rmSync(archive, { recursive: true });
    expect((await activate(gateway, gone)).body).toMatchObject({ status: 409, code: 'policy_unavailable' });
    expect(await reasonOf(gateway)).toBe('allowed');
    const id = String(scheduled.body['activation_id']);
    await until('the failure', async () => {
      const { body } = await gateway.send(`GET /policies/activations/${id}`);
      return body['status'] === 'failed';
    });
    expect(await reasonOf(gateway)).toBe('allowed');
    // The way out that the message names.
    const again = await gateway.send('POST /policies', {
      body: { files: { 'policies.yaml': blocking('gone') } },
    });
    expect(again.status).toBe(200);
    expect((await activate(gateway, gone)).status).toBe(200);
    rmSync(archive, { recursive: true });
    const copy = mkdtempSync(join(tmpdir(), 'aisecops-versions-'));
    cpSync(gateway.directory, copy, { recursive: true });
    await expect(restart(gateway)).rejects.toThrow(/not in the archive any more.*change a file/s);
    const fresh = await start({
      directory: copy,
      prepare: (directory) => writeFileSync(join(directory, 'policies.yaml'), blocking('fresh')),
    });
    expect(await reasonOf(fresh)).toBe('fresh');
  });

  it('pages through versions and activations, each once', async () => {
    const gateway = await start();
    for (const reason of ['a', 'b', 'c', 'd']) await activate(gateway, await publish(gateway, reason));
    const versions = await walk(gateway, 'GET /policies', 'policies');
    const asked = await walk(gateway, 'GET /policies/activations', 'activations');
    expect(new Set(versions.map(({ version }) => version)).size).toBe(5);
    expect(new Set(asked.map(({ activation_id }) => activation_id)).size).toBe(4);
    expect([versions.length, asked.length]).toEqual([5, 4]);
    expect((await gateway.send('GET /policies?cursor=bm9uZQ')).body).toMatchObject({
      code: 'invalid_cursor',
    });
  });
});

describe('the policy directory', () => {
  it('is not what is active while it cannot be used, and is again once it can', async () => {
    const gateway = await start();
    const place = (name: string) => join(gateway.policyDirectory, name);
    const text = readFileSync(place('policies.yaml'), 'utf8');
    const seen = async () => {
      await gateway.gateway.bundles.reload();
      const { directory, stale } = (await gateway.send('GET /policies')).body;
      return { ...(directory as { is_active: boolean; files_hash: string }), isStale: stale !== undefined };
    };
    const good = await seen();
    expect(good).toMatchObject({ is_active: true, isStale: false });
    const breaks: [() => void, () => void][] = [
      [() => writeFileSync(place('policies.yaml'), 'rules: [broken'), () => undefined],
      [() => rmSync(place('policies.yaml')), () => undefined],
      [() => rmSync(gateway.policyDirectory, { recursive: true }), () => undefined],
      [() => writeFileSync(place('layers/stray.yml'), ''), () => rmSync(place('layers/stray.yml'))],
    ];
    const copy = mkdtempSync(join(tmpdir(), 'aisecops-directory-'));
    cpSync(gateway.policyDirectory, copy, { recursive: true });
    mkdirSync(join(gateway.policyDirectory, 'layers'), { recursive: true });
    for (const [spoil, mend] of breaks) {
      spoil();
      const broken = await seen();
      expect(broken).toMatchObject({ is_active: false, isStale: true });
      mend();
      cpSync(copy, gateway.policyDirectory, { recursive: true });
      mkdirSync(join(gateway.policyDirectory, 'layers'), { recursive: true });
      writeFileSync(place('policies.yaml'), text);
      expect(await seen()).toEqual(good);
    }
    writeFileSync(place('policies.yaml'), 'rules: [broken');
    expect((await seen()).files_hash).not.toBe(good.files_hash);
    rmSync(copy, { recursive: true });
  });
});

describe('an activation that takes two people', () => {
  const two = { config: { policy_activation_approvals: 2 } };

  it('waits for another one, and never counts one twice', async () => {
    const gateway = await start(two);
    const version = await publish(gateway, 'both');
    const ada = await gateway.token(['operator'], { name: 'ada' });
    const adaAgain = await gateway.token(['operator'], { name: ' Ada' });
    const lee = await gateway.token(['operator'], { name: 'lee' });
    const asked = await activate(gateway, version, ada);
    expect(asked).toMatchObject({ status: 202, body: { status: 'awaiting_confirmation', required: 2 } });
    expect(await reasonOf(gateway)).toBe('allowed');
    const confirm = `POST /policies/activations/${asked.body['activation_id']}/confirm`;
    for (const token of [ada, adaAgain])
      expect((await gateway.send(confirm, { token })).body).toMatchObject({
        status: 403,
        code: 'same_person',
      });
    expect(await reasonOf(gateway)).toBe('allowed');
    const done = await gateway.send(confirm, { token: lee, body: { note: 'read it' } });
    expect(done).toMatchObject({ status: 200, body: { confirmed_by: [{ name: 'lee', note: 'read it' }] } });
    expect(await reasonOf(gateway)).toBe('both');
    expect((await gateway.send(confirm, { token: lee })).body).toMatchObject({ code: 'activation_closed' });
    expect((await events(gateway, 'policy_activated'))[0]).toMatchObject({
      by: 'lee',
      request: { requested_by: { name: 'ada' } },
    });
    expect((await gateway.send('POST /policies/rollback', { token: ada })).status).toBe(202);
  });

  it('counts nobody twice through a token they made, whoever asks first', async () => {
    const gateway = await start(two);
    const version = await publish(gateway, 'both');
    const alice = await gateway.token(['admin'], { name: 'alice', tenant_id: '*' });
    const lee = await gateway.token(['operator'], { name: 'lee' });
    const unseen = { name: 'al\u200bice', roles: ['operator'] };
    expect((await gateway.send('POST /tokens', { body: unseen })).body).toMatchObject({
      ...{ status: 400, code: 'invalid_token_request' },
    });
    const made = await gateway.send('POST /tokens', {
      token: alice,
      body: { name: 'ghost', roles: ['operator'] },
    });
    const ghost = String(made.body['token']);
    for (const [asks, confirms] of [
      [alice, ghost],
      [ghost, alice],
      [undefined, ghost],
    ]) {
      const asked = await activate(gateway, version, asks);
      const confirm = `POST /policies/activations/${asked.body['activation_id']}/confirm`;
      const refused = await gateway.send(confirm, { ...(confirms !== undefined && { token: confirms }) });
      expect(refused.body).toMatchObject({ status: 403, code: 'same_person' });
      expect(refused.body['detail']).toMatch(/token made.*another person/);
    }
    expect(await reasonOf(gateway)).toBe('allowed');
    const asked = await activate(gateway, version, ghost);
    const confirm = `POST /policies/activations/${asked.body['activation_id']}/confirm`;
    expect((await gateway.send(confirm, { token: lee })).status).toBe(200);
  });

  it('is needed for the directory, too, which is nobody: after a restart as before', async () => {
    let gateway = await start(two);
    writeFileSync(join(gateway.policyDirectory, 'policies.yaml'), blocking('slipped_in'));
    await gateway.gateway.bundles.reload();
    expect(await reasonOf(gateway)).toBe('allowed');
    gateway = await restart(gateway, two);
    expect(await reasonOf(gateway)).toBe('allowed');
    const { body } = await gateway.send('GET /policies/activations?status=awaiting_confirmation');
    const [request] = body['activations'] as Record<string, unknown>[];
    expect(body['activations']).toHaveLength(1);
    const confirm = `POST /policies/activations/${request?.['activation_id']}/confirm`;
    const lee = await gateway.token(['operator'], { name: 'lee' });
    expect((await gateway.send(confirm, { token: lee })).status).toBe(202);
    expect((await gateway.send(confirm, { token: lee })).body).toMatchObject({ code: 'same_person' });
    expect(await reasonOf(gateway)).toBe('allowed');
    // The admin made the token of lee, so the two count as one.
    expect((await gateway.send(confirm)).body).toMatchObject({ code: 'same_person' });
    const ada = await gateway.token(['operator'], { name: 'ada' });
    expect((await gateway.send(confirm, { token: ada })).status).toBe(200);
    expect(await reasonOf(gateway)).toBe('slipped_in');
    gateway = await restart(gateway, {
      ...two,
      prepare: (directory) => writeFileSync(join(directory, 'policies.yaml'), blocking('offline')),
    });
    expect(await reasonOf(gateway)).toBe('slipped_in');
  });
});
