import { generateKeyPairSync } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifierKeyOf } from '../../src/audit/open-signed-log.ts';
import { outgoingLog, outgoingRuns } from '../../src/ingest/outgoing-runs.ts';
import { sha256 } from '../../src/json/canonical.ts';
import { createLocalEnforcement } from '../../src/local/index.ts';
import { runTool } from '../cli/run-tool.ts';
import { planOf } from '../local/plans.ts';
import { type Reply, type StartedGateway, startGateway } from './start-gateway.ts';

type Json = Record<string, unknown>;
type Source = { auditFile: string; origin: string; key: string };

const DIRECTORY = mkdtempSync(join(tmpdir(), 'aisecops-ingest-'));
const OPERATOR = { roles: ['operator'] as const };
let gateway: StartedGateway;
let runtime: string;
let analyst: string;

beforeAll(async () => {
  gateway = await startGateway();
  runtime = await gateway.token(['runtime']);
  analyst = await gateway.token(['analyst']);
});
afterAll(async () => {
  await gateway.stop();
  rmSync(DIRECTORY, { recursive: true, force: true });
});

let logs = 0;

function nextName(): string {
  logs += 1;
  return `log-${logs}`;
}

/** The closed log of a process that decided some plans by itself. */
async function localLog(
  traces: readonly string[],
  { tenant_id = 'acme-corp', directory = nextName(), large = false } = {},
): Promise<Source> {
  const local = await createLocalEnforcement({
    ...{ tenant_id, directory: join(DIRECTORY, directory), bundle: { directory: 'policies' } },
  });
  for (const trace_id of traces) {
    await local.evaluate(
      planOf('allow', { trace_id, ...(large && { metadata: { note: 'x'.repeat(70_000) } }) }),
    );
    await local.evaluate(planOf('block', { trace_id }));
  }
  await local.close();
  return { auditFile: local.audit_file, origin: local.origin, key: local.verifier_key };
}

function register({ origin, key }: Source, tenant_id = 'acme-corp'): Promise<Reply> {
  return gateway.send('POST /audit/origins', { body: { origin, verifier_key: key, tenant_id } });
}

async function bodiesOf({ auditFile }: Source, from = 0, runBytes?: number): Promise<Buffer[]> {
  const runs = outgoingRuns(auditFile, await outgoingLog(auditFile), { from, ...(runBytes && { runBytes }) });
  const bodies: Buffer[] = [];
  for await (const { body } of runs) bodies.push(body);
  return bodies;
}

function ingest(
  { origin }: Source,
  body: string | Uint8Array,
  { head = false, token = runtime } = {},
): Promise<Reply> {
  const query = new URLSearchParams({ origin, head: String(head) });
  const headers = { 'content-type': 'application/x-ndjson' };
  return gateway.send(`POST /audit/ingest?${query}`, { raw: body, headers, token });
}

async function handOver(source: Source): Promise<Reply> {
  const [body = Buffer.alloc(0)] = await bodiesOf(source);
  return ingest(source, body, { head: true });
}

async function stateOf({ origin }: Source): Promise<Json> {
  const { body } = await gateway.send(`GET /audit/origins?${new URLSearchParams({ origin })}`);
  return (body['origins'] as Json[])[0] ?? {};
}

async function eventsNamed(type: string, { origin }: Source): Promise<Json[]> {
  const { body } = await gateway.send(`GET /audit?event_type=${type}&limit=500`);
  return (body['events'] as { payload: Json }[])
    .map(({ payload }) => payload)
    .filter((one) => one['origin'] === origin);
}

function ingestedFile({ origin }: Source): string {
  const root = join(gateway.directory, 'audit', 'ingested');
  const found = readdirSync(root).find((name) =>
    readFileSync(join(root, name, 'origin.json'), 'utf8').includes(`"${origin}"`),
  );
  return join(root, found ?? '', 'events.jsonl');
}

async function registered(): Promise<Source> {
  const source = await localLog([]);
  await register(source);
  return source;
}

const encoded = (log: string) => encodeURIComponent(log);

