import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { planOf } from '../local/plans.ts';
import { startReceiver } from '../sinks/receiver.ts';
import { logLines, SECRET } from '../sinks/sink-log.ts';
import { HandedOver, type Source } from './handed-over.ts';
import { type StartedGateway, type StartSettings, startGateway } from './start-gateway.ts';
import { openStream } from './stream-reader.ts';

type Event = { sequence: number; event_type: string; tenant_id?: string; payload: Record<string, unknown> };
type Expected = { id: string; data: string; log?: string; tenant_id?: string };

const SECRETS = mkdtempSync(join(tmpdir(), 'aisecops-stream-secret-'));
const secret_file = join(SECRETS, 'secret');
writeFileSync(secret_file, SECRET);
afterAll(() => rmSync(SECRETS, { recursive: true }));

function sink(name: string, url: string, more: object = {}) {
  return {
    name,
    kind: 'webhook',
    url,
    secret_file,
    retry_first_ms: 10,
    retry_max_ms: 50,
    timeout_ms: 2_000,
    ...more,
  };
}

async function started(settings: StartSettings = {}) {
  const gateway = await startGateway(settings);
  const handed = new HandedOver(gateway);
  return { gateway, handed };
}

/** What is to be followed, put together the plain way: behind each event that tells of a part, the lines of that part. */
function row(gateway: StartedGateway, sources: readonly Source[]): Expected[] {
  return logLines(join(gateway.directory, 'audit', 'events.jsonl')).flatMap((line): Expected[] => {
    const { sequence, event_type, tenant_id, payload } = JSON.parse(line) as Event;
    const own = { id: String(sequence), data: line, ...(tenant_id && { tenant_id }) };
    const source = sources.find(({ origin }) => origin === payload?.['origin']);
    if (event_type !== 'audit_ingested' || source === undefined) return [own];
    const [first, events] = [Number(payload['first_sequence']), Number(payload['events'])];
    const part = readFileSync(source.auditFile, 'utf8')
      .split('\n')
      .slice(first, first + events);
    return [
      own,
      ...part.map((data) => {
        const event = JSON.parse(data) as Event;
        const id = `${sequence}.${event.sequence}@${source.origin}`;
        return { id, data, log: source.origin, ...(event.tenant_id && { tenant_id: event.tenant_id }) };
      }),
    ];
  });
}

const shown = (expected: readonly Expected[]) => expected.map(({ id, data }) => ({ id, data }));

