import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { auditEventSchema } from '../../src/http/schemas/audit.ts';
import { logLines } from '../sinks/sink-log.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';
import { openStream, type StreamReader } from './stream-reader.ts';

let gateway: StartedGateway;
let analyst: string;
let stranger: string;

beforeAll(async () => {
  gateway = await startGateway();
  analyst = await gateway.token(['analyst']);
  stranger = await gateway.token(['analyst'], { tenant_id: 'other-corp' });
  await gateway.send('POST /agents', { body: { agent_id: 'agent-other', tenant_id: 'other-corp' } });
});
afterAll(() => gateway.stop());

async function watch(
  query = '',
  { token = analyst, lastEventId }: { token?: string; lastEventId?: string } = {},
) {
  const reader = await openStream(`${gateway.origin}/audit/stream${query}`, {
    authorization: `Bearer ${token}`,
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  });
  onTestFinished(() => reader.cut());
  return reader;
}

function decide(agent_id = 'agent-finance-01', tenant_id = 'acme-corp', more: object = {}) {
  const body = {
    agent: { agent_id, tenant_id },
    provenance: [{ source_type: 'user_prompt', trust_level: 'trusted' }],
    steps: [{ tool_name: 'read_contract', arguments: { contract_id: 'C-7' } }],
    ...more,
  };
  return gateway.send('POST /evaluate', { body });
}

function lines(): string[] {
  return logLines(join(gateway.directory, 'audit', 'events.jsonl'));
}

function linesOf(tenant: string): string[] {
  return lines().filter((line) => JSON.parse(line).tenant_id === tenant);
}

function dataOf(reader: StreamReader): string[] {
  return reader.messages.map(({ data }) => data);
}

