import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { pay, READ_CONTRACT } from './authzen-requests.ts';
import { type StartedGateway, type StartSettings, startGateway } from './start-gateway.ts';

const ROUTE = 'GET /.well-known/authzen-configuration';
const PUBLIC_URL = 'https://gateway.acme.example/pdp';

let gateway: StartedGateway | undefined;
afterEach(() => gateway?.stop());

async function metadata(settings: StartSettings) {
  gateway = await startGateway(settings);
  return gateway.send(ROUTE, { token: null });
}

/** What the gateway answers to a request that says it was sent to another host. */
async function metadataFor(host: string): Promise<string> {
  const headers = { host, 'x-forwarded-host': host, forwarded: `host=${host};proto=https` };
  const request = get(`${gateway?.origin}/.well-known/authzen-configuration`, { headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return text(response);
}

describe(ROUTE, () => {
  it.each(['127.0.0.1', '0.0.0.0'])('is built from public_url where there is one (%s)', async (host) => {
    const reply = await metadata({ host, publicUrl: PUBLIC_URL });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    expect(reply.headers.get('cache-control')).toBe('max-age=300');
    expect(reply.body).toEqual({
      policy_decision_point: PUBLIC_URL,
      access_evaluation_endpoint: `${PUBLIC_URL}/access/v1/evaluation`,
      access_evaluations_endpoint: `${PUBLIC_URL}/access/v1/evaluations`,
      search_subject_endpoint: `${PUBLIC_URL}/access/v1/search/subject`,
      search_action_endpoint: `${PUBLIC_URL}/access/v1/search/action`,
      supported_obligations: ['custom'],
    });
  });

  it('names no host that a request names', async () => {
    const reply = await metadata({});
    expect(reply.body['policy_decision_point']).toBe(gateway?.origin);
    expect(await metadataFor('evil.example')).toBe(reply.text);
  });

  it('leads to endpoints that answer', async () => {
    const { body } = await metadata({});
    for (const [name, url] of Object.entries(body).filter(([each]) => each.endsWith('_endpoint'))) {
      const reply = await gateway?.send(`POST ${new URL(String(url)).pathname}`, { body: {} });
      expect({ name, status: reply?.status }).toEqual({ name, status: 400 });
    }
  });

  it('is not there where nobody said how the gateway is reached', async () => {
    const reply = await metadata({ host: '0.0.0.0' });
    expect(reply.body).toMatchObject({ status: 404, code: 'public_url_unknown' });
  });
});

describe('context.access_request.endpoint', () => {
  it.each([
    [{ publicUrl: PUBLIC_URL }, `${PUBLIC_URL}/approvals/`],
    [{ host: '0.0.0.0' }, '/approvals/'],
  ])('of a gateway with %j begins with %s', async (settings, start) => {
    gateway = await startGateway(settings);
    const body = { ...READ_CONTRACT, action: pay(2500) };
    const reply = await gateway.send('POST /access/v1/evaluation', { body });
    const { access_request: request } = reply.body['context'] as Record<string, Record<string, string>>;
    expect(request?.['endpoint']).toBe(start + request?.['approval_id']);
  });
});

describe('public_url', () => {
  const read = (url: string) => readConfig({ argv: ['--public-url', url], env: {}, directory: '/nowhere' });

  it.each(['https://gateway.acme.example', 'https://gateway.acme.example:8443/a/b'])('can be %s', (url) => {
    expect(read(url).public_url).toBe(url);
  });

  it.each([
    'http://gateway.acme.example',
    'https://gateway.acme.example/',
    'https://gateway.acme.example?x=1',
    'https://gateway.acme.example#x',
    'https://ada:secret@gateway.acme.example',
    'https://GATEWAY.acme.example',
    'https://gateway.acme.example/a/../b',
    'gateway.acme.example',
    '',
  ])('cannot be %j', (url) => {
    expect(() => read(url)).toThrow(/public_url/);
  });
});
