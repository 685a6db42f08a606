import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let analyst: string;
let stranger: string;

const FINANCE = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
const FROM_USER = [{ source_type: 'user_prompt', trust_level: 'trusted' }];
const pay = (payee: string, amount = 100) => ({
  tool_name: 'make_payment',
  arguments: { payee, amount, currency: 'USD' },
});

type Event = { sequence: number; event_type: string; trace_id?: string; tenant_id?: string };

beforeAll(async () => {
  gateway = await startGateway();
  analyst = await gateway.token(['analyst']);
  stranger = await gateway.token(['analyst'], { tenant_id: 'globex' });
  await send('run-acorn', [pay('Acorn & Söhne GmbH')]);
  await send('run-tokyo', [pay('東京電力', 25_000)]);
  await send('run-long', [pay('Birch Ltd')]);
  await send('run-late', [pay('Birch Partners')]);
  await send('run-long', [pay('Acorn Holding')]);
  const foreign = { agent: { agent_id: 'x', tenant_id: 'globex' } };
  await send('run-globex', [pay('Acorn of Globex')], foreign);
});
afterAll(() => gateway.stop());

async function send(trace_id: string, steps: object[], more: object = {}): Promise<void> {
  const body = { trace_id, agent: FINANCE, provenance: FROM_USER, steps, ...more };
  const reply = await gateway.send('POST /evaluate', { body });
  expect(reply.status, reply.text).toBe(200);
}

async function get(path: string, query: Record<string, string>, token = analyst) {
  const { status, body } = await gateway.send(`GET ${path}?${new URLSearchParams(query)}`, { token });
  return { status, body };
}

async function traces(q: string, more: Record<string, string> = {}, token = analyst): Promise<string[]> {
  const { status, body } = await get('/replay', { q, ...more }, token);
  expect(status, JSON.stringify(body)).toBe(200);
  return (body['traces'] as { trace_id: string }[]).map(({ trace_id }) => trace_id);
}

async function events(q: string, more: Record<string, string> = {}, token = analyst): Promise<Event[]> {
  const { status, body } = await get('/audit', { q, ...more }, token);
  expect(status, JSON.stringify(body)).toBe(200);
  return body['events'] as Event[];
}

describe('GET /replay?q', () => {
  it.each([
    ['acorn', ['run-long', 'run-acorn']],
    ['ACORN söhne', ['run-acorn']],
    ['"acorn holding"', ['run-long']],
    ['"holding acorn"', []],
    ['birch ltd', ['run-long']],
    ['birch partners', ['run-late']],
    ['電力', ['run-tokyo']],
    ['payment_over_limit', ['run-tokyo']],
    ['part*', ['run-late']],
    ['run-late', ['run-late']],
    ['payments.block_over_limit elsewhere', []],
    ["'; DROP TABLE traces; --", []],
    ['" OR "" NEAR/2 ^{x} -"', []],
  ])('%j', async (q, expected) => {
    expect(await traces(q)).toEqual(expected);
  });

  it('goes with the other filters, in pages', async () => {
    expect(await traces('make_payment', { decision: 'block' })).toEqual(['run-tokyo']);
    expect(await traces('acorn', { agent_id: 'nobody' })).toEqual([]);
    const first = await get('/replay', { q: 'make_payment', limit: '2' });
    expect(first.body['traces']).toHaveLength(2);
    const cursor = String(first.body['next_cursor']);
    const second = await get('/replay', { q: 'make_payment', limit: '2', cursor });
    expect([first, second].flatMap(({ body }) => body['traces'] as object[])).toMatchObject([
      { trace_id: 'run-late' },
      { trace_id: 'run-long' },
      { trace_id: 'run-tokyo' },
      { trace_id: 'run-acorn' },
    ]);
    expect(second.body).not.toHaveProperty('next_cursor');
  });

  it('says how far it reached: to the newest event, with a log as small as this', async () => {
    const { body } = await get('/replay', { q: 'acorn' });
    const newest = await gateway.send('GET /audit?limit=1');
    const [{ sequence }] = newest.body['events'] as [Event];
    expect(body).toMatchObject({ searched_through: sequence, not_searched: 0 });
    expect((await get('/replay', {})).body).not.toHaveProperty('searched_through');
  });

  it('finds what was decided a moment ago', async () => {
    for (let count = 0; count < 20; count += 1) {
      await send(`run-now-${count}`, [pay(`Cedar${count} Ltd`)]);
      expect(await traces(`cedar${count}`)).toEqual([`run-now-${count}`]);
    }
  });
});

describe('GET /audit?q', () => {
  it('finds the events that hold the words, newest first, as they stand in the log', async () => {
    const found = await events('acorn');
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify(found)).toMatch(/Acorn Holding.*Acorn & Söhne/);
    for (const event of found) expect(JSON.stringify(event)).toMatch(/acorn/i);
    expect(found.map(({ sequence }) => sequence)).toEqual(
      found.map(({ sequence }) => sequence).toSorted((a, b) => b - a),
    );
    expect(await events('acorn', { event_type: 'decision_made', trace_id: 'run-tokyo' })).toEqual([]);
    const [received] = await events('東京', { event_type: 'plan_received' });
    expect(received?.trace_id).toBe('run-tokyo');
  });

  it('pages without loss or repeat', async () => {
    const all = await events('make_payment', { limit: '500' });
    const paged: Event[] = [];
    let cursor: string | undefined;
    do {
      const query = { q: 'make_payment', limit: '3', ...(cursor !== undefined && { cursor }) };
      const { body } = await get('/audit', query);
      paged.push(...(body['events'] as Event[]));
      cursor = body['next_cursor'] as string | undefined;
    } while (cursor !== undefined);
    expect(paged.map(({ sequence }) => sequence)).toEqual(all.map(({ sequence }) => sequence));
  });
});

