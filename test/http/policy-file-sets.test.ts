import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
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

const RULES =
  'bundle: production\nrules: [{ id: it, match: { tool_name: read_contract }, action: allow, reason: may }]\n';

/** An agents.yaml where the agent has these capabilities, and nobody else is. */
function agents(capability: string): string {
  return `agents: [{ agent_id: a3, agent_name: a3, agent_type: assistant, tenant_id: acme-corp, capabilities: [${capability}] }]\n`;
}

const READING = {
  agent: { agent_id: 'a3', tenant_id: 'acme-corp' },
  steps: [{ tool_name: 'read_contract', arguments: { contract_id: 'C-7' } }],
};

async function decision(gateway: StartedGateway): Promise<unknown> {
  return (await gateway.send('POST /evaluate', { body: READING })).body['decision'];
}

/** Publishes the rules with an agent who may read contracts, or one who may not, and says how the set is named. */
async function publish(gateway: StartedGateway, may: 'reads' | 'nothing', note: string) {
  const files = {
    'policies.yaml': RULES,
    'agents.yaml': agents(may === 'reads' ? 'cap_contract_review' : ''),
  };
  const { status, body } = await gateway.send('POST /policies', { body: { files, note } });
  expect(status).toBe(201);
  return { version: String(body['version']), files_hash: String(body['files_hash']) };
}

function activate(gateway: StartedGateway, name: string, token?: string) {
  return gateway.send(`POST /policies/${name}/activate`, { ...(token && { token }), body: {} });
}

async function listed(gateway: StartedGateway, query = '') {
  return (await gateway.send(`GET /policies${query}`)).body as Record<string, unknown> & {
    policies: Record<string, unknown>[];
  };
}

