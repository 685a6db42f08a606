import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { freePort, type Received, startReceiver } from '../sinks/receiver.ts';
import { logLines, SECRET } from '../sinks/sink-log.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

const secretFile = join(tmpdir(), `aisecops-sink-secret-${process.pid}`);

function sink(name: string, url: string, more: object = {}) {
  const waits = { retry_first_ms: 10, retry_max_ms: 50, timeout_ms: 500 };
  return { name, kind: 'webhook', url, secret_file: secretFile, ...waits, ...more };
}

async function gatewayWith(sinks: object[], directory?: string): Promise<StartedGateway> {
  const gateway = await startGateway({ sinks, ...(directory === undefined ? {} : { directory }) });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= gateway.stop());
  onTestFinished(stop);
  return { ...gateway, stop };
}

const plan = (agent: string, tenant = 'acme-corp') => ({
  agent: { agent_id: agent, tenant_id: tenant },
  provenance: [{ source_type: 'user_prompt', trust_level: 'trusted' }],
  steps: [{ tool_name: 'read_contract', arguments: { contract_id: 'C-7' } }],
});

function decide(gateway: StartedGateway, agent = 'agent-finance-01', tenant?: string) {
  return gateway.send('POST /evaluate', { body: plan(agent, tenant) });
}

function auditLines(gateway: StartedGateway): string[] {
  return logLines(join(gateway.directory, 'audit', 'events.jsonl'));
}

function refusing(word: string) {
  return ({ body }: Received) => ({ status: body.includes(word) ? 422 : 204 });
}

async function failures(gateway: StartedGateway, query = '', token?: string) {
  const reply = await gateway.send(`GET /audit/failures${query}`, token === undefined ? {} : { token });
  expect(reply.status).toBe(200);
  return reply.body as {
    sinks: Record<string, unknown>[];
    dead_letters: Record<string, unknown>[];
    next_cursor?: string;
  };
}

let idle: StartedGateway;

beforeAll(async () => {
  writeFileSync(secretFile, SECRET);
  idle = await startGateway({ sinks: [sink('first', 'http://127.0.0.1:1/')] });
});
afterAll(async () => {
  await idle.stop();
  rmSync(secretFile);
});

describe('a gateway with sinks', () => {
  it('sends each of them every line of its log', async () => {
    const [one, two] = [await startReceiver(), await startReceiver()];
    const gateway = await gatewayWith([sink('one', one.url), sink('two', two.url)]);
    for (let index = 0; index < 5; index += 1) expect((await decide(gateway)).status).toBe(200);
    const lines = auditLines(gateway);
    expect(lines.length).toBeGreaterThan(30);
    await expect.poll(() => [one.lines().length, two.lines().length]).toEqual([lines.length, lines.length]);
    expect([one.lines(), two.lines()]).toEqual([lines, lines]);
  });

  it('decides the same whether its sink is there, is down, or hangs', async () => {
    const hanging = await startReceiver();
    hanging.react = () => 'hang';
    const there = await startReceiver();
    const urls = [there.url, `http://127.0.0.1:${await freePort()}/`, hanging.url];
    const answers = await Promise.all(
      urls.map(async (url) => {
        const gateway = await gatewayWith([sink('security', url)]);
        const replies = await Promise.all(Array.from({ length: 20 }, () => decide(gateway)));
        return replies.map(({ status, body }) => ({
          status,
          decision: body['decision'],
          reason: body['reason'],
        }));
      }),
    );
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(answers[0]?.every(({ status }) => status === 200)).toBe(true);
  });

  it('says how they are, in failures, metrics and the log', async () => {
    const port = await freePort();
    const gateway = await gatewayWith([sink('security', `http://127.0.0.1:${port}/events`)]);
    await expect
      .poll(async () => (await failures(gateway)).sinks[0])
      .toMatchObject({
        ...{ name: 'security', kind: 'webhook', state: 'failing', next_sequence: 0, error: 'ECONNREFUSED' },
        lag_events: expect.any(Number),
      });
    const heard = async (type: string) =>
      (await gateway.send(`GET /audit?event_type=${type}`)).body['events'];
    await expect
      .poll(() => heard('sink_failing'))
      .toMatchObject([
        {
          payload: {
            sink: 'security',
            kind: 'webhook',
            error: 'ECONNREFUSED',
            next_sequence: 0,
            dead_letters: 0,
          },
        },
      ]);
    const metrics = async () => (await gateway.send('GET /metrics')).text;
    expect(await metrics()).toMatch(/aisecops_sink_lag_events\{sink="security"\} [1-9]/);
    expect(await metrics()).toMatch(/aisecops_sink_failures_total\{sink="security"\} [1-9]/);
    const receiver = await startReceiver(port);
    await expect.poll(() => heard('sink_recovered')).toMatchObject([{ payload: { sink: 'security' } }]);
    const size = auditLines(gateway).length;
    await expect.poll(() => receiver.lines().length).toBe(size);
    await expect.poll(metrics).toContain('aisecops_sink_lag_events{sink="security"} 0');
    expect(await metrics()).toContain(`aisecops_sink_delivered_total{sink="security"} ${size}`);
    // A word on the sink goes out through it, and is no reason for another one.
    await decide(gateway);
    await expect.poll(() => receiver.lines().length).toBe(auditLines(gateway).length);
    expect(await heard('sink_failing')).toHaveLength(1);
  });

  it('goes on where it was after a stop', async () => {
    const receiver = await startReceiver();
    const sinks = [sink('security', receiver.url)];
    const first = await startGateway({ sinks });
    await decide(first);
    await expect.poll(() => receiver.lines().length).toBe(auditLines(first).length);
    await first.gateway.close();
    const second = await gatewayWith(sinks, first.directory);
    await decide(second);
    await expect.poll(() => receiver.lines()).toEqual(auditLines(second));
  });
});