describe('a search', () => {
  it('shows nobody what another tenant owns, whatever the words', async () => {
    expect(await traces('globex')).toEqual([]);
    expect(await traces('acorn', {}, stranger)).toEqual(['run-globex']);
    expect(await traces('acorn', { tenant_id: 'acme-corp' }, stranger)).toEqual([]);
    for (const token of [analyst, stranger]) {
      for (const event of await events('make_payment', { limit: '500' }, token))
        expect(event.tenant_id).toBe(token === analyst ? 'acme-corp' : 'globex');
    }
    expect(await events('söhne', {}, stranger)).toEqual([]);
  });

  it.each([
    ['"open', 'a quote is not closed'],
    ['?!', 'there is no word to search for'],
    ['ab*', 'before * at least 3 letters or digits are needed'],
    ['', 'there is no word to search for'],
    ['x'.repeat(257), undefined],
  ])('for %j is refused, and told why', async (q, message) => {
    for (const path of ['/replay', '/audit']) {
      const { status, body } = await get(path, { q });
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/query/q' }] });
      if (message !== undefined) expect(body['detail']).toContain(message);
    }
  });

  it('is answered or refused, whatever is written', { timeout: 60_000 }, async () => {
    const mark = fc.constantFrom(
      '"',
      '*',
      '-',
      '^',
      '(',
      ')',
      ':',
      'OR',
      'NEAR',
      '{',
      '\0',
      '\\',
      "'",
      '+',
      ' ',
    );
    const query = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
      fc
        .array(fc.oneof(mark, fc.constantFrom('acorn', '東', '💸')), { minLength: 1 })
        .map((all) => all.join('')),
    );
    await fc.assert(
      fc.asyncProperty(query, fc.constantFrom('/replay', '/audit'), async (q, path) => {
        expect((await get(path, { q: q.toWellFormed() })).status).toBeOneOf([200, 400]);
      }),
      { numRuns: 300 },
    );
  });

  it('never shows a secret, which no list can: it is not in the log', async () => {
    const secret = 'AKIAZ7ZK3WQ4M5N6P7Q8';
    await send('run-secret', [{ tool_name: 'read_contract', arguments: { contract_id: secret } }]);
    expect(await traces(secret)).toEqual([]);
    expect(await events(`${secret.slice(0, 8)}*`)).toEqual([]);
  });
});

describe('where the words are', () => {
  const textFileBeside = (policyDirectory: string) => {
    mkdirSync(join(policyDirectory, '..', 'data'));
    return join(policyDirectory, '..', 'data', 'aisecops-text.db');
  };
  const plan = { agent: FINANCE, provenance: FROM_USER, trace_id: 'run-1', steps: [pay('Acorn')] };

  it.each([
    ['is no database', 'words\n'.repeat(1_000)],
    ['is half a database', `SQLite format 3\0${'x'.repeat(4_000)}`],
  ])('what %s is made again from the log', async (_what, bytes) => {
    const damaged = await startGateway({
      prepare: (directory) => writeFileSync(textFileBeside(directory), bytes),
    });
    await damaged.send('POST /evaluate', { body: plan });
    const { body } = await damaged.send('GET /replay?q=acorn');
    expect(body).toMatchObject({ traces: [{ trace_id: 'run-1' }], not_searched: 0 });
    await damaged.stop();
  });

  it('nothing is taken from a line that was changed: searches are refused', async () => {
    const changed = await startGateway();
    await changed.send('POST /evaluate', { body: plan });
    const file = join(changed.directory, 'audit', 'events.jsonl');
    const bytes = readFileSync(file);
    bytes.write('Bcorn', bytes.indexOf('Acorn'));
    writeFileSync(file, bytes, { flag: 'r+' });
    for (const q of ['acorn', 'bcorn']) {
      const { status, body } = await changed.send(`GET /replay?q=${q}`);
      expect({ status, code: body['code'] }).toEqual({ status: 503, code: 'audit_damaged' });
    }
    bytes.write('Acorn', bytes.indexOf('Bcorn'));
    writeFileSync(file, bytes, { flag: 'r+' });
    expect((await changed.send('GET /replay?q=acorn')).body).toMatchObject({
      traces: [{ trace_id: 'run-1' }],
    });
    await changed.stop();
  });

  it('nothing can be, searches are refused and all else goes on', async () => {
    const without = await startGateway({ prepare: (directory) => mkdirSync(textFileBeside(directory)) });
    await without.send('POST /evaluate', { body: plan });
    for (const path of ['/replay', '/audit', '/replay']) {
      const { status, body, headers } = await without.send(`GET ${path}?q=acorn`);
      expect(status).toBe(503);
      expect(body).toMatchObject({ code: 'store_unavailable' });
      expect(headers.get('retry-after')).not.toBeNull();
      expect((await without.send(`GET ${path}`)).status).toBe(200);
    }
    expect((await without.send('POST /evaluate', { body: { ...plan, trace_id: 'run-2' } })).status).toBe(200);
    expect(without.log.join()).toContain('the search cannot follow the log');
    await without.stop();
  });
});
