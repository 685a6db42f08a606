import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluationsOf } from './authzen-requests.ts';
import { type Reply, type StartedGateway, startGateway } from './start-gateway.ts';

/**
 * The published certification scenario of the specification, level by level, on the fixture it asks for, but for the
 * search for resources.
 */
const POLICIES = `
bundle: certification
default: block
rules:
  - { id: read, match: { tool_name: read, agent_id: [alice, bob] }, action: allow }
  - { id: write, match: { tool_name: write, agent_id: alice }, action: allow }
  - id: write.archived
    match: { tool_name: write }
    when: has(plan.metadata.authzen.resource.properties) && plan.metadata.authzen.resource.properties.status == "archived"
    action: block
    overridable: true
  - id: write.archived.admins
    layer: { kind: agent_group, group: admins }
    match: { tool_name: write }
    when: plan.metadata.authzen.resource.properties.status == "archived"
    action: allow
    overrides: [write.archived]
  - { id: delete.soft, match: { tool_name: delete, agent_id: alice }, args: { soft: { eq: true } }, action: allow }
`;
const CAPABILITIES = `
capabilities:
  cap_records: { risk: low, tools: [read, write, delete] }
`;
const AGENTS = `
agents:
  - { agent_id: alice, agent_type: user, tenant_id: acme-corp, capabilities: [cap_records] }
  - { agent_id: bob, agent_type: user, tenant_id: acme-corp, capabilities: [cap_records], groups: [admins] }
`;

const PUBLIC_URL = 'https://pdp.example.com';

let gateway: StartedGateway;
let token: string;

beforeAll(async () => {
  gateway = await startGateway({
    publicUrl: PUBLIC_URL,
    prepare: (directory) => {
      writeFileSync(join(directory, 'policies.yaml'), POLICIES);
      writeFileSync(join(directory, 'capabilities.yaml'), CAPABILITIES);
      writeFileSync(join(directory, 'agents.yaml'), AGENTS);
    },
  });
  token = await gateway.token(['runtime']);
});
afterAll(() => gateway.stop());

const user = (id: string, properties?: object) => ({ type: 'user', id, ...(properties && { properties }) });
const record = (id: string, properties?: object) => ({
  type: 'record',
  id,
  ...(properties && { properties }),
});
const does = (name: string, properties?: object) => ({ name, ...(properties && { properties }) });
const CONTEXT = { time: '2025-06-27T18:03-07:00', ip: '192.168.1.1' };
const ARCHIVED = record('record-2', { status: 'archived' });
const ADMIN = { role: 'admin' };
const ALICE_READS = { subject: user('alice'), action: does('read'), resource: record('record-1') };

function post(path: string, body: unknown): Promise<Reply> {
  return gateway.send(`POST /access/v1/${path}`, { token, body });
}

describe('Basic', () => {
  it.each<[string, object, boolean]>([
    ['rule 1', ALICE_READS, true],
    ['rule 2', { ...ALICE_READS, action: does('write') }, true],
    ['rule 3', { ...ALICE_READS, subject: user('bob') }, true],
    ['rule 4', { ...ALICE_READS, subject: user('bob'), action: does('write') }, false],
    ['rule 5', { subject: user('alice'), action: does('write'), resource: ARCHIVED }, false],
    ['rule 6', { subject: user('bob', ADMIN), action: does('write'), resource: ARCHIVED }, true],
    ['rule 7', { ...ALICE_READS, action: does('delete', { soft: true }) }, true],
    ['rule 8', { ...ALICE_READS, action: does('delete', { soft: false }) }, false],
    ['a context', { ...ALICE_READS, context: CONTEXT }, true],
    [
      'additional properties',
      {
        subject: user('alice', { department: 'Sales', role: 'manager' }),
        action: does('read', { method: 'GET' }),
        resource: record('record-1', { status: 'active', owner: 'bob' }),
      },
      true,
    ],
    ['unknown members', { ...ALICE_READS, foo: 'bar', futureField: { nested: true } }, true],
  ])('%s', async (_name, body, decision) => {
    const reply = await post('evaluation', body);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    expect(reply.body['decision']).toBe(decision);
    expect(reply.body['context']).toBeTypeOf('object');
  });

  it('the same again and again', async () => {
    for (let time = 0; time < 5; time += 1)
      expect((await post('evaluation', ALICE_READS)).body['decision']).toBe(true);
  });
});

describe('rule 6 once more', () => {
  it('may rest on what the subject says of itself, where the client is trusted with that', async () => {
    const claims = POLICIES.replace('    layer: { kind: agent_group, group: admins }\n', '').replace(
      'when: plan.metadata.authzen.resource.properties.status == "archived"\n    action: allow',
      'when: plan.metadata.authzen.subject.properties.role == "admin" && plan.metadata.authzen.context.on_site\n    action: allow',
    );
    const published = await gateway.send('POST /policies/validate', {
      body: { files: { 'policies.yaml': claims } },
    });
    expect(published.status).toBe(200);
    const trusting = await startGateway({
      prepare: (directory) => {
        writeFileSync(join(directory, 'policies.yaml'), claims);
        writeFileSync(join(directory, 'capabilities.yaml'), CAPABILITIES);
        writeFileSync(join(directory, 'agents.yaml'), AGENTS);
      },
    });
    const ask = async (subject: object, context: object) => {
      const body = { subject, action: does('write'), resource: ARCHIVED, context };
      return (await trusting.send('POST /access/v1/evaluation', { body })).body['decision'];
    };
    expect(await ask(user('bob', ADMIN), { on_site: true })).toBe(true);
    expect(await ask(user('bob', ADMIN), { on_site: false })).toBe(false);
    expect(await ask(user('bob', ADMIN), { on_site: 'true' })).toBe(false);
    expect(await ask(user('bob', ADMIN), {})).toBe(false);
    expect(await ask(user('bob'), { on_site: true })).toBe(false);
    await trusting.stop();
  });
});

