import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFiles } from '../../src/evidence/bundle-files.ts';
import { readRecord } from '../../src/evidence/read-record.ts';
import type { EvidenceRecord } from '../../src/evidence/record.ts';
import { filesInZip, zipOf } from '../../src/evidence/zip.ts';
import { runTool } from '../cli/run-tool.ts';
import { naiveBundleFault } from '../evidence/naive-bundle.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let compliance: string;
let zip: Buffer;
let logKey: string;
let keyFile: string;

const FINANCE = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
const HOSTILE = '<script>alert(1)</script>\u202e=cmd';

async function exported(trace: string, token = compliance) {
  const response = await fetch(`${gateway.origin}/replay/${trace}/evidence`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** Verifies bytes as a stranger would: by the tool, with keys that were handed over. */
async function verify(bytes: Buffer, ...args: string[]) {
  const file = join(gateway.directory, `bundle-${Math.random().toString(36).slice(2)}.zip`);
  writeFileSync(file, bytes);
  const { code, stdout, stderr } = await runTool(['verify', file, '--json', ...args]);
  return { code, stderr, report: stdout === '' ? undefined : JSON.parse(stdout) };
}

function naiveKeys() {
  const [evidence] = JSON.parse(readFileSync(keyFile, 'utf8')).keys;
  return { log: logKey, evidence };
}

/** The key that a log announces for itself. */
function logKeyOf({ directory }: StartedGateway): string {
  const log = readFileSync(join(directory, 'audit', 'events.jsonl'), 'utf8');
  return /"verifier_key":"([^"]+)"/.exec(log)?.[1] ?? '';
}

function resultsOf(report: { checks: { name: string; result: string }[] }): Record<string, string> {
  return Object.fromEntries(report.checks.map(({ name, result }) => [name, result]));
}

beforeAll(async () => {
  gateway = await startGateway();
  compliance = await gateway.token(['compliance']);
  const send = (body: object) =>
    gateway.send('POST /evaluate', { body: { trace_id: 'run-e', agent: FINANCE, ...body } });
  const asked = await send({
    execution_plan_id: 'plan-e',
    provenance: [{ source_type: 'user_prompt', source_name: HOSTILE, trust_level: 'trusted' }],
    steps: [
      { step_id: 'r', tool_name: 'read_contract', arguments: { contract_id: HOSTILE.slice(0, 90) } },
      {
        step_id: 'p',
        tool_name: 'make_payment',
        arguments: { payee: 'Ltd', amount: 2_000, currency: 'USD', reference: { $from: 'r' } },
      },
    ],
  });
  expect(asked.body['decision']).toBe('require_approval');
  // A payload that is too large for its line.
  await send({
    execution_plan_id: 'plan-big',
    steps: [{ tool_name: 'search_web', arguments: { q: 'x'.repeat(70_000) } }],
  });
  ({ bytes: zip } = await exported('run-e'));
  const keys = JSON.parse((await filesInZip(zip)).get('proof/keys.json')?.toString('utf8') ?? '');
  logKey = keys.log;
  keyFile = join(gateway.directory, 'evidence-keys.json');
  writeFileSync(keyFile, (await gateway.send('GET /.well-known/evidence-jwks.json', { token: null })).text);
});
afterAll(() => gateway.stop());

