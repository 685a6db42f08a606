import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let operator: string;
let admin: string;

const layer = (id: string, group: string, more = '') =>
  `layer: agent_group\n${more}group: ${group}\nrules: [{ id: ${id}, match: { tool_name: fetch_url }, action: allow }]\n`;

beforeAll(async () => {
  gateway = await startGateway({
    prepare: (directory) => {
      mkdirSync(join(directory, 'layers'));
      const write = (name: string, text: string) => writeFileSync(join(directory, 'layers', name), text);
      write('vip.yaml', layer('vip.rule', 'vip'));
      write('buying.yaml', layer('acme.buying', 'buying', 'tenant_id: acme-corp\n'));
      write('theirs.yaml', layer('globex.selling', 'selling', 'tenant_id: globex\n'));
      write('both.yaml', layer('both.everyone', 'both'));
      write('both-acme.yaml', layer('both.acme', 'both', 'tenant_id: acme-corp\n'));
    },
  });
  operator = await gateway.token(['operator']);
  admin = await gateway.token(['admin']);
});
afterAll(() => gateway.stop());

let agents = 0;
function register(groups: string[], token?: string) {
  agents += 1;
  const agent = { agent_id: `grouped-${agents}`, tenant_id: 'acme-corp', groups };
  return gateway.send('POST /agents', { body: agent, ...(token && { token }) });
}

describe('the groups of an agent', () => {
  it.each([
    ['of all tenants', 'vip', /layer for all tenants.*agents\.yaml/],
    ['of another tenant', 'selling', /no layer of tenant acme-corp/],
    ['that no layer names yet', 'new', /no layer of tenant acme-corp/],
    ['of the tenant and of all tenants', 'both', /layer for all tenants/],
  ])('are not given by somebody of one tenant where they are %s', async (_name, group, words) => {
    for (const token of [operator, admin]) {
      for (const groups of [[group], ['buying', group]]) {
        const refused = await register(groups, token);
        expect(refused.body).toMatchObject({ status: 403, code: 'access_denied' });
        expect(refused.body['detail']).toMatch(words);
      }
    }
    const agent = (await register(['buying'], operator)).body;
    const patched = await gateway.send(`PATCH /agents/${agent['agent_id']}`, {
      token: operator,
      body: { groups: ['buying', group] },
    });
    expect(patched.body).toMatchObject({ status: 403, code: 'access_denied' });
    expect((await gateway.send(`GET /agents/${agent['agent_id']}`)).body['groups']).toEqual(['buying']);
  });

  it('are given where a layer of the own tenant has them, and taken away', async () => {
    const agent = await register(['buying'], operator);
    expect(agent.status).toBe(201);
    const route = `PATCH /agents/${agent.body['agent_id']}`;
    expect(await gateway.send(route, { token: operator, body: { groups: [] } })).toMatchObject({
      ...{ status: 200, body: { groups: [] } },
    });
  });

  it('are given by somebody of all tenants, and stay with changes by others', async () => {
    const agent = await register(['vip', 'new']);
    expect(agent).toMatchObject({ status: 201, body: { groups: ['vip', 'new'] } });
    const route = `PATCH /agents/${agent.body['agent_id']}`;
    const change = (body: object) => gateway.send(route, { token: operator, body });
    expect((await change({ description: 'still the same' })).status).toBe(200);
    expect((await change({ groups: ['new', 'buying', 'vip'] })).status).toBe(200);
    // A group may be one that restricts: whoever may not give it does not take it away either.
    expect((await change({ groups: ['buying', 'new'] })).body).toMatchObject({ code: 'access_denied' });
  });
});