describe('one version in several sets of files', () => {
  it('is activated by the name of the set that was reviewed, whatever was published after it', async () => {
    const gateway = await start();
    const reviewed = await publish(gateway, 'nothing', 'reviewed: a3 has nothing');
    const slipped = await publish(gateway, 'reads', 'slipped in');
    expect(slipped.version).toBe(reviewed.version);
    const refused = await activate(gateway, reviewed.version);
    expect(refused.body).toMatchObject({ status: 409, code: 'version_ambiguous' });
    for (const { files_hash } of [reviewed, slipped]) expect(refused.body['detail']).toContain(files_hash);
    const done = await activate(gateway, reviewed.files_hash);
    expect(done).toMatchObject({ status: 200, body: { status: 'activated', version: reviewed } });
    expect(await decision(gateway)).toBe('block');
    expect(await activate(gateway, slipped.files_hash)).toMatchObject({ body: { version: slipped } });
    expect(await decision(gateway)).toBe('allow');
    const [event] = (await gateway.send('GET /audit?event_type=policy_activated&limit=1')).body['events'] as {
      payload: object;
    }[];
    expect(event?.payload).toMatchObject(slipped);
  });

  it('is activated by its version while that means one set', async () => {
    const gateway = await start();
    const { version } = await publish(gateway, 'nothing', 'the only one');
    expect((await activate(gateway, version)).status).toBe(200);
  });

  it('is listed once for each set, with its own note, times and people', async () => {
    const gateway = await start();
    const first = await publish(gateway, 'nothing', 'first');
    const second = await publish(gateway, 'reads', 'second');
    await activate(gateway, second.files_hash);
    const { policies } = await listed(gateway);
    expect(policies.filter(({ version }) => version === first.version)).toMatchObject([
      { ...second, note: 'second', active: true, activated_by: 'admin' },
      { ...first, note: 'first', active: false },
    ]);
    expect(policies[1]).not.toHaveProperty('activated_at');
    const paged = [];
    for (let query = '?limit=1'; query !== ''; ) {
      const page = await listed(gateway, query);
      paged.push(...page.policies);
      query = page['next_cursor'] === undefined ? '' : `?limit=1&cursor=${page['next_cursor']}`;
    }
    expect(paged).toEqual(policies);
  });

  it('is shown and compared set by set, with the files', async () => {
    const gateway = await start();
    const first = await publish(gateway, 'nothing', 'first');
    const second = await publish(gateway, 'reads', 'second');
    const shown = await gateway.send(`GET /policies/${first.files_hash}`);
    expect(shown.body).toMatchObject({
      ...{ ...first, note: 'first', content: { rules: [{ id: 'it' }] } },
      other_sets: [second.files_hash],
    });
    expect(Object.keys(shown.body['files'] as object)).toContain('agents.yaml');
    const diff = (name: string, against: string) =>
      gateway.send(`GET /policies/${name}/diff?against=${against}`);
    expect((await diff(second.files_hash, first.files_hash)).body).toMatchObject({
      counts: { added: 0, removed: 0, changed: 0 },
      ...{ from: first.version, to: second.version, files: ['agents.yaml'] },
    });
    expect((await diff(first.version, first.files_hash)).body).toMatchObject({ code: 'version_ambiguous' });
    const active = await gateway.send(`GET /policies/${first.files_hash}/diff`);
    expect(active.body['files']).toEqual(['agents.yaml', 'policies.yaml']);
  });

  it('goes back to exactly the set that was active before, or to one by its name', async () => {
    const gateway = await start();
    const first = await publish(gateway, 'nothing', 'first');
    const second = await publish(gateway, 'reads', 'second');
    await activate(gateway, first.files_hash);
    await activate(gateway, second.files_hash);
    expect((await gateway.send('POST /policies/rollback')).body).toMatchObject({ version: first });
    expect(await decision(gateway)).toBe('block');
    const named = (version: string) => gateway.send('POST /policies/rollback', { body: { version } });
    expect((await named(first.version)).body).toMatchObject({ status: 409, code: 'version_ambiguous' });
    expect((await named(second.files_hash)).body).toMatchObject({ version: second });
    const third = await gateway.send('POST /policies', {
      body: { files: { 'agents.yaml': `# another\n${agents('')}` } },
    });
    expect((await named(String(third.body['files_hash']))).body).toMatchObject({ code: 'policy_not_found' });
  });

  it('is confirmed as the set that was asked for', async () => {
    const gateway = await start({ config: { policy_activation_approvals: 2 } });
    const ada = await gateway.token(['operator'], { name: 'ada' });
    const lee = await gateway.token(['operator'], { name: 'lee' });
    const reviewed = await publish(gateway, 'nothing', 'reviewed');
    const asked = await activate(gateway, reviewed.version, ada);
    expect(asked).toMatchObject({ status: 202, body: { version: reviewed } });
    await publish(gateway, 'reads', 'between the two');
    const confirm = `POST /policies/activations/${asked.body['activation_id']}/confirm`;
    expect(await gateway.send(confirm, { token: lee })).toMatchObject({
      ...{ status: 200, body: { version: reviewed } },
    });
    expect(await decision(gateway)).toBe('block');
  });

  it('is remembered set by set over a restart, and by a store read back from the log', async () => {
    let gateway = await start();
    const first = await publish(gateway, 'nothing', 'first');
    await publish(gateway, 'reads', 'second');
    await activate(gateway, first.files_hash);
    const { policies } = await listed(gateway);
    for (const isLost of [false, true]) {
      started.splice(started.indexOf(gateway), 1);
      await gateway.pause();
      if (isLost) rmSync(join(gateway.directory, 'data'), { recursive: true });
      gateway = await start({ directory: gateway.directory, keepPolicies: true });
      expect((await listed(gateway)).policies).toEqual(policies);
    }
  });

  it('is published again where its files were lost', async () => {
    const gateway = await start();
    const set = await publish(gateway, 'nothing', 'first');
    rmSync(join(gateway.directory, 'audit', 'policy-files'), { recursive: true });
    expect((await activate(gateway, set.files_hash)).body).toMatchObject({ code: 'policy_unavailable' });
    const files = { 'policies.yaml': RULES, 'agents.yaml': agents('') };
    expect((await gateway.send('POST /policies', { body: { files } })).body).toMatchObject(set);
    expect((await activate(gateway, set.files_hash)).status).toBe(200);
  });
});