describe('GET /replay/:trace_id/evidence', () => {
  it('is a zip that a stranger verifies with two keys, in every point', async () => {
    const { code, report } = await verify(
      zip,
      '--key',
      logKey,
      '--evidence-key',
      keyFile,
      '--require',
      'signer',
      '--require',
      'complete',
    );
    expect(resultsOf(report)).toEqual({
      files: 'holds',
      attestation: 'holds',
      integrity: 'holds',
      inclusion: 'holds',
      signer: 'holds',
      policies: 'holds',
      reproduction: 'holds',
      readings: 'holds',
    });
    expect(code).toBe(0);
  });

  it('is accepted by a verifier that was written from the documentation alone', async () => {
    expect(naiveBundleFault(await filesInZip(zip), naiveKeys())).toBeUndefined();
  });

  it('says without keys what is not established: 0, and 14 where it is required', async () => {
    const { code, report } = await verify(zip);
    expect(code).toBe(0);
    expect(resultsOf(report)).toMatchObject({
      attestation: 'not_shown',
      signer: 'not_shown',
      inclusion: 'holds',
    });
    expect((await verify(zip, '--require', 'signer')).code).toBe(14);
  });

  it('has the files of the contract, and the exact lines of the log', async () => {
    const files = await filesInZip(zip);
    const names = [...files.keys()];
    for (const name of [
      'manifest.json',
      'events.jsonl',
      'summary.json',
      'graph.json',
      'replay-diff.json',
      'controls.json',
      'report.html',
      'attestation.json',
      'README.txt',
      'SHA256SUMS',
      'proof/checkpoint',
      'proof/keys.json',
    ])
      expect(names).toContain(name);
    expect(names.filter((name) => name.startsWith('policy/'))).toHaveLength(1);
    expect(names.filter((name) => name.startsWith('blobs/'))).toHaveLength(1);
    const lines = files.get('events.jsonl')?.toString('utf8').trimEnd().split('\n') ?? [];
    const { body } = await gateway.send('GET /replay/run-e');
    expect(lines.map((line) => JSON.parse(line).hash)).toEqual(
      (body['timeline'] as { event: { hash: string } }[]).map(({ event }) => event.hash),
    );
    expect(JSON.parse(files.get('summary.json')?.toString('utf8') ?? '')).toEqual(
      (await gateway.send('GET /replay/run-e/summary')).body,
    );
    const { nodes, edges } = (await gateway.send('GET /replay/run-e/graph')).body;
    expect(JSON.parse(files.get('graph.json')?.toString('utf8') ?? '')).toEqual({ nodes, edges });
  });

  it('is the same again while the log stands still, and every export is an event of its own', async () => {
    const exports = async () =>
      (await gateway.send('GET /audit?event_type=evidence_exported')).body['events'] as { payload: object }[];
    const before = (await exports()).length;
    const { bytes, response } = await exported('run-e');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="evidence-run-e.zip"');
    const [files, first] = [await filesInZip(bytes), await filesInZip(zip)];
    for (const name of ['events.jsonl', 'summary.json', 'graph.json', 'README.txt', 'controls.json'])
      expect(files.get(name)).toEqual(first.get(name));
    const found = await exports();
    expect(found).toHaveLength(before + 1);
    expect(found[0]?.payload).toMatchObject({ trace_id: 'run-e', by: { name: 'compliance' } });
    expect(await zipOf([...first].map(([name, content]) => ({ name, content })))).toEqual(zip);
  });

  it('has a report in which nothing that was recorded is markup, and nothing comes from elsewhere', async () => {
    const html = (await filesInZip(zip)).get('report.html')?.toString('utf8') ?? '';
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;alert(1)');
    expect(html).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    expect(html).not.toMatch(/(?:src|href)\s*=/);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('<svg ');
  });

  it('404 for a trace of another tenant, and 403 for others', async () => {
    const stranger = await gateway.token(['compliance'], { tenant_id: 'globex' });
    expect((await exported('run-e', stranger)).response.status).toBe(404);
    expect((await exported('run-none')).response.status).toBe(404);
    expect((await exported('run-e', await gateway.token(['runtime']))).response.status).toBe(403);
  });
});

