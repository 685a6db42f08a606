import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesInZip, zipOf } from '../../src/evidence/zip.ts';
import { runTool } from '../cli/run-tool.ts';
import { naiveBundleFault } from '../evidence/naive-bundle.ts';
import { planOf } from '../local/plans.ts';
import { HandedOver, type Source } from './handed-over.ts';
import { ADMIN_TOKEN, type StartedGateway, startGateway } from './start-gateway.ts';

type Files = ReadonlyMap<string, Buffer>;
let gateway: StartedGateway;
let handed: HandedOver;
let compliance: string;
let ours: Source;
let quiet: Source;
let theirs: Source;
let own: string;
let ownKey: string;
let keyFile: string;

async function exported(
  filter: object,
  { token = compliance, sample = undefined as object | undefined } = {},
) {
  const reply = await fetch(`${gateway.origin}/evidence`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ filter, ...(sample && { sample }) }),
  });
  const bytes = Buffer.from(await reply.arrayBuffer());
  return { status: reply.status, bytes };
}

async function filesOf(filter: object, options?: Parameters<typeof exported>[1]): Promise<Files> {
  const { status, bytes } = await exported(filter, options);
  expect(status, bytes.toString('utf8').slice(0, 300)).toBe(200);
  return filesInZip(bytes);
}

const json = (files: Files, name: string) => JSON.parse(files.get(name)?.toString('utf8') ?? 'null');
const lines = (files: Files) => files.get('events.jsonl')?.toString('utf8').trimEnd().split('\n') ?? [];
const zipped = (files: Files) => zipOf([...files].map(([name, content]) => ({ name, content })));

async function partOf(files: Files, origin: string): Promise<Files> {
  const { logs } = json(files, 'manifest.json') as { logs: { origin: string; file?: string }[] };
  const file = logs.find((log) => log.origin === origin)?.file ?? '';
  return filesInZip(files.get(file) ?? Buffer.alloc(0));
}

async function verify(bytes: Buffer, ...options: string[]) {
  const file = join(handed.directory, `bundle-${Math.random().toString(36).slice(2)}.zip`);
  writeFileSync(file, bytes);
  const { code, stdout } = await runTool(['verify', file, '--json', ...options]);
  return { code, report: stdout === '' ? undefined : JSON.parse(stdout) };
}

const allKeys = () => [
  ...['--key', ownKey, '--key', ours.key, '--key', quiet.key],
  ...['--evidence-key', keyFile, '--require', 'signer', '--require', 'complete'],
];

beforeAll(async () => {
  gateway = await startGateway();
  handed = new HandedOver(gateway);
  compliance = await gateway.token(['compliance']);
  const token = await gateway.token(['runtime']);
  for (const kind of ['allow', 'block'] as const)
    await gateway.send('POST /evaluate', { token, body: planOf(kind, { trace_id: `own-${kind}` }) });
  ours = await handed.taken([
    planOf('allow', { trace_id: 'far-1' }),
    planOf('allow', { trace_id: 'far-2', metadata: { note: 'x'.repeat(70_000) } }),
    planOf('block', { trace_id: 'far-3' }),
    planOf('allow', { trace_id: 'own-allow' }),
  ]);
  quiet = await handed.taken([planOf('allow', { trace_id: 'quiet-1' })]);
  theirs = await handed.taken([planOf('allow', { trace_id: 'strange' })], { tenant_id: 'globex' });
  const keys = await gateway.send('GET /.well-known/evidence-jwks.json', { token: null });
  keyFile = join(handed.directory, 'evidence-keys.json');
  writeFileSync(keyFile, keys.text);
  own = (await gateway.send('GET /audit/checkpoint')).text.split('\n')[0] ?? '';
  ownKey = json(await filesOf({ log: own }), 'proof/keys.json').log;
});
afterAll(async () => {
  await gateway.stop();
  handed.clear();
});

