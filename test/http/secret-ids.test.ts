import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedGateway, startGateway } from './start-gateway.ts';

/** Of a form that is taken for a token of GitHub, and one that looks like none. */
const SECRET = `ghp_${'aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cF2hJ5'}`;
const PLAIN = 'build-7';

let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const agent = (over: object) => ({ agent_id: PLAIN, tenant_id: 'acme-corp', ...over });
const token = (over: object) => ({ name: PLAIN, roles: ['runtime'], tenant_id: 'acme-corp', ...over });

/** What is refused, and where the answer points. */
const REFUSED: [name: string, route: string, body: object, pointer: string][] = [
  ['the id of an agent', 'POST /agents', agent({ agent_id: SECRET }), '/agent_id'],
  ['the name of an agent', 'POST /agents', agent({ agent_name: `the ${SECRET}` }), '/agent_name'],
  ['the tenant of an agent', 'POST /agents', agent({ tenant_id: SECRET }), '/tenant_id'],
  ['a capability of an agent', 'POST /agents', agent({ capabilities: ['a', SECRET] }), '/capabilities/1'],
  [
    'an agent that is changed',
    'PATCH /agents/agent-to-change',
    { agent_name: 'b', budgets: [SECRET] },
    '/budgets/0',
  ],
  ['the name of a token', 'POST /tokens', token({ name: `ci ${SECRET}` }), '/name'],
  ['the tenant of a token', 'POST /tokens', token({ tenant_id: SECRET }), '/tenant_id'],
  ['the agent of a token', 'POST /tokens', token({ roles: ['agent'], agent_id: SECRET }), '/agent_id'],
  ['what a hold is about', 'POST /audit/holds', { agent_id: SECRET, reason: 'a case' }, '/agent_id'],
  [
    'the name of a log',
    'POST /audit/origins',
    { origin: `a/${SECRET}`, tenant_id: 'acme-corp', verifier_key: 'a+b+c' },
    '/origin',
  ],
];

function filesWith(directory: string, text: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(directory, name);
    return statSync(path).isFile() && readFileSync(path).includes(text);
  });
}

describe('an id that looks like a secret', () => {
  it.each(REFUSED)('is refused: %s', async (_name, route, body, pointer) => {
    await gateway.send('POST /agents', { body: agent({ agent_id: 'agent-to-change' }) });
    const reply = await gateway.send(route, { body });
    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(reply.body['errors']).toMatchObject([{ pointer, message: expect.stringContaining('a secret') }]);
    expect(reply.text).not.toContain(SECRET);
    expect(filesWith(gateway.directory, SECRET)).toEqual([]);
  });

  it('is taken where it looks like none, and is the same after a restart', async () => {
    const first = await startGateway({ keep: true });
    expect((await first.send('POST /agents', { body: agent({ agent_name: 'ci runner' }) })).status).toBe(201);
    expect((await first.send('POST /tokens', { body: token({}) })).status).toBe(201);
    await first.pause();
    const second = await startGateway({ directory: first.directory, keepPolicies: true });
    expect((await second.send(`GET /agents/${PLAIN}`)).body).toMatchObject(
      agent({ agent_name: 'ci runner' }),
    );
    await second.stop();
  });
});

describe('an id in a policy file that looks like a secret', () => {
  it.each([
    {
      file: 'agents.yaml',
      text: `agents:\n  - { agent_id: a, tenant_id: acme-corp }\n  - { agent_id: ${SECRET}, tenant_id: acme-corp }\n`,
      problem: { line: 3, pointer: '/agents/1/agent_id' },
    },
    {
      file: 'policies.yaml',
      text: `default: block\nbundle: ${SECRET}\nrules: []\n`,
      problem: { line: 2, pointer: '/bundle' },
    },
    {
      file: 'budgets.yaml',
      text: `budgets:\n  - { id: ${SECRET}, metric: usd, limit: 1, window: total, per: agent }\n`,
      problem: { line: 2, pointer: '/budgets/0/id' },
    },
  ])('does not load: $file', async ({ file, text, problem }) => {
    const files = { [file]: text };
    const reply = await gateway.send('POST /policies/validate', { body: { files } });
    expect(reply.status).toBe(422);
    expect(reply.body['errors']).toContainEqual(expect.objectContaining({ file, ...problem }));
    expect(reply.text).not.toContain(SECRET);
    const start = startGateway({
      prepare: (directory) => writeFileSync(join(directory, file), text),
    });
    await expect(start).rejects.toMatchObject({ code: 'invalid_policy' });
  });
});