describe('a bundle that a key which was given has not signed', () => {
  /** The bundle made anew by somebody without keys, from a record that was changed. */
  async function forged(change: (record: EvidenceRecord) => EvidenceRecord): Promise<Buffer> {
    const files = await filesInZip(zip);
    const { record } = readRecord({ kind: 'trace', trace_id: 'run-e' }, files);
    const keys = JSON.parse(files.get('proof/keys.json')?.toString('utf8') ?? '');
    return zipOf(bundleFiles(change(record), keys));
  }
  const withoutProofs = (record: EvidenceRecord): EvidenceRecord => ({
    ...record,
    ...(record.proof && { proof: { ...record.proof, ways: { proofs: new Map() } } }),
  });
  const withoutCheckpoint = ({ proof: _, ...record }: EvidenceRecord): EvidenceRecord => record;

  it.each<[string, (record: EvidenceRecord) => EvidenceRecord, string[], number, object]>([
    ['no proofs, without keys', withoutProofs, [], 13, { inclusion: 'broken' }],
    [
      'no checkpoint, without keys',
      withoutCheckpoint,
      [],
      0,
      { inclusion: 'not_shown', signer: 'not_shown' },
    ],
    ['no checkpoint', withoutCheckpoint, ['--key'], 14, { inclusion: 'not_shown', signer: 'not_shown' }],
    [
      'no signature',
      (record) => record,
      ['--evidence-key'],
      14,
      { attestation: 'not_shown', signer: 'not_shown' },
    ],
    [
      'no signature, and the other key',
      (record) => record,
      ['--key'],
      0,
      { attestation: 'not_shown', signer: 'holds' },
    ],
  ])('%s', async (_what, change, options, expected, results) => {
    const bytes = await forged(change);
    const given = options.flatMap((name) => [name, name === '--key' ? logKey : keyFile]);
    const { code, report } = await verify(bytes, ...given);
    expect(resultsOf(report)).toMatchObject(results);
    expect(code).toBe(expected);
    const keys = options.includes('--key') ? { log: logKey } : naiveKeys();
    expect(naiveBundleFault(await filesInZip(bytes), keys) === undefined).toBe(
      expected === 0 && options.length > 0,
    );
  });

  it('events behind the checkpoint are signed by nobody: 0, and 14 for whoever has a key', async () => {
    const early = (await filesInZip(zip)).get('proof/checkpoint')?.toString('utf8') ?? '';
    const body = {
      trace_id: 'run-late',
      agent: FINANCE,
      steps: [{ tool_name: 'search_web', arguments: { q: 'late' } }],
    };
    await gateway.send('POST /evaluate', { body });
    const files = await filesInZip((await exported('run-late')).bytes);
    const { record } = readRecord({ kind: 'trace', trace_id: 'run-late' }, files);
    const behind = { ...record, proof: { checkpoint: early, ways: { proofs: new Map<number, string>() } } };
    const bytes = await zipOf(bundleFiles(behind, {}));
    expect((await verify(bytes)).code).toBe(0);
    const { code, report } = await verify(bytes, '--key', logKey);
    expect(resultsOf(report)).toMatchObject({ signer: 'holds', inclusion: 'not_shown' });
    expect(code).toBe(14);
    expect(naiveBundleFault(await filesInZip(bytes), { log: logKey })).toBeDefined();
  });
});

describe('a bundle with a checkpoint that is none', () => {
  it.each<[string, (lines: string[]) => string[]]>([
    ['lines that changed places', ([a = '', b = '', ...rest]) => [b, a, ...rest]],
    ['no signature', (lines) => lines.slice(0, 3)],
    ['no text', () => []],
    ['a size that is no number', ([a = '', _, ...rest]) => [a, 'many', ...rest]],
  ])('is reported check by check: %s', async (_what, change) => {
    const files = new Map(await filesInZip(zip));
    const lines = files.get('proof/checkpoint')?.toString('utf8').split('\n') ?? [];
    files.set('proof/checkpoint', Buffer.from(change(lines).join('\n')));
    const bytes = await zipOf([...files].map(([name, content]) => ({ name, content })));
    const { code, stderr, report } = await verify(bytes, '--key', logKey);
    expect({ code, stderr }).toEqual({ code: 13, stderr: '' });
    expect(resultsOf(report)).toMatchObject({ files: 'broken', inclusion: 'broken', readings: 'broken' });
    expect(naiveBundleFault(files, { log: logKey })).toBeDefined();
  });
});

describe('checkpoints that were kept elsewhere', () => {
  /** A checkpoint that the bundle has, with something else in it. */
  async function kept(change: (note: string) => string): Promise<string> {
    const file = join(gateway.directory, `kept-${Math.random().toString(36).slice(2)}`);
    writeFileSync(file, change((await filesInZip(zip)).get('proof/checkpoint')?.toString('utf8') ?? ''));
    return file;
  }
  const history = (note: string) =>
    [note.replace(/\n\d+\n/, '\n3\n'), note].map((one) => `${JSON.stringify({ note: one })}\n`).join('');
  const otherRoot = (note: string) => note.replace(/\n[^\n]*\n\n/, `\n${'A'.repeat(43)}=\n\n`);

  it.each<[string, (note: string) => string, number, string, RegExp]>([
    ['the same', (note) => note, 0, 'holds', /the log had the same/],
    ['a history with it', history, 0, 'holds', /the log had the same/],
    [
      'one over other events',
      (note) => note.replace(/\n\d+\n/, '\n3\n'),
      14,
      'not_shown',
      /none of the 1 given/,
    ],
    ['one with another root', otherRoot, 13, 'broken', /events of the log are not those that were signed/],
    [
      'one of another log',
      (note) => note.replace(/^[^\n]+/, 'other'),
      13,
      'broken',
      /it is of the log other/,
    ],
    ['none', () => 'my diary', 13, 'broken', /not a signed note/],
  ])('%s', async (_what, change, expected, result, message) => {
    const { code, report } = await verify(zip, '--checkpoint', await kept(change));
    const found = report.checks.find(({ name }: { name: string }) => name === 'checkpoints');
    expect(found).toEqual({ name: 'checkpoints', result, message: expect.stringMatching(message) });
    expect(code).toBe(expected);
  });
});