describe('a log that is handed over', () => {
  it('stays byte for byte what it was, and verifies under its own key', async () => {
    const source = await localLog(['run-a', 'run-b'], { large: true });
    expect((await register(source)).status).toBe(201);
    const reply = await handOver(source);
    const lines = readFileSync(source.auditFile, 'utf8').trimEnd().split('\n');
    const last = JSON.parse(lines.at(-1) ?? '') as Json;
    expect([reply.status, reply.body]).toMatchObject([
      200,
      { events: lines.length, duplicates: 0, next_sequence: lines.length, head_hash: last['hash'] },
    ]);
    expect(readFileSync(ingestedFile(source), 'utf8')).toBe(readFileSync(source.auditFile, 'utf8'));
    const verified = await runTool([
      ...['verify', '--audit-file', ingestedFile(source), '--key', source.key],
      ...['--require', 'signer', '--require', 'complete'],
    ]);
    expect([verified.code, verified.stderr]).toEqual([0, '']);
  });

  it('is committed to in the log of the gateway: its head, its root, who brought it', async () => {
    const source = await localLog(['run-c']);
    await register(source);
    const { body } = await handOver(source);
    expect(await eventsNamed('audit_ingested', source)).toMatchObject([
      { first_sequence: 0, events: body['events'], head_hash: body['head_hash'], root: body['root'] },
    ]);
    expect(body['audit']).toMatchObject({ log: expect.stringMatching(/^aisecops-interceptor\//) });
    expect(await eventsNamed('audit_origin_registered', source)).toMatchObject([
      { verifier_key: source.key },
    ]);
  });

  it('is read back like the gateway’s own, with its origin', async () => {
    const source = await localLog(['run-d']);
    await register(source);
    await handOver(source);
    const options = { token: analyst };
    const trace = await gateway.send('GET /replay/run-d', options);
    expect(trace.body).toMatchObject({
      trace_id: 'run-d',
      log: source.origin,
      decisions: ['allow', 'block'],
    });
    expect((await gateway.send('GET /replay/run-d/summary', options)).body).toMatchObject({
      log: source.origin,
    });
    expect((await gateway.send('GET /replay/run-d/graph', options)).status).toBe(200);
    const again = await gateway.send('POST /replay/run-d/reevaluate', { ...options, body: {} });
    expect(again.body).toMatchObject({ identical: true });
    const listed = await gateway.send('GET /replay?limit=500', options);
    const found = (listed.body['traces'] as Json[]).find(({ trace_id }) => trace_id === 'run-d');
    expect(found).toMatchObject({ log: source.origin });
    const events = await gateway.send(`GET /audit?log=${encoded(source.origin)}&trace_id=run-d`, options);
    expect(events.body['events'] as Json[]).toHaveLength(Number(trace.body['event_count']));
    const own = await gateway.send('GET /audit?trace_id=run-d', options);
    expect(own.body['events']).toEqual([]);
    const { log } = (await handOver(await registered())).body['audit'] as { log: string };
    expect((await gateway.send(`GET /replay/run-d?log=${encoded(log)}`, options)).status).toBe(404);
    const ownTraces = await gateway.send(`GET /replay?limit=500&log=${encoded(log)}`, options);
    expect((ownTraces.body['traces'] as Json[]).filter((one) => one['log'] !== undefined)).toEqual([]);
  });

  it('gives evidence that verifies under its own key', async () => {
    const source = await localLog(['run-e']);
    await register(source);
    await handOver(source);
    const compliance = await gateway.token(['compliance']);
    const reply = await fetch(`${gateway.origin}/replay/run-e/evidence`, {
      headers: { authorization: `Bearer ${compliance}` },
    });
    expect(reply.status).toBe(200);
    const zip = join(DIRECTORY, 'run-e.zip');
    writeFileSync(zip, Buffer.from(await reply.arrayBuffer()));
    const verified = await runTool(['verify', zip, '--key', source.key, '--json']);
    expect([verified.code, verified.stderr]).toEqual([0, '']);
    expect(verified.stdout).toContain(source.origin);
  });

  it('changes nothing when it comes again', async () => {
    const source = await localLog(['run-f']);
    await register(source);
    const first = await handOver(source);
    const again = await handOver(source);
    expect(again.body).toMatchObject({
      events: 0,
      duplicates: first.body['events'],
      next_sequence: first.body['events'],
    });
    expect(again.body).not.toHaveProperty('audit');
    expect(await eventsNamed('audit_ingested', source)).toHaveLength(1);
    expect(readFileSync(ingestedFile(source), 'utf8')).toBe(readFileSync(source.auditFile, 'utf8'));
  });

  it('comes in many requests, each proven to be the beginning of what was signed', async () => {
    const source = await localLog(['run-g', 'run-h', 'run-i']);
    await register(source);
    const bodies = await bodiesOf(source, 0, 3_000);
    expect(bodies.length).toBeGreaterThan(4);
    for (const body of bodies) expect((await ingest(source, body)).status).toBe(200);
    // A request that comes late changes nothing.
    expect((await ingest(source, bodies[1] ?? '')).body).toMatchObject({ events: 0 });
    expect(readFileSync(ingestedFile(source), 'utf8')).toBe(readFileSync(source.auditFile, 'utf8'));
    expect(await eventsNamed('audit_ingested', source)).toHaveLength(bodies.length);
    expect((await gateway.send('GET /replay/run-i', { token: analyst })).body).toMatchObject({
      log: source.origin,
    });
  });

  it('changes nothing of what the gateway decides by', async () => {
    const before = await gateway.send('GET /policies');
    const source = await localLog(['run-j']);
    await register(source);
    await handOver(source);
    expect((await gateway.send('GET /policies')).body).toEqual(before.body);
    const outcome = await gateway.send('POST /executions/none/outcome', {
      token: runtime,
      body: { status: 'succeeded' },
    });
    expect(outcome.status).toBe(404);
  });
});

describe('traces of the same id', () => {
  it('are the gateway’s own first, and those of a log where that is asked for', async () => {
    const source = await localLog(['run-same']);
    await gateway.send('POST /evaluate', {
      token: runtime,
      body: planOf('require_approval', { trace_id: 'run-same' }),
    });
    await register(source);
    expect((await handOver(source)).status).toBe(200);
    const read = async (query: string) =>
      (await gateway.send(`GET /replay/run-same${query}`, { token: analyst })).body;
    expect(await read('')).toMatchObject({ decisions: ['require_approval'] });
    expect(await read('')).not.toHaveProperty('log');
    expect(await read(`?log=${encoded(source.origin)}`)).toMatchObject({ decisions: ['allow', 'block'] });
  });

  it('never reach another tenant', async () => {
    const source = await localLog(['run-mine'], { tenant_id: 'globex' });
    await register(source, 'globex');
    expect((await handOver(source)).status).toBe(404);
    const theirs = await gateway.token(['runtime', 'analyst'], { tenant_id: 'globex' });
    const [body = ''] = await bodiesOf(source);
    expect((await ingest(source, body, { token: theirs })).status).toBe(200);
    for (const query of ['', `?log=${encoded(source.origin)}`])
      expect((await gateway.send(`GET /replay/run-mine${query}`, { token: analyst })).status).toBe(404);
    expect((await gateway.send('GET /replay/run-mine', { token: theirs })).status).toBe(200);
    const listed = await gateway.send(`GET /audit?log=${encoded(source.origin)}`, { token: analyst });
    expect(listed.body['events']).toEqual([]);
    expect((await gateway.send('GET /audit/origins', { token: theirs })).body['origins']).toHaveLength(1);
  });
});

describe('lists over several logs', () => {
  it('page through every trace once, newest first', async () => {
    const [one, other] = [await localLog(['p-1', 'p-2', 'p-3']), await localLog(['p-4', 'p-5'])];
    for (const source of [one, other]) {
      await register(source);
      await handOver(source);
    }
    const whole = await gateway.send('GET /replay?limit=500', { token: analyst });
    const expected = whole.body['traces'] as Json[];
    const times = expected.map(({ started_at }) => String(started_at));
    expect(times).toEqual(times.toSorted().toReversed());
    for (const limit of [1, 2, 3]) {
      const seen: Json[] = [];
      let cursor = '';
      do {
        const page = await gateway.send(`GET /replay?limit=${limit}${cursor}`, { token: analyst });
        expect(page.status).toBe(200);
        seen.push(...(page.body['traces'] as Json[]));
        const next = page.body['next_cursor'];
        cursor = next === undefined ? '' : `&cursor=${encodeURIComponent(String(next))}`;
      } while (cursor !== '');
      expect(seen).toEqual(expected);
    }
    const alone = await gateway.send(`GET /replay?log=${encoded(other.origin)}`, { token: analyst });
    expect((alone.body['traces'] as Json[]).map(({ trace_id }) => trace_id)).toEqual(['p-5', 'p-4']);
  });
});

describe('what does not hold is refused, named and recorded', () => {
  let source: Source;
  let lines: string[];
  let head: string;
  beforeAll(async () => {
    source = await localLog(['run-x', 'run-y']);
    await register(source);
    const body = (await bodiesOf(source)).join('').trimEnd().split('\n');
    head = body.at(-1) ?? '';
    lines = body.slice(0, -1);
  });
  const text = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');
  /** Where the events are among the lines: before them come bundles. */
  const placeOf = (sequence: number) => lines.findIndex((line) => line.includes(`"sequence":${sequence},`));
  const without = (sequence: number) => lines.filter((_, index) => index !== placeOf(sequence));
  const changed = (sequence: number, change: (line: string) => string) =>
    lines.map((line, index) => (index === placeOf(sequence) ? change(line) : line));

  it.each<[string, () => string, object]>([
    [
      'a changed byte',
      () => text([...changed(5, (line) => line.replace('acme', 'acne')), head]),
      { reason: 'hash_mismatch', sequence: 5 },
    ],
    [
      'a line that is missing',
      () => text([...without(6), head]),
      { code: 'ingest_conflict', reason: 'gap', sequence: 6 },
    ],
    [
      'a line in another form',
      () => text([...changed(3, (line) => line.replace('{', '{ ')), head]),
      { reason: 'not_canonical', sequence: 3 },
    ],
    ['no JSON', () => text([...changed(2, () => 'rubbish'), head]), { reason: 'not_json', sequence: 2 }],
    [
      'lines that are not covered',
      () => text([...lines, head, lines.at(-1) ?? '']),
      { reason: 'not_covered' },
    ],
    ['no checkpoint', () => text(lines), { reason: 'no_checkpoint' }],
    ['a body cut within a line', () => text([...lines, head]).slice(0, -40), { reason: 'torn_tail' }],
    [
      'fewer lines than were signed, without a proof',
      () => text([...lines.slice(0, -1), head]),
      { reason: 'checkpoint_mismatch' },
    ],
    [
      'a checkpoint somebody else signed',
      () => text([...lines, head.replace(/— (\S+) \S{10}/, '— $1 AAAAAAAAAA')]),
      { reason: 'wrong_signature' },
    ],
    [
      'a bundle that is not what it is named for',
      () => text([`{"policy":"sha256:${'0'.repeat(64)}","content":{}}`, ...lines, head]),
      { reason: 'policy_mismatch' },
    ],
    [
      'a blob that is not what it is named for',
      () => text([`{"blob":"sha256:${'0'.repeat(64)}","text":"x"}`, ...lines, head]),
      { reason: 'blob_mismatch' },
    ],
    [
      'a line of another kind',
      () => text(['{"checkpoint":5}', ...lines, head]),
      { reason: 'malformed_line' },
    ],
  ])('%s', async (_, body, expected) => {
    const before = await stateOf(source);
    const known = (await eventsNamed('audit_ingest_refused', source)).length;
    const {
      code = 'ingest_refused',
      reason,
      sequence,
    } = expected as { code?: string; reason: string; sequence?: number };
    const reply = await ingest(source, body(), { head: true });
    expect(reply.body).toMatchObject({
      code,
      errors: [
        { pointer: sequence === undefined ? expect.any(String) : `/events/${sequence}`, message: reason },
      ],
    });
    const refusals = await eventsNamed('audit_ingest_refused', source);
    expect(refusals.length).toBe(known + 1);
    expect(refusals[0]).toMatchObject({ reason, ...(sequence !== undefined && { sequence }) });
    expect(await stateOf(source)).toEqual(before);
  });

  it('and what holds is taken afterwards all the same', async () => {
    expect((await handOver(source)).status).toBe(200);
    expect(readFileSync(ingestedFile(source), 'utf8')).toBe(readFileSync(source.auditFile, 'utf8'));
  });

  it.each(['{}', '{"rules":5}', '{"name":[],"rules":[7,{"id":{}}]}'])(
    'a bundle that is none, %s, is kept as it is and decides nothing',
    async (content) => {
      const odd = await localLog(['run-odd']);
      await register(odd);
      const version = sha256(content);
      const [body = ''] = await bodiesOf(odd);
      const reply = await ingest(odd, `{"policy":"${version}","content":${content}}\n${body}`);
      expect(reply.status).toBe(200);
      const query = { token: analyst, body: { policy: version } };
      const again = await gateway.send('POST /replay/run-odd/reevaluate', query);
      expect([again.status, again.body['code']]).toEqual([404, 'policy_not_found']);
    },
  );

  it('a payload that did not come along', async () => {
    const large = await localLog(['run-z'], { large: true });
    await register(large);
    const [body = ''] = await bodiesOf(large);
    const all = String(body)
      .split('\n')
      .filter((line) => !line.startsWith('{"blob"'));
    const reply = await ingest(large, all.join('\n'));
    expect(reply.body).toMatchObject({ code: 'ingest_refused', errors: [{ message: 'blob_missing' }] });
  });

  it('another history of the same log, and one that was put back', async () => {
    const directory = `forked-${nextName()}`;
    const begun = await localLog(['run-1'], { directory });
    await register(begun);
    expect((await handOver(begun)).status).toBe(200);
    const kept = join(DIRECTORY, `${directory}-kept`);
    cpSync(join(DIRECTORY, directory), kept, { recursive: true });
    const longer = await localLog(['run-2'], { directory });
    const position = Number((await stateOf(begun))['next_sequence']);
    const [body = ''] = await bodiesOf(longer, position);
    expect((await ingest(longer, body, { head: true })).status).toBe(200);
    const back = { ...begun, auditFile: join(kept, 'audit', 'events.jsonl') };
    const rolledBack = await ingest(back, (await bodiesOf(back))[0] ?? '', { head: true });
    expect(rolledBack.body).toMatchObject({
      code: 'ingest_conflict',
      errors: [{ pointer: `/events/${position}`, message: 'rollback' }],
    });
    const forked = await localLog(['run-3'], { directory: `${directory}-kept` });
    const reply = await ingest(forked, (await bodiesOf(forked))[0] ?? '', { head: true });
    expect(reply.body).toMatchObject({
      code: 'ingest_conflict',
      errors: [{ pointer: `/events/${position}`, message: 'fork' }],
    });
  });

  it('a log of another tenant', async () => {
    const theirs = await localLog(['run-t'], { tenant_id: 'globex' });
    await register(theirs, 'acme-corp');
    expect((await handOver(theirs)).body).toMatchObject({
      code: 'ingest_refused',
      errors: [{ message: 'tenant_mismatch' }],
    });
  });

  it('a log under the name of another', async () => {
    const [one, other] = [await localLog(['run-u']), await localLog(['run-v'])];
    await register(one);
    const reply = await ingest(one, (await bodiesOf(other))[0] ?? '');
    expect(reply.body).toMatchObject({
      code: 'ingest_refused',
      errors: [{ pointer: '/events/0', message: 'foreign_log' }],
    });
  });
});

describe('registering', () => {
  it('takes a log of nobody', async () => {
    const unknown = await localLog(['run-q']);
    const reply = await handOver(unknown);
    expect([reply.status, reply.body['code']]).toEqual([404, 'origin_not_found']);
  });

  it('is for one tenant, and with the key of that log', async () => {
    const source = await localLog(['run-r']);
    expect((await register(source)).status).toBe(201);
    expect((await register(source, 'globex')).body).toMatchObject({ code: 'origin_taken' });
    const wrong = { ...source, origin: 'aisecops-local/other' };
    expect((await register(wrong)).body).toMatchObject({ code: 'origin_key_invalid' });
    expect((await register({ ...source, key: 'no key' })).body).toMatchObject({ code: 'origin_key_invalid' });
  });

  it('again with another key makes that the only one', async () => {
    const source = await localLog(['run-s']);
    await register(source);
    const other = verifierKeyOf(source.origin, generateKeyPairSync('ed25519').privateKey);
    expect((await register({ ...source, key: other })).body).toMatchObject({ verifier_key: other });
    expect((await handOver(source)).body).toMatchObject({ errors: [{ message: 'wrong_signature' }] });
    await register(source);
    expect((await handOver(source)).status).toBe(200);
    expect(await eventsNamed('audit_origin_registered', source)).toMatchObject([
      { previous_key: other },
      { previous_key: source.key },
      { verifier_key: source.key },
    ]);
  });

  it('is for operators, and handing over for those who run agents', async () => {
    const operator = await gateway.token([...OPERATOR.roles]);
    const source = await localLog(['run-w']);
    const body = { origin: source.origin, verifier_key: source.key };
    expect((await gateway.send('POST /audit/origins', { token: runtime, body })).status).toBe(403);
    expect((await gateway.send('POST /audit/origins', { token: operator, body })).status).toBe(201);
    expect((await ingest(source, '', { token: analyst })).status).toBe(403);
  });
});

describe('bodies', () => {
  it('are lines of JSON alone, and only here', async () => {
    const source = await localLog([]);
    const asJson = await gateway.send(`POST /audit/ingest?origin=${encoded(source.origin)}`, { body: {} });
    expect([asJson.status, asJson.body['code']]).toEqual([415, 'unsupported_media_type']);
    const headers = { 'content-type': 'application/x-ndjson' };
    const elsewhere = await gateway.send('POST /evaluate', { raw: '{}\n', headers });
    expect([elsewhere.status, elsewhere.body['code']]).toEqual([415, 'unsupported_media_type']);
  });

  it('have an end', async () => {
    const source = await localLog([]);
    await register(source);
    const blob = `{"blob":"sha256:${'0'.repeat(64)}","text":"${'x'.repeat(17 * 1024 * 1024)}"}\n`;
    const reply = await ingest(source, blob);
    expect([reply.status, reply.body['code']]).toEqual([413, 'body_too_large']);
  });
});

describe('a caller that hangs up in mid-body', () => {
  it('leaves nothing behind, and does not lock its log', async () => {
    const source = await localLog(['run-cut']);
    await register(source);
    const [body = Buffer.alloc(0)] = await bodiesOf(source);
    const { port } = new URL(gateway.origin);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /audit/ingest?origin=${encoded(source.origin)} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${runtime}\r\n` +
        `content-type: application/x-ndjson\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    socket.write(body.subarray(0, body.length - 100));
    await expect.poll(async () => (await handOver(source)).body['code']).toBe('too_many_ingests');
    expect(await stateOf(source)).toMatchObject({ next_sequence: 0 });
    socket.destroy();
    await expect.poll(async () => (await handOver(source)).status).toBe(200);
    expect(readFileSync(ingestedFile(source), 'utf8')).toBe(readFileSync(source.auditFile, 'utf8'));
  });
});

describe('after a restart', () => {
  it('everything is there, also where the indexes are gone', async () => {
    const directory = nextName();
    const source = await localLog(['run-again'], { directory });
    await register(source);
    await handOver(source);
    const read = async () => (await gateway.send('GET /replay/run-again', { token: analyst })).body;
    const before = await read();
    await gateway.pause();
    rmSync(join(gateway.directory, 'data', 'ingested'), { recursive: true });
    // What a crash leaves of a request that did not come to its end.
    appendFileSync(ingestedFile(source), '{"event_id":"half a li');
    appendFileSync(join(ingestedFile(source), '..', 'tree'), Buffer.alloc(320, 7));
    mkdirSync(join(gateway.directory, 'audit', 'ingested', 'broken'));
    writeFileSync(join(gateway.directory, 'audit', 'ingested', 'broken', 'origin.json'), '{');
    gateway = await startGateway({ directory: gateway.directory, keepPolicies: true });
    expect(await read()).toEqual(before);
    expect(gateway.log.join('')).toMatch(/origin\.json is damaged/);
    expect((await handOver(source)).body).toMatchObject({ events: 0 });
    const longer = await localLog(['run-more'], { directory });
    expect((await handOver(longer)).status).toBe(200);
    const verified = await runTool(['verify', '--audit-file', ingestedFile(source), '--key', source.key]);
    expect([verified.code, verified.stderr]).toEqual([0, '']);
  });
});