describe('the dead letters of a sink', () => {
  async function withLetters() {
    const receiver = await startReceiver();
    receiver.react = refusing('"event_type":"identity_checked"');
    const gateway = await gatewayWith([
      sink('first', receiver.url, { event_types: ['identity_checked'] }),
      sink('second', receiver.url, { event_types: ['identity_checked'] }),
    ]);
    await gateway.send('POST /agents', { body: { agent_id: 'agent-other', tenant_id: 'other-corp' } });
    await decide(gateway);
    await decide(gateway, 'agent-other', 'other-corp');
    await decide(gateway);
    await expect.poll(async () => (await failures(gateway)).dead_letters.length).toBe(6);
    return { gateway, receiver };
  }

  it('are listed by sink and page, and a tenant sees its own', async () => {
    const { gateway } = await withLetters();
    const all = (await failures(gateway)).dead_letters;
    expect(all.map(({ sink: name }) => name)).toEqual([
      'first',
      'first',
      'first',
      'second',
      'second',
      'second',
    ]);
    expect(all[0]).toMatchObject({ event_type: 'identity_checked', error: 'HTTP 422', attempts: 3 });
    expect(all.some((letter) => 'line' in letter)).toBe(false);
    const paged: unknown[] = [];
    for (let cursor = ''; ; ) {
      const page = await failures(gateway, `?limit=2${cursor}`);
      paged.push(...page.dead_letters);
      if (page.next_cursor === undefined) break;
      cursor = `&cursor=${page.next_cursor}`;
    }
    expect(paged).toEqual(all);
    const analyst = await gateway.token(['analyst'], { tenant_id: 'other-corp' });
    const own = (await failures(gateway, '', analyst)).dead_letters;
    expect(own).toMatchObject([{ tenant_id: 'other-corp' }, { tenant_id: 'other-corp' }]);
    const one = await failures(gateway, '?sink=second');
    expect([one.sinks.length, one.dead_letters.length]).toEqual([1, 3]);
  });

  it.each([
    ['GET /audit/failures?cursor=first', 400, 'invalid_cursor'],
    ['GET /audit/failures?cursor=nobody.3', 400, 'invalid_cursor'],
    ['GET /audit/failures?sink=nobody', 404, 'sink_not_found'],
    ['POST /audit/failures/nobody/retry', 404, 'sink_not_found'],
  ])('%s is %i %s', async (route, status, code) => {
    expect(await idle.send(route)).toMatchObject({ status, body: { code } });
  });

  it('are sent again when asked: those that the caller can see, with a word in the log', async () => {
    const { gateway, receiver } = await withLetters();
    receiver.react = () => ({ status: 204 });
    const operator = await gateway.token(['operator'], { tenant_id: 'other-corp', name: 'ops' });
    const reply = await gateway.send('POST /audit/failures/first/retry', { token: operator });
    expect(reply).toMatchObject({ status: 202, body: { sink: 'first', letters: 1 } });
    await expect.poll(async () => (await failures(gateway)).dead_letters.length).toBe(5);
    expect((await gateway.send('POST /audit/failures/first/retry')).body['letters']).toBe(2);
    await expect.poll(async () => (await failures(gateway)).dead_letters.length).toBe(3);
    const events = (await gateway.send('GET /audit?event_type=sink_retried')).body['events'];
    expect(events).toMatchObject([
      { payload: { sink: 'first', letters: 2, by: 'admin' } },
      { tenant_id: 'other-corp', payload: { sink: 'first', letters: 1, by: 'ops' } },
    ]);
  });
});

describe('a gateway without sinks', () => {
  it('has none to show, and no thread for them', async () => {
    const gateway = await gatewayWith([]);
    expect(await failures(gateway)).toEqual({ sinks: [], dead_letters: [] });
    expect((await gateway.send('POST /audit/failures/x/retry')).body['code']).toBe('sink_not_found');
    expect((await gateway.send('GET /metrics')).text).not.toContain('sink="');
  });
});

describe('a gateway whose sinks have nowhere to keep their place', () => {
  it('decides, and says what is wrong', async () => {
    const receiver = await startReceiver();
    const directory = mkdtempSync(join(tmpdir(), 'aisecops-http-'));
    mkdirSync(join(directory, 'data'));
    writeFileSync(join(directory, 'data', 'sinks'), 'in the way');
    const gateway = await gatewayWith([sink('security', receiver.url)], directory);
    expect((await decide(gateway)).status).toBe(200);
    await expect
      .poll(async () => (await failures(gateway)).sinks[0])
      .toMatchObject({
        name: 'security',
        state: 'failing',
        error: expect.stringMatching(/^EEXIST|^ENOTDIR/),
      });
    expect(receiver.requests).toEqual([]);
    rmSync(join(directory, 'data', 'sinks'));
    await expect.poll(() => receiver.lines()).toEqual(auditLines(gateway));
  });
});