describe('a bundle that was changed', () => {
  type Change = (files: Map<string, Buffer>) => void;
  const edit = (files: Map<string, Buffer>, name: string, from: RegExp | string, to: string) =>
    files.set(name, Buffer.from((files.get(name)?.toString('utf8') ?? '').replace(from, to)));
  const nameOf = (files: Map<string, Buffer>, start: string) =>
    [...files.keys()].find((name) => name.startsWith(start)) ?? '';

  it.each<[string, Change, RegExp]>([
    ['another report', (files) => edit(files, 'report.html', '<h1>', '<h1>Not '), /report\.html is not what/],
    [
      'another decision',
      (files) => edit(files, 'events.jsonl', '"decision":"require_approval"', '"decision":"allow"'),
      /hash_mismatch/,
    ],
    [
      'an event left out',
      (files) => edit(files, 'events.jsonl', /[^\n]*"identity_checked"[^\n]*\n/, ''),
      /events are missing/,
    ],
    [
      'another policy',
      (files) => edit(files, nameOf(files, 'policy/'), 'block', 'allow'),
      /is not the bundle it is named for/,
    ],
    [
      'another blob',
      (files) => edit(files, nameOf(files, 'blobs/'), 'xxx', 'xxy'),
      /is not what it is named for/,
    ],
    [
      'a proof of another event',
      (files) =>
        files.set(
          'proof/5.tlog-proof',
          files.get([...files.keys()].find((name) => /proof\/\d\d\.tlog/.test(name)) ?? '') ??
            Buffer.alloc(0),
        ),
      /proof of event 5|is not in the manifest/,
    ],
    [
      'another size in the checkpoint',
      (files) => edit(files, 'proof/checkpoint', /\n\d+\n/, '\n7\n'),
      /does not lead to the signed root|is behind the checkpoint, and has a proof/,
    ],
    ['a file more', (files) => files.set('more.txt', Buffer.from('x')), /more\.txt is not in the manifest/],
    ['a file less', (files) => files.delete('graph.json'), /graph\.json is missing/],
    [
      'a file by another name',
      (files) => {
        files.set('graf.json', files.get('graph.json') ?? Buffer.alloc(0));
        files.delete('graph.json');
      },
      /graph\.json is missing/,
    ],
    [
      'another statement',
      (files) => edit(files, 'attestation.json', /"payload": "[^"]*"/, '"payload": "e30="'),
      /attestation/,
    ],
    [
      'another type of payload',
      (files) => edit(files, 'attestation.json', 'application/vnd.in-toto+json', 'text/plain'),
      /its payload is text\/plain/,
    ],
    ['no manifest', (files) => files.delete('manifest.json'), /manifest\.json is missing/],
  ])('%s: 13, and it is named', async (_what, change, message) => {
    const files = await filesInZip(zip);
    change(files);
    const changed = await zipOf([...files].map(([name, content]) => ({ name, content })));
    const { code, report } = await verify(changed, '--key', logKey, '--evidence-key', keyFile);
    expect(code).toBe(13);
    expect(JSON.stringify(report)).toMatch(message);
    expect(naiveBundleFault(files, naiveKeys())).toBeDefined();
  });

  it('is not signed by whoever else signs it, whatever name the key goes by', async () => {
    const other = await startGateway();
    try {
      const strange = join(gateway.directory, 'strange.json');
      const jwks = (await other.send('GET /.well-known/evidence-jwks.json', { token: null })).body as {
        keys: object[];
      };
      const own = JSON.parse(
        (await gateway.send('GET /.well-known/evidence-jwks.json', { token: null })).text,
      );
      writeFileSync(strange, JSON.stringify({ keys: [{ ...jwks.keys[0], kid: own.keys[0].kid }] }));
      const { code, report } = await verify(zip, '--evidence-key', strange);
      expect(resultsOf(report)).toMatchObject({ attestation: 'broken', signer: 'not_shown' });
      expect(code).toBe(13);
      const { code: foreign, report: foreignReport } = await verify(zip, '--key', logKeyOf(other));
      expect(resultsOf(foreignReport)).toMatchObject({ signer: 'broken', attestation: 'not_shown' });
      expect(foreign).toBe(13);
      expect(naiveBundleFault(await filesInZip(zip), { log: logKeyOf(other) })).toBeDefined();
    } finally {
      await other.stop();
    }
  });
});