describe('a stream of events', () => {
  let gateway: StartedGateway;
  let handed: HandedOver;
  let ours: Source;
  let theirs: Source;
  let admin: string;
  let analyst: string;

  beforeAll(async () => {
    ({ gateway, handed } = await started());
    admin = (
      await gateway.send('POST /tokens', { body: { name: 'all', roles: ['analyst'], tenant_id: '*' } })
    ).body['token'] as string;
    analyst = await gateway.token(['analyst']);
    const token = await gateway.token(['runtime']);
    const plans = [1, 2, 3, 4].map((n) => planOf('allow', { trace_id: `far-${n}` }));
    ours = await handed.log(plans);
    await handed.register(ours);
    // In many parts, with events of the gateway between them.
    for (const reply of await handed.send(ours, { runBytes: 3_000 })) {
      expect(reply.status, reply.text).toBe(200);
      await gateway.send('POST /evaluate', { token, body: planOf('allow') });
    }
    theirs = await handed.taken([planOf('allow', { trace_id: 'strange' })], { tenant_id: 'globex' });
  });
  afterAll(async () => {
    await gateway.stop();
    handed.clear();
  });

  async function watch(query: string, { token = admin, lastEventId = undefined as string | undefined } = {}) {
    const reader = await openStream(`${gateway.origin}/audit/stream${query}`, {
      authorization: `Bearer ${token}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    });
    onTestFinished(() => reader.cut());
    expect(reader.status).toBe(200);
    return reader;
  }

  it('shows what was taken over behind the event that says so, each once', async () => {
    const expected = shown(row(gateway, [ours, theirs]));
    const reader = await watch('?from_sequence=0');
    await expect.poll(() => reader.messages.length).toBe(expected.length);
    expect(reader.messages).toEqual(expected);
    expect(expected.filter(({ id }) => id.includes('@')).length).toBeGreaterThan(30);
  });

  it('goes on behind any of its ids, with nothing missing and nothing twice', async () => {
    const expected = shown(row(gateway, [ours, theirs]));
    const foreign = expected.flatMap(({ id }, index) => (id.includes('@') ? [index] : []));
    const first = foreign[0] ?? 0;
    // Around the beginning and the end of a part, within it, and in the gateway's own.
    for (const index of [0, first - 1, first, first + 1, ...foreign.slice(-2), expected.length - 2]) {
      const reader = await watch('', { lastEventId: expected[index]?.id });
      const rest = expected.slice(index + 1);
      await expect.poll(() => reader.messages.length).toBe(rest.length);
      expect(reader.messages).toEqual(rest);
    }
  });

  it.each([
    ['a tenant', '', (one: Expected) => one.tenant_id === 'acme-corp'],
    ['one log', () => `&log=${encodeURIComponent(ours.origin)}`, (one: Expected) => one.log === ours.origin],
    ['a log of another tenant', () => `&log=${encodeURIComponent(theirs.origin)}`, () => false],
    [
      'an event type',
      '&event_type=decision_made',
      (one: Expected) => one.data.includes('"event_type":"decision_made"'),
    ],
  ])('shows a tenant only what is its own: %s', async (_, query, isWanted) => {
    const text = typeof query === 'string' ? query : query();
    const expected = row(gateway, [ours, theirs]).filter(
      (one) => one.tenant_id === 'acme-corp' && isWanted(one),
    );
    const reader = await watch(`?from_sequence=0${text}`, { token: analyst });
    await expect.poll(() => reader.messages.length).toBe(expected.length);
    expect(reader.messages).toEqual(shown(expected));
  });

  it('names no log of another tenant in ids without data', async () => {
    const expected = row(gateway, [ours, theirs]);
    const foreign = expected.filter(({ log }) => log === theirs.origin);
    const [id = ''] = foreign[2]?.id.split('@') ?? [];
    const reader = await watch('', { token: analyst, lastEventId: id });
    await expect.poll(() => reader.lastId()).toBe(id);
    expect(reader.text()).not.toContain(theirs.origin);
    expect(foreign.length).toBeGreaterThan(3);
  });

  it('shows what comes while it is open', async () => {
    const reader = await watch('');
    const source = await handed.taken([planOf('allow', { trace_id: 'live' })]);
    const lines = readFileSync(source.auditFile, 'utf8').trimEnd().split('\n');
    const found = () => reader.messages.filter(({ id }) => id.endsWith(`@${source.origin}`));
    await expect.poll(() => found().length).toBe(lines.length);
    expect(found().map(({ data }) => data)).toEqual(lines);
  });

  it('refuses an id that no stream gave out', async () => {
    for (const id of ['x', '1.x', '1.2.3', '1@a', '1.2@a b'])
      expect((await gateway.send('GET /audit/stream', { headers: { 'last-event-id': id } })).status).toBe(
        400,
      );
    for (const id of ['3.1@aisecops-local/x', '3.1'])
      expect((await gateway.send('GET /audit/stream', { headers: { 'last-event-id': id } })).status).toBe(
        410,
      );
  });
});

describe('a part that was recorded and never counted', () => {
  it('is not followed, and comes once when it is handed over again', async () => {
    const { gateway, handed } = await started();
    const source = await handed.log([planOf('allow', { trace_id: 'again' })]);
    await handed.register(source);
    const root = join(gateway.directory, 'audit', 'ingested');
    const directory = join(root, readdirSync(root)[0] ?? '');
    // The log is opened while that can be done. Then nothing can be put in the place of a directory: the part is recorded,
    // and cannot count.
    expect((await gateway.send('GET /replay/again')).status).toBe(404);
    mkdirSync(join(directory, 'accepted.json'));
    const [failed] = await handed.send(source);
    expect(failed?.status).toBeGreaterThanOrEqual(500);
    const { body } = await gateway.send('GET /audit?event_type=audit_ingested');
    expect(body['events']).toHaveLength(1);
    rmdirSync(join(directory, 'accepted.json'));
    for (const reply of await handed.send(source, { runBytes: 3_000 }))
      expect(reply.status, reply.text).toBe(200);
    const token = await gateway.token(['analyst']);
    const reader = await openStream(`${gateway.origin}/audit/stream?from_sequence=0`, {
      authorization: `Bearer ${token}`,
    });
    const marker = await gateway.send('POST /evaluate', { body: planOf('allow', { trace_id: 'marker' }) });
    const { sequence } = marker.body['audit'] as { sequence: number };
    await expect.poll(() => reader.lastId()).toBe(String(sequence));
    const lines = readFileSync(source.auditFile, 'utf8').trimEnd().split('\n');
    const own = lines.filter((line) => line.includes('"tenant_id":"acme-corp"'));
    const found = reader.messages.filter(({ id }) => id.endsWith(`@${source.origin}`));
    expect(found.map(({ data }) => data)).toEqual(own);
    reader.cut();
    await gateway.stop();
    handed.clear();
  });
});

describe('a sink', () => {
  it('takes every line of every log to its target, in messages that say which log, also over a restart', async () => {
    const receiver = await startReceiver();
    const sinks = [sink('all', receiver.url, { batch_events: 7 })];
    let { gateway, handed } = await started({ sinks, keep: true });
    const source = await handed.log([1, 2, 3].map((n) => planOf('allow', { trace_id: `far-${n}` })));
    // The target is down when the log comes, and takes a little before the gateway ends.
    receiver.react = () => ({ status: 503 });
    await handed.register(source);
    await handed.send(source);
    let taken = 0;
    receiver.react = ({ headers }) => {
      if (headers['aisecops-log'] === undefined) return { status: 204 };
      taken += 1;
      return taken === 1 ? { status: 204 } : 'hang';
    };
    await expect.poll(() => taken, { timeout: 10_000 }).toBe(2);
    await gateway.pause();
    receiver.react = () => ({ status: 204 });
    gateway = await startGateway({ sinks, directory: gateway.directory, keepPolicies: true });
    const expected = () => row(gateway, [source]).map(({ data }) => data);
    await expect.poll(() => receiver.lines().length, { timeout: 10_000 }).toBe(expected().length);
    expect(receiver.lines()).toEqual(expected());
    for (const { headers, body } of receiver.requests) {
      const isForeign = readFileSync(source.auditFile, 'utf8').includes(body.toString('utf8'));
      expect(headers['aisecops-log']).toBe(isForeign ? source.origin : undefined);
    }
    await gateway.stop();
    handed.clear();
  });

  it('keeps what a target refuses of another log as a dead letter of that log, and sends it again', async () => {
    const receiver = await startReceiver();
    const { gateway, handed } = await started({ sinks: [sink('all', receiver.url)] });
    receiver.react = ({ body }) => ({ status: body.includes('decision_made') ? 422 : 204 });
    const token = await gateway.token(['runtime']);
    await gateway.send('POST /evaluate', { token, body: planOf('allow', { trace_id: 'own' }) });
    const source = await handed.taken([1, 2].map((n) => planOf('allow', { trace_id: `far-${n}` })));
    const letters = async (query = '') =>
      (await gateway.send(`GET /audit/failures${query}`)).body as {
        dead_letters: { trace_id: string; log?: string }[];
        next_cursor?: string;
      };
    await expect.poll(async () => (await letters()).dead_letters.length, { timeout: 10_000 }).toBe(3);
    const all = (await letters()).dead_letters;
    expect(all.map(({ trace_id, log }) => [trace_id, log])).toEqual([
      ['own', undefined],
      ['far-1', source.origin],
      ['far-2', source.origin],
    ]);
    const paged: object[] = [];
    let query = '?limit=1';
    for (;;) {
      const { dead_letters, next_cursor } = await letters(query);
      paged.push(...dead_letters);
      if (next_cursor === undefined) break;
      query = `?limit=1&cursor=${next_cursor}`;
    }
    expect(paged).toEqual(all);
    receiver.react = () => ({ status: 204 });
    expect((await gateway.send('POST /audit/failures/all/retry')).body).toMatchObject({ letters: 3 });
    await expect.poll(async () => (await letters()).dead_letters.length).toBe(0);
    await gateway.stop();
    handed.clear();
  });

  it('goes on where a log was taken away', async () => {
    const receiver = await startReceiver();
    const sinks = [sink('all', receiver.url)];
    const first = await started({ keep: true });
    await first.handed.taken([planOf('allow', { trace_id: 'far' })]);
    await first.gateway.pause();
    renameSync(
      join(first.gateway.directory, 'audit', 'ingested'),
      join(first.gateway.directory, 'taken-away'),
    );
    const gateway = await startGateway({ sinks, directory: first.gateway.directory, keepPolicies: true });
    const own = () => logLines(join(gateway.directory, 'audit', 'events.jsonl')).length;
    await expect.poll(() => receiver.lines().length).toBe(own());
    await gateway.stop();
    first.handed.clear();
  });
});
