import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTool } from '../cli/run-tool.ts';
import { planOf } from '../local/plans.ts';
import { HandedOver, type Source } from './handed-over.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

type Trace = { trace_id: string; log?: string };
let gateway: StartedGateway;
let handed: HandedOver;
let analyst: string;
let ours: Source & { directory: string };
let other: Source;
let theirs: Source;

const noted = (trace_id: string, note: string) => planOf('allow', { trace_id, metadata: { note } });

beforeAll(async () => {
  gateway = await startGateway();
  handed = new HandedOver(gateway);
  analyst = await gateway.token(['analyst']);
  const token = await gateway.token(['runtime']);
  await gateway.send('POST /evaluate', { token, body: noted('own-1', 'walrus ledger') });
  ours = await handed.taken([
    noted('far-1', 'walrus ledger'),
    noted('far-2', 'otter'),
    noted('far-3', 'walrus'),
    planOf('block', { trace_id: 'far-4', metadata: { note: 'walrus' } }),
  ]);
  other = await handed.taken([noted('other-1', 'a walrus, again')]);
  theirs = await handed.taken([noted('strange', 'walrus')], { tenant_id: 'globex' });
  await gateway.send('POST /evaluate', { token, body: noted('own-2', 'walrus') });
});
afterAll(async () => {
  await gateway.stop();
  handed.clear();
});

async function found(query: string, token = analyst): Promise<Trace[]> {
  const { status, body, text } = await gateway.send(`GET /replay?${query}`, { token });
  expect(status, text).toBe(200);
  if ((body['traces'] as Trace[]).length > 0) expect(body).toMatchObject({ not_searched: 0 });
  return body['traces'] as Trace[];
}

const ids = async (query: string, token = analyst) =>
  (await found(query, token)).map(({ trace_id }) => trace_id);

describe('a search by words', () => {
  it('finds traces of all logs of the tenant, newest first, and says where they are', async () => {
    const all = await found('q=walrus');
    expect(all.map(({ trace_id, log }) => [trace_id, log])).toEqual([
      ['own-2', undefined],
      ['other-1', other.origin],
      ['far-4', ours.origin],
      ['far-3', ours.origin],
      ['far-1', ours.origin],
      ['own-1', undefined],
    ]);
  });

  it.each([
    ['q=walrus&decision=block', ['far-4']],
    ['q=%22walrus%20ledger%22', ['far-1', 'own-1']],
    ['q=ott*', ['far-2']],
    ['q=walrus&tool_name=read_contract&agent_id=nobody', []],
    ['q=hippopotamus', []],
  ])('takes all filters: %s', async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  it('pages through every trace once', async () => {
    const expected = await ids('q=walrus');
    for (const limit of [1, 2, 4, 6]) {
      const seen: string[] = [];
      let cursor = '';
      do {
        const { body } = await gateway.send(`GET /replay?q=walrus&limit=${limit}${cursor}`, {
          token: analyst,
        });
        seen.push(...(body['traces'] as Trace[]).map(({ trace_id }) => trace_id));
        const next = body['next_cursor'];
        cursor = next === undefined ? '' : `&cursor=${encodeURIComponent(String(next))}`;
      } while (cursor !== '');
      expect(seen).toEqual(expected);
    }
  });

  it('looks in one log, for traces and for events', async () => {
    const log = encodeURIComponent(ours.origin);
    expect(await ids(`q=walrus&log=${log}`)).toEqual(['far-4', 'far-3', 'far-1']);
    const { body } = await gateway.send(`GET /audit?q=walrus&log=${log}`, { token: analyst });
    const events = body['events'] as { trace_id: string; event_type: string }[];
    expect(events.map(({ trace_id, event_type }) => `${trace_id} ${event_type}`)).toEqual([
      'far-4 plan_received',
      'far-3 plan_received',
      'far-1 plan_received',
    ]);
    expect(body).toMatchObject({ not_searched: 0 });
  });

  it('never looks in a log of another tenant', async () => {
    expect(await ids(`q=walrus&log=${encodeURIComponent(theirs.origin)}`)).toEqual([]);
    const { body } = await gateway.send(`GET /audit?q=walrus&log=${encodeURIComponent(theirs.origin)}`, {
      token: analyst,
    });
    expect(body['events']).toEqual([]);
    const token = await gateway.token(['analyst'], { tenant_id: 'globex' });
    expect(await ids('q=walrus', token)).toEqual(['strange']);
  });

  it('finds what is handed over later', async () => {
    const source = await handed.log([noted('late-1', 'a pangolin')], { again: ours.directory });
    expect(await ids('q=pangolin')).toEqual([]);
    const { body } = await gateway.send('GET /audit/origins');
    const from = (body['origins'] as { origin: string; next_sequence: number }[]).find(
      ({ origin }) => origin === ours.origin,
    )?.next_sequence;
    for (const reply of await handed.send(source, { from: from ?? 0 }))
      expect(reply.status, reply.text).toBe(200);
    expect(await ids('q=pangolin')).toEqual(['late-1']);
  });

  it('finds the same after the indexes were made anew', async () => {
    const before = await found('q=walrus');
    await gateway.pause();
    const data = join(gateway.directory, 'data');
    rmSync(join(data, 'ingested'), { recursive: true });
    const rebuilt = await runTool([
      ...['audit', 'rebuild-index', '--audit-file', join(gateway.directory, 'audit', 'events.jsonl')],
      ...['--store', join(data, 'aisecops.db')],
    ]);
    expect(rebuilt.code, rebuilt.stderr).toBe(0);
    gateway = await startGateway({ directory: gateway.directory, keepPolicies: true });
    expect(await found('q=walrus')).toEqual(before);
  });
});
