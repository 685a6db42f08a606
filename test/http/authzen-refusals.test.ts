import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemSchema } from '../../src/http/schemas/problem.ts';
import { CONTRACT, FINANCE, READ, READ_CONTRACT } from './authzen-requests.ts';
import { type Send, type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let runtime: string;

beforeAll(async () => {
  gateway = await startGateway();
  runtime = await gateway.token(['runtime']);
});
afterAll(() => gateway.stop());

const ROUTES = [
  'POST /access/v1/evaluation',
  'POST /access/v1/evaluations',
  'POST /access/v1/search/subject',
  'POST /access/v1/search/action',
];
const GOOD = JSON.stringify(READ_CONTRACT);

async function expectRefused(route: string, send: Send, pointer?: string): Promise<void> {
  const reply = await gateway.send(route, { token: runtime, ...send });
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 400 });
  const problem = problemSchema.parse(reply.body);
  expect(problem.detail).not.toBe('');
  if (pointer !== undefined) expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
}

describe.each(ROUTES)('%s answers 400', (route) => {
  it.each<[string, Send]>([
    ['text', { raw: GOOD, headers: { 'content-type': 'text/plain' } }],
    ['a form', { raw: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['XML', { raw: '<a/>', headers: { 'content-type': 'application/xml' } }],
    ['no content type', { raw: GOOD, headers: { 'content-type': '' } }],
    ['a compressed body', { raw: GOOD, headers: { 'content-encoding': 'gzip' } }],
    ['broken JSON', { raw: '{"subject":' }],
    ['an empty body', { raw: '' }],
    ['white space', { raw: ' ' }],
    ['no body at all', {}],
    ['a list', { body: [READ_CONTRACT] }],
    ['null', { body: null }],
    ['a member twice', { raw: '{"subject":{},"subject":{}}' }],
    ['an empty object', { body: {} }],
  ])('to %s', async (_name, send) => {
    await expectRefused(route, send);
  });
});

describe.each(ROUTES.slice(0, 2))('%s names what is wrong', (route) => {
  it.each<[string, object, string]>([
    ['no subject', { subject: undefined }, '/subject'],
    ['no action', { action: undefined }, '/action'],
    ['no resource', { resource: undefined }, '/resource'],
    ['a subject without type', { subject: { id: 'a' } }, '/subject/type'],
    ['a subject without id', { subject: { type: 'agent' } }, '/subject/id'],
    ['an action without name', { action: {} }, '/action/name'],
    ['a resource without type', { resource: { id: '1' } }, '/resource/type'],
    ['a resource without id', { resource: { type: 'x' } }, '/resource/id'],
    ['a subject that is text', { subject: 'alice' }, '/subject'],
    ['a name that is a number', { action: { name: 123 } }, '/action/name'],
    ['an id that is a number', { subject: { ...FINANCE, id: 7 } }, '/subject/id'],
    ['an empty id', { resource: { ...CONTRACT, id: '' } }, '/resource/id'],
    ['properties that are a list', { action: { ...READ, properties: [] } }, '/action/properties'],
    ['properties that are null', { subject: { ...FINANCE, properties: null } }, '/subject/properties'],
    ['a context that is text', { context: 'now' }, '/context'],
    ['an unknown mode', { context: { mode: 'Enforce' } }, '/context/mode'],
    [
      'an unknown sensitivity',
      { resource: { ...CONTRACT, properties: { sensitivity_level: 'secret' } } },
      '/resource/properties/sensitivity_level',
    ],
    ['a source of no type', { context: { provenance: [{}] } }, '/context/provenance/0/source_type'],
    ['an approval without id', { context: { approval: {} } }, '/context/approval/id'],
    [
      'arguments that refer to another step',
      { action: { ...READ, properties: { contract_id: { $from: 's2', path: '' } } } },
      '/action/properties/contract_id/$from',
    ],
  ])('%s', async (_name, change, pointer) => {
    await expectRefused(route, { body: { ...READ_CONTRACT, ...change } }, pointer);
  });
});

describe('X-Request-ID', () => {
  const route = 'POST /access/v1/evaluation';

  it.each(['bfe9eb29-ab87-4ca3-be83-a1d5d8305716', 'any text, "quoted" <b>', 'x'.repeat(1000)])(
    '%s is given back as it is, also with an error',
    async (id) => {
      const headers = { 'x-request-id': id };
      for (const send of [{ body: READ_CONTRACT }, { body: {} }, { raw: '{' }, { token: null }]) {
        const reply = await gateway.send(route, { token: runtime, headers, ...send });
        expect(reply.headers.get('x-request-id')).toBe(id);
      }
    },
  );

  it.each([{}, { 'x-request-id': 'é' }])('is made where there is %j', async (headers) => {
    const reply = await gateway.send(route, { token: runtime, body: READ_CONTRACT, headers });
    expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}-\d+$/);
  });
});

describe('access', () => {
  it('401 without a token, with the scheme', async () => {
    const reply = await gateway.send(ROUTES[0] ?? '', { token: null, body: READ_CONTRACT });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('there is no search for resources', async () => {
    const reply = await gateway.send('POST /access/v1/search/resource', { body: READ_CONTRACT });
    expect(reply.body).toMatchObject({ status: 404, code: 'route_not_found' });
  });
});