describe('GET /audit/stream', () => {
  it('has every event of the tenant that comes from now on, as the exact line, under its sequence', async () => {
    const before = linesOf('acme-corp').length;
    const reader = await watch();
    expect([reader.status, reader.headers['content-type']]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    expect(reader.headers['cache-control']).toBe('no-store');
    for (let turn = 0; turn < 3; turn += 1) {
      await decide();
      await decide('agent-other', 'other-corp');
    }
    const expected = linesOf('acme-corp').slice(before);
    await expect.poll(() => dataOf(reader)).toEqual(expected);
    for (const { id, data } of reader.messages) {
      expect(auditEventSchema.parse(JSON.parse(data)).sequence).toBe(Number(id));
    }
  });

  it('begins where it is told, and shows a caller of all tenants everything', async () => {
    const reader = await openStream(`${gateway.origin}/audit/stream?from_sequence=0`, {
      authorization: 'Bearer test-admin-token-0123456789',
    });
    onTestFinished(() => reader.cut());
    await expect.poll(() => dataOf(reader)).toEqual(lines());
  });

  it.each([
    ['event_type=decision_made', (event: Record<string, unknown>) => event['event_type'] === 'decision_made'],
    ['decision=block', (event: Record<string, unknown>) => event['decision'] === 'block'],
    [
      'agent_id=agent-finance-01',
      (event: Record<string, unknown>) => event['agent_id'] === 'agent-finance-01',
    ],
    ['trace_id=run-streamed', (event: Record<string, unknown>) => event['trace_id'] === 'run-streamed'],
    ['tenant_id=other-corp', () => false],
  ])('filters by %s', async (query, isWanted) => {
    await decide('agent-finance-01', 'acme-corp', { trace_id: 'run-streamed' });
    await decide('agent-nobody');
    const reader = await watch(`?from_sequence=0&${query}`);
    const last = await watch('?from_sequence=0');
    const expected = linesOf('acme-corp').filter((line) => isWanted(JSON.parse(line)));
    await expect.poll(() => dataOf(last).length).toBe(linesOf('acme-corp').length);
    await expect.poll(() => dataOf(reader)).toEqual(expected);
  });

  it('names its tool in a decision over several steps', async () => {
    const reader = await watch('?tool_name=send_email&event_type=decision_made');
    const step = (tool_name: string, args: object) => ({ tool_name, arguments: args });
    const steps = [
      step('read_contract', { contract_id: 'C-7' }),
      step('send_email', { to: 'a@x.example', subject: 's', body: 'b' }),
    ];
    const reply = await decide('agent-finance-01', 'acme-corp', { steps });
    await expect
      .poll(() => reader.messages.map(({ data }) => JSON.parse(data).trace_id))
      .toEqual([reply.body['trace_id']]);
  });

  it('gives a reader that is cut again and again each event once, in order', async () => {
    const turn = fc.record({
      decisions: fc.integer({ min: 0, max: 4 }),
      waitMs: fc.integer({ min: 0, max: 150 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 2, maxLength: 6 }), async (turns) => {
        const before = linesOf('acme-corp').length;
        const received: string[] = [];
        let lastEventId: string | undefined;
        for (const { decisions, waitMs } of turns) {
          const reader = await watch('', lastEventId === undefined ? {} : { lastEventId });
          await expect.poll(() => reader.lastId()).toBeDefined();
          const decided = Promise.all(Array.from({ length: decisions }, () => decide()));
          await new Promise((resolve) => setTimeout(resolve, waitMs));
          reader.cut();
          received.push(...dataOf(reader));
          lastEventId = reader.lastId();
          await decided;
        }
        const last = await watch('', lastEventId === undefined ? {} : { lastEventId });
        const expected = linesOf('acme-corp').slice(before);
        await expect.poll(() => received.length + last.messages.length).toBe(expected.length);
        expect([...received, ...dataOf(last)]).toEqual(expected);
        last.cut();
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it.each([
    ['Last-Event-ID that is no number', '', 'x1', 400, 'invalid_request'],
    ['Last-Event-ID that is none yet', '', '99999999', 400, 'events_ahead'],
    ['a start that is none yet', '?from_sequence=99999999', undefined, 400, 'events_ahead'],
    ['an unknown filter', '?correlation=1', undefined, 400, 'invalid_request'],
    ['an event type there is not', '?event_type=desision_made', undefined, 400, 'invalid_request'],
  ])('refuses a %s', async (_name, query, lastEventId, status, code) => {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const reply = await gateway.send(`GET /audit/stream${query}`, { headers });
    expect(reply).toMatchObject({ status, body: { code } });
  });

  it('lets nobody in without the role', async () => {
    const reply = await gateway.send('GET /audit/stream', { token: await gateway.token(['runtime']) });
    expect(reply.status).toBe(403);
  });

  it('ends when its token is revoked', async () => {
    const made = await gateway.send('POST /tokens', {
      body: { name: 'leaver', roles: ['analyst'], tenant_id: 'acme-corp' },
    });
    const reader = await watch('', { token: String(made.body['token']) });
    await decide();
    await expect.poll(() => reader.messages.length).toBeGreaterThan(0);
    await gateway.send(`DELETE /tokens/${made.body['token_id']}`);
    await expect.poll(() => reader.isOver()).toBe(true);
    const { length } = reader.messages;
    await decide();
    expect(reader.messages.length).toBe(length);
  });

  it('has a bound for each token, and a place is free again when its reader goes', async () => {
    const readers = [];
    for (let count = 0; count < 8; count += 1) readers.push(await watch('', { token: stranger }));
    const ninth = await gateway.send('GET /audit/stream', { token: stranger });
    expect(ninth).toMatchObject({ status: 429, body: { code: 'too_many_streams' } });
    expect(ninth.headers.get('retry-after')).toBe('1');
    for (const reader of readers) reader.cut();
    for (let round = 0; round < 3; round += 1) {
      await expect
        .poll(async () => {
          const reader = await watch('', { token: stranger });
          reader.cut();
          return reader.status;
        })
        .toBe(200);
    }
  });

  it('answers HEAD, and leaves nothing open behind it', async () => {
    for (let count = 0; count < 20; count += 1) {
      const url = `${gateway.origin}/audit/stream`;
      const reader = await openStream(url, { authorization: `Bearer ${stranger}` }, 'HEAD');
      expect(reader.status).toBe(200);
      await expect.poll(() => reader.isOver()).toBe(true);
    }
  }, 60_000);
});

describe('a stream of a gateway that stops', () => {
  it('ends, says how to come back, and holds up nothing', async () => {
    const other = await startGateway();
    const reader = await openStream(`${other.origin}/audit/stream`, {
      authorization: 'Bearer test-admin-token-0123456789',
    });
    await expect.poll(() => reader.lastId()).toBeDefined();
    const before = Date.now();
    await other.stop();
    expect(Date.now() - before).toBeLessThan(15_000);
    await expect.poll(() => reader.isOver()).toBe(true);
    expect(reader.text()).toMatch(/: the end for now; come back with Last-Event-ID\n\n$/);
  });
});
