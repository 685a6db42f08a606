import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemSchema } from '../../src/http/schemas/problem.ts';
import { type Reply, type Send, type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const PLAN = {
  agent: { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' },
  provenance: [{ source_type: 'user_prompt', trust_level: 'trusted' }],
  steps: [{ step_id: 's1', tool_name: 'read_contract', arguments: { contract_id: 'C-7' } }],
};

function withStep(step: object): object {
  return { ...PLAN, steps: [{ ...PLAN.steps[0], ...step }] };
}

function expectProblem(reply: Reply, status: number, code: string): void {
  expect({ status: reply.status, code: reply.body?.['code'], text: reply.text }).toMatchObject({
    status,
    code,
  });
  expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(reply.headers.get('x-request-id')).toBeTruthy();
  expect(problemSchema.parse(reply.body)).toBeDefined();
  expect(reply.text).not.toMatch(/\bat .*\.(ts|js):\d+|node_modules|\/src\//);
}

describe('POST /evaluate refuses bodies that are not one JSON value', () => {
  const nested = `${'['.repeat(70)}${']'.repeat(70)}`;
  it.each<[string, string | Uint8Array, string]>([
    ['broken JSON', '{"agent":', 'invalid_json'],
    ['two values', '{} {}', 'invalid_json'],
    ['a trailing comma', '{"a":1,}', 'invalid_json'],
    ['duplicate members', '{"agent":{"agent_id":"a"},"agent":{"agent_id":"b"}}', 'invalid_json'],
    ['duplicate members behind an escape', '{"steps":[],"st\\u0065ps":[]}', 'invalid_json'],
    ['__proto__', '{"__proto__":{"decision":"allow"}}', 'invalid_json'],
    ['70 levels', `{"metadata":{"x":${nested}}}`, 'invalid_json'],
    ['100,000 levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'invalid_json'],
    ['NaN', '{"x":NaN}', 'invalid_json'],
    ['a number beyond all bounds', '{"x":1e400}', 'invalid_json'],
    ['an integer that would be rounded', '{"x":9007199254740993}', 'invalid_json'],
    ['a lone surrogate', '{"x":"\\ud800"}', 'invalid_json'],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'invalid_json'],
    ['white space', '   ', 'invalid_json'],
    ['nothing', '', 'body_required'],
  ])('%s', async (_name, raw, code) => {
    expectProblem(await gateway.send('POST /evaluate', { raw }), 400, code);
  });
});

describe('POST /evaluate refuses what is no plan, with a pointer', () => {
  it.each<[string, unknown, string | undefined]>([
    ['null', null, undefined],
    ['a list', [], undefined],
    ['a number', 5, undefined],
    ['an empty object', {}, undefined],
    ['an unknown field at the top', { ...PLAN, stepz: [] }, '/stepz'],
    ['no steps', { ...PLAN, steps: [] }, '/steps'],
    ['201 steps', { ...PLAN, steps: Array(201).fill({ tool_name: 'x' }) }, '/steps'],
    ['a step without a tool', { ...PLAN, steps: [{ step_id: 's1' }] }, '/steps/0/tool_name'],
    ['an unknown sensitivity', withStep({ sensitivity_level: 'none' }), '/steps/0/sensitivity_level'],
    [
      'an unknown trust level',
      { ...PLAN, provenance: [{ source_type: 'skill', trust_level: 'TRUSTED' }] },
      '/provenance/0/trust_level',
    ],
    [
      'an unknown source type',
      { ...PLAN, provenance: [{ source_type: 'oracle', trust_level: 'trusted' }] },
      '/provenance/0/source_type',
    ],
    ['an unknown mode', { ...PLAN, mode: 'Enforce' }, '/mode'],
    ['arguments that are a list', withStep({ arguments: [] }), '/steps/0/arguments'],
    ['a negative cost', withStep({ estimated_cost: { usd: -1 } }), '/steps/0/estimated_cost/usd'],
    ['a cost as text', withStep({ estimated_cost: { usd: '1' } }), '/steps/0/estimated_cost/usd'],
    ['a trace id with a slash', { ...PLAN, trace_id: 'a/../b' }, '/trace_id'],
    ['the same step id twice', { ...PLAN, steps: [PLAN.steps[0], PLAN.steps[0]] }, '/steps/1/step_id'],
    ['a step that depends on itself', withStep({ depends_on: ['s1'] }), undefined],
    ['a step that is not there', withStep({ depends_on: ['s9'] }), undefined],
    [
      'output of a step that is not there',
      withStep({ arguments: { a: { $from: 's9', path: '' } } }),
      undefined,
    ],
  ])('%s', async (_name, body, pointer) => {
    const reply = await gateway.send('POST /evaluate', { body });
    expectProblem(reply, 400, 'invalid_plan');
    const pointers = (reply.body['errors'] as { pointer: string }[]).map((error) => error.pointer);
    expect(pointers.length).toBeGreaterThan(0);
    if (pointer !== undefined) expect(pointers).toContain(pointer);
  });
});

describe('every route', () => {
  it.each<[string, string, Send, number, string]>([
    ['a body over 1 MiB', 'POST /evaluate', { body: 'x'.repeat(1_048_577) }, 413, 'body_too_large'],
    [
      'plain text',
      'POST /evaluate',
      { raw: '{}', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported_media_type',
    ],
    [
      'a form',
      'POST /evaluate',
      { raw: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'unsupported_media_type',
    ],
    [
      'JSON of another type',
      'POST /evaluate',
      { raw: '{}', headers: { 'content-type': 'application/vnd.api+json' } },
      415,
      'unsupported_media_type',
    ],
    [
      'a compressed body',
      'POST /evaluate',
      { raw: '{}', headers: { 'content-encoding': 'gzip' } },
      415,
      'unsupported_media_type',
    ],
    ['an unknown route', 'GET /nope', {}, 404, 'route_not_found'],
    ['a traversal', 'GET /docs/static/..%2f..%2fpackage.json', {}, 404, 'route_not_found'],
    ['a bad percent escape', 'GET /agents/%zz', {}, 400, 'invalid_request'],
    ['an endless id', `GET /agents/${'x'.repeat(4000)}`, {}, 400, 'invalid_request'],
    ['an id of 257 characters', `GET /agents/${'x'.repeat(257)}`, {}, 400, 'invalid_request'],
    [
      'an unknown id in another script',
      `GET /agents/${encodeURIComponent('你'.repeat(256))}`,
      {},
      404,
      'agent_not_found',
    ],
    ['a mistyped filter', 'GET /replay?desicion=block', {}, 400, 'invalid_request'],
    ['a filter given twice', 'GET /replay?decision=block&decision=allow', {}, 400, 'invalid_request'],
    ['a filter of __proto__', 'GET /replay?__proto__=x', {}, 400, 'invalid_request'],
    ['an unknown decision', 'GET /replay?decision=denied', {}, 400, 'invalid_request'],
    ['an unknown event type', 'GET /audit?event_type=nope', {}, 400, 'invalid_request'],
    ['a limit of 0', 'GET /audit?limit=0', {}, 400, 'invalid_request'],
    ['a limit of 501', 'GET /audit?limit=501', {}, 400, 'invalid_request'],
    ['a limit in words', 'GET /audit?limit=many', {}, 400, 'invalid_request'],
    ['a limit in hexadecimal', 'GET /audit?limit=0x10', {}, 400, 'invalid_request'],
    ['a limit of nothing', 'GET /audit?limit=', {}, 400, 'invalid_request'],
    ['a limit with a fraction', 'GET /audit?limit=1.0', {}, 400, 'invalid_request'],
    ['a time to wait of nothing', 'GET /approvals/apr-1?wait=', {}, 400, 'invalid_request'],
    ['a time to wait with an exponent', 'GET /approvals/apr-1?wait=1e1', {}, 400, 'invalid_request'],
    ['a time that is none', 'GET /audit?from=yesterday', {}, 400, 'invalid_request'],
    ['a wait of 61 seconds', 'GET /approvals/x?wait=61', {}, 400, 'invalid_request'],
    ['an invented cursor of traces', 'GET /replay?cursor=abc', {}, 400, 'invalid_cursor'],
    ['an invented cursor of events', 'GET /audit?cursor=abc', {}, 400, 'invalid_cursor'],
    ['an invented cursor of agents', 'GET /agents?cursor=abc', {}, 400, 'invalid_cursor'],
    ['an invented cursor of approvals', 'GET /approvals?cursor=abc', {}, 400, 'invalid_cursor'],
    ['an invented cursor of tokens', 'GET /tokens?cursor=abc', {}, 400, 'invalid_cursor'],
    ['a query parameter of a POST', 'POST /evaluate?mode=dry_run', { body: PLAN }, 400, 'invalid_request'],
    [
      'a key with a space',
      'POST /evaluate',
      { body: PLAN, headers: { 'idempotency-key': 'a b' } },
      400,
      'invalid_request',
    ],
  ])('answers %s with a problem', async (_name, route, options, status, code) => {
    expectProblem(await gateway.send(route, options), status, code);
  });

  it.each([
    ['GET /evaluate', 'POST'],
    ['DELETE /agents/x', 'GET, PATCH, HEAD'],
    ['PUT /policies', 'GET, POST, HEAD'],
    ['POST /replay/run-1/evidence', 'GET'],
  ])('%s is 405 and says what is allowed', async (route, allow) => {
    const reply = await gateway.send(route);
    expectProblem(reply, 405, 'method_not_allowed');
    expect(reply.headers.get('allow')).toBe(allow);
  });

  it.each([
    ['OPTIONS /evaluate', 'POST'],
    ['OPTIONS /agents/x', 'GET, PATCH, HEAD'],
  ])('%s says what is allowed, and nothing else', async (route, allow) => {
    const reply = await gateway.send(route);
    expect(reply).toMatchObject({ status: 204, text: '' });
    expect(reply.headers.get('allow')).toBe(allow);
    expect(reply.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('gives a plain request id back, and replaces any other', async () => {
    const plain = await gateway.send('GET /livez', { headers: { 'x-request-id': 'req-1.a:b_c' } });
    expect(plain.headers.get('x-request-id')).toBe('req-1.a:b_c');
    const other = await gateway.send('GET /livez', { headers: { 'x-request-id': 'a b"<script>' } });
    expect(other.headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}-\d+$/);
  });
});

describe('what is no HTTP request', () => {
  it.each([
    ['garbage', 'hello\r\n\r\n', 400, 'invalid_request'],
    [
      'headers over 16 KiB',
      `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    [
      'two callers',
      'GET /agents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nauthorization: Bearer b\r\nConnection: close\r\n\r\n',
      400,
      'invalid_request',
    ],
    [
      'two lengths',
      'POST /evaluate HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
      400,
      'invalid_request',
    ],
  ])('%s is answered with a problem and the connection is closed', async (_name, bytes, status, code) => {
    const text = await exchange(bytes);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))).toMatchObject({ status, code });
  });

  function exchange(bytes: string): Promise<string> {
    const { port, hostname } = new URL(gateway.origin);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text)).on('error', reject);
    });
  }
});

describe('a failure of the gateway', () => {
  it('says nothing outside and everything in the process log', async () => {
    const original = gateway.gateway.bundles.status;
    gateway.gateway.bundles.status = () => {
      throw new Error('disk /dev/secret is gone');
    };
    try {
      const reply = await gateway.send('GET /policies', { headers: { 'x-request-id': 'req-42' } });
      expectProblem(reply, 500, 'internal_error');
      expect(reply.text).not.toContain('secret');
      expect(gateway.log.filter((line) => line.includes('req-42')).join('')).toContain(
        'disk /dev/secret is gone',
      );
    } finally {
      gateway.gateway.bundles.status = original;
    }
  });
});