describe('Batch', () => {
  const reads = { subject: user('alice'), action: does('read') };
  const onRecords = [{ resource: record('record-1') }, { resource: record('record-2') }];
  it.each<[string, object, boolean[]]>([
    ['defaults', { ...reads, evaluations: onRecords }, [true, true]],
    [
      'decisions in order',
      {
        subject: user('bob'),
        resource: record('record-1'),
        evaluations: [{ action: does('read') }, { action: does('write') }],
      },
      [true, false],
    ],
    [
      'no defaults',
      {
        evaluations: [ALICE_READS, { ...ALICE_READS, subject: user('bob'), action: does('write') }],
      },
      [true, false],
    ],
    [
      'a context taken over, and one of its own',
      {
        ...{ ...reads, context: CONTEXT },
        evaluations: [onRecords[0], { ...onRecords[1], context: { source: 'batch-override' } }],
      },
      [true, true],
    ],
    [
      'properties of resources',
      {
        ...{ subject: user('alice'), action: does('write') },
        evaluations: [{ resource: record('record-1', { status: 'active' }) }, { resource: ARCHIVED }],
      },
      [true, false],
    ],
    [
      'properties of subjects',
      {
        ...{ action: does('write'), resource: ARCHIVED },
        evaluations: [{ subject: user('alice') }, { subject: user('bob', ADMIN) }],
      },
      [false, true],
    ],
    [
      'a type that is taken over',
      {
        ...{ subject: user('alice'), action: does('write'), resource: { type: 'record' } },
        evaluations: [
          { resource: { id: 'record-1', properties: { status: 'active' } } },
          { resource: ARCHIVED },
        ],
      },
      [true, false],
    ],
    [
      'an evaluation that takes over everything',
      { ...ALICE_READS, evaluations: [{}, { subject: user('bob'), action: does('write') }] },
      [true, false],
    ],
    [
      'an evaluation that cannot be decided',
      {
        ...{ ...reads, options: { evaluations_semantic: 'execute_all' } },
        evaluations: [{ resource: record('record-1') }, {}],
      },
      [true, false],
    ],
  ])('%s', async (_name, body, decisions) => {
    const reply = await post('evaluations', body);
    expect(reply.status).toBe(200);
    expect(evaluationsOf(reply).map(({ decision }) => decision)).toEqual(decisions);
  });

  it.each([{}, { evaluations: [] }])('with %j a single one', async (more) => {
    expect((await post('evaluations', { ...ALICE_READS, ...more })).body['decision']).toBe(true);
  });
});

describe('Search, for subjects and actions', () => {
  const readers = { subject: { type: 'user' }, action: does('read'), resource: record('record-1') };
  const both = [user('alice'), user('bob')];
  const tools = { subject: user('alice'), resource: record('record-1') };
  it.each<[string, string, object, object[]]>([
    ['S1', 'subject', readers, both],
    [
      'S4',
      'subject',
      { subject: { type: 'user' }, action: does('write'), resource: ARCHIVED },
      [user('bob')],
    ],
    [
      'S6',
      'action',
      { subject: user('bob', ADMIN), resource: ARCHIVED },
      [{ name: 'read' }, { name: 'write' }],
    ],
    ['S1 with a context', 'subject', { ...readers, context: CONTEXT }, both],
    ['S1 with an id, which is ignored', 'subject', { ...readers, subject: user('alice') }, both],
    ['S3', 'action', tools, [{ name: 'read' }, { name: 'write' }]],
    ['S3 with a context', 'action', { ...tools, context: CONTEXT }, [{ name: 'read' }, { name: 'write' }]],
    ['an unknown subject', 'action', { ...tools, subject: user('nonexistent-user') }, []],
    ['an unknown type', 'subject', { ...readers, subject: { type: 'spaceship' } }, []],
  ])('%s', async (_name, what, body, results) => {
    const reply = await post(`search/${what}`, body);
    expect(reply.status).toBe(200);
    expect(reply.body['results']).toEqual(results);
  });

  it('pages', async () => {
    const { body } = await post('search/subject', { ...readers, page: { limit: 1 } });
    const { next_token: next } = body['page'] as { next_token: string };
    expect(next).not.toBe('');
    const last = await post('search/subject', { ...readers, page: { token: next } });
    expect(last.body).toEqual({ page: { next_token: '', count: 1 }, results: [user('bob')] });
  });
});

describe('Discovery', () => {
  it('is the identifier it was asked under, with https endpoints', async () => {
    const reply = await gateway.send('GET /.well-known/authzen-configuration', { token: null });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    expect(reply.body['policy_decision_point']).toBe(PUBLIC_URL);
    const endpoints = Object.keys(reply.body).filter((name) => name.endsWith('_endpoint'));
    expect(endpoints).toContain('access_evaluation_endpoint');
    for (const name of endpoints)
      expect(reply.body[name]).toMatch(/^https:\/\/pdp\.example\.com\/access\/v1\//);
  });
});