describe('evidence of a tenant that has logs of other processes', () => {
  it('holds a bundle for each log, which verifies under the key of that log', async () => {
    const { bytes } = await exported({});
    const files = await filesInZip(bytes);
    const { code, report } = await verify(bytes, ...allKeys());
    expect(report.logs.map(({ origin }: { origin: string }) => origin)).toEqual([
      own,
      ...[ours.origin, quiet.origin].toSorted(),
    ]);
    expect([code, report.ok, report.kind]).toEqual([0, true, 'logs']);
    const part = await partOf(files, ours.origin);
    const evidence = JSON.parse(readFileSync(keyFile, 'utf8')).keys[0];
    expect(naiveBundleFault(part, { log: ours.key, evidence })).toBeUndefined();
    expect(json(part, 'manifest.json')).toMatchObject({ origin: ours.origin, filter: { log: ours.origin } });
    expect(json(part, 'population.json').traces).toEqual(['far-1', 'far-2', 'far-3', 'own-allow']);
    expect(readFileSync(ours.auditFile, 'utf8')).toContain(lines(part).at(-1));
    expect(json(await partOf(files, own), 'population.json').traces).toEqual(['own-allow', 'own-block']);
  });

  it('names the logs in which nothing fits, and the event which were looked through', async () => {
    const files = await filesOf({ decision: 'block' });
    const { logs } = json(files, 'manifest.json');
    expect(logs.map((log: { origin: string; traces: number }) => [log.origin, log.traces])).toEqual(
      expect.arrayContaining([
        [own, 1],
        [ours.origin, 1],
        [quiet.origin, 0],
      ]),
    );
    expect([...files.keys()].filter((name) => name.startsWith('logs/'))).toHaveLength(2);
    const { body } = await gateway.send('GET /audit?event_type=evidence_exported&limit=1');
    const [{ payload }] = body['events'] as [{ payload: { logs: string[] } }];
    expect(payload.logs.toSorted()).toEqual([own, ours.origin, quiet.origin].toSorted());
  });

  it('takes a sample of each log, that anybody can pick again', async () => {
    const { bytes } = await exported({}, { sample: { size: 1, seed: 'an auditor' } });
    expect((await verify(bytes, ...allKeys())).code).toBe(0);
    const part = await partOf(await filesInZip(bytes), ours.origin);
    expect(json(part, 'manifest.json')).toMatchObject({ traces: 1, population: 4 });
  });

  it('is the same bytes when it is asked for again', async () => {
    const filter = { to: new Date(Date.now() + 60_000).toISOString() };
    const [one, other] = [
      await partOf(await filesOf(filter), ours.origin),
      await partOf(await filesOf(filter), ours.origin),
    ];
    expect(await zipped(one)).toEqual(await zipped(other));
  });

  it('is a bundle of one log where that is asked for', async () => {
    const { bytes } = await exported({ log: ours.origin });
    expect(json(await filesInZip(bytes), 'manifest.json')).toMatchObject({
      kind: 'period',
      origin: ours.origin,
    });
    expect((await verify(bytes, '--key', ours.key, '--evidence-key', keyFile)).code).toBe(0);
    expect((await verify(bytes, '--key', ownKey)).code).toBe(13);
  });

  it('never reaches a log of another tenant', async () => {
    expect((await exported({ log: theirs.origin })).status).toBe(404);
    const mine = json(await filesOf({ tenant_id: 'globex' }), 'manifest.json');
    expect(mine).toMatchObject({ kind: 'period', events: 0 });
    const token = await gateway.token(['compliance'], { tenant_id: 'globex' });
    const { logs } = json(await filesOf({}, { token }), 'manifest.json');
    expect(logs).toMatchObject([
      { origin: own, traces: 0 },
      { origin: theirs.origin, traces: 1 },
    ]);
    const all = json(await filesOf({}, { token: ADMIN_TOKEN }), 'manifest.json');
    expect(all.logs).toHaveLength(4);
  });

  it('says of the export of one trace which log it is from', async () => {
    await fetch(`${gateway.origin}/replay/far-1/evidence`, {
      headers: { authorization: `Bearer ${compliance}` },
    });
    const { body } = await gateway.send('GET /audit?event_type=evidence_exported&limit=1');
    expect(body['events']).toMatchObject([{ payload: { trace_id: 'far-1', log: ours.origin } }]);
  });
});

describe('a bundle of bundles that was changed', () => {
  it.each<[string, (files: Map<string, Buffer>) => Promise<void> | void]>([
    [
      'a bundle taken out',
      (files) => void files.delete([...files.keys()].find((name) => name.startsWith('logs/')) ?? ''),
    ],
    [
      'a bundle in the place of another',
      (files) => {
        const [one = '', other = ''] = [...files.keys()].filter((name) => name.startsWith('logs/'));
        files.set(one, files.get(other) ?? Buffer.alloc(0));
      },
    ],
    [
      'a line changed in a bundle',
      async (files) => {
        const name = [...files.keys()].find((each) => each.startsWith('logs/2')) ?? '';
        const part = new Map(await filesInZip(files.get(name) ?? Buffer.alloc(0)));
        const text =
          part.get('events.jsonl')?.toString('utf8').replace('read_contract', 'read_contracts') ?? '';
        part.set('events.jsonl', Buffer.from(text));
        files.set(name, await zipped(part));
      },
    ],
    ['a file added', (files) => void files.set('logs/9-more.zip', Buffer.from('x'))],
  ])('%s is found out', async (_, change) => {
    const files = new Map(await filesOf({}));
    await change(files);
    const { code, report } = await verify(await zipped(files));
    expect([code, report.ok]).toEqual([13, false]);
  });

  it('and made up anew by somebody else shows a log that has another bundle than it says', async () => {
    const files = new Map(await filesOf({}));
    const manifest = json(files, 'manifest.json');
    const [, one, other] = manifest.logs;
    [one.file, other.file] = [other.file, one.file];
    files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
    const { report } = await verify(await zipped(files));
    expect(report.checks.find(({ name }: { name: string }) => name === 'logs').result).toBe('broken');
  });

  it('and one in which a log is not looked through whose key is given shows nothing of it', async () => {
    const { bytes } = await exported({});
    expect((await verify(bytes, '--key', ownKey, '--key', ours.key)).code).toBe(14);
    expect((await verify(bytes, ...allKeys(), '--key', theirs.key)).code).toBe(14);
  });

  it('takes each checkpoint that was kept to its log', async () => {
    const kept = join(handed.directory, 'kept-checkpoint');
    writeFileSync(kept, readFileSync(join(ours.auditFile, '..', 'checkpoint')));
    const { bytes } = await exported({});
    const { code, report } = await verify(bytes, ...allKeys(), '--checkpoint', kept);
    expect(code).toBe(0);
    const found = report.logs.find(({ origin }: { origin: string }) => origin === ours.origin);
    expect(found.checks).toContainEqual(expect.objectContaining({ name: 'checkpoints', result: 'holds' }));
    writeFileSync(kept, readFileSync(join(theirs.auditFile, '..', 'checkpoint')));
    expect((await verify(bytes, ...allKeys(), '--checkpoint', kept)).code).toBe(13);
  });
});
