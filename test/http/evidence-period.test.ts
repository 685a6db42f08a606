import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesInZip, zipOf } from '../../src/evidence/zip.ts';
import { recordedLog } from '../backtest/recorded-log.ts';
import { runTool } from '../cli/run-tool.ts';
import { naiveBundleFault } from '../evidence/naive-bundle.ts';
import type { StartedGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let compliance: string;
let logKey: string;
let keyFile: string;

async function exported(body: object, token = compliance) {
  const response = await fetch(`${gateway.origin}/evidence`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

async function filesOf(body: object, token?: string): Promise<Map<string, Buffer>> {
  const { response, bytes } = await exported(body, token);
  expect(response.status, bytes.toString('utf8').slice(0, 500)).toBe(200);
  return filesInZip(bytes);
}

const text = (files: ReadonlyMap<string, Buffer>, name: string) => files.get(name)?.toString('utf8') ?? '';
const json = (files: ReadonlyMap<string, Buffer>, name: string) => JSON.parse(text(files, name));
const tracesIn = (files: ReadonlyMap<string, Buffer>): string[] => {
  const lines = text(files, 'events.jsonl')
    .split('\n')
    .filter((line) => line !== '');
  return [...new Set(lines.map((line) => JSON.parse(line).trace_id))].toSorted();
};

async function verify(files: ReadonlyMap<string, Buffer>, ...args: string[]) {
  const file = join(gateway.directory, `bundle-${Math.random().toString(36).slice(2)}.zip`);
  writeFileSync(file, await zipOf([...files].map(([name, content]) => ({ name, content }))));
  const { code, stdout } = await runTool([
    'verify',
    file,
    '--json',
    '--key',
    logKey,
    '--evidence-key',
    keyFile,
    ...args,
  ]);
  return { code, report: JSON.parse(stdout) };
}

const naiveKeys = () => ({ log: logKey, evidence: JSON.parse(readFileSync(keyFile, 'utf8')).keys[0] });

async function listed(query: string): Promise<string[]> {
  const { body } = await gateway.send(`GET /replay?limit=500&${query}`, { token: compliance });
  return (body['traces'] as { trace_id: string }[]).map(({ trace_id }) => trace_id).toSorted();
}

beforeAll(async () => {
  ({ gateway } = await recordedLog());
  compliance = await gateway.token(['compliance']);
  logKey = json(await filesOf({ filter: {} }), 'proof/keys.json').log;
  keyFile = join(gateway.directory, 'evidence-keys.json');
  writeFileSync(keyFile, (await gateway.send('GET /.well-known/evidence-jwks.json', { token: null })).text);
});
afterAll(() => gateway.stop());

describe('POST /evidence', () => {
  it('is a zip that a stranger verifies with two keys, and another verifier as well', async () => {
    const files = await filesOf({ filter: {} });
    const { code, report } = await verify(files, '--require', 'signer', '--require', 'complete');
    expect(
      Object.fromEntries(
        report.checks.map((each: { name: string; result: string }) => [each.name, each.result]),
      ),
    ).toEqual({
      files: 'holds',
      attestation: 'holds',
      integrity: 'holds',
      selection: 'holds',
      inclusion: 'holds',
      signer: 'holds',
      policies: 'holds',
      // Two plans had a secret taken out of them.
      reproduction: 'not_shown',
      readings: 'holds',
    });
    expect({ code, kind: report.kind }).toEqual({ code: 0, kind: 'period' });
    expect(naiveBundleFault(files, naiveKeys())).toBeUndefined();
  });

  it.each([
    ['everything', {}, ''],
    ['an agent', { agent_id: 'agent-ops-01' }, 'agent_id=agent-ops-01'],
    ['a tool', { tool_name: 'make_payment' }, 'tool_name=make_payment'],
    ['a decision', { decision: 'block' }, 'decision=block'],
    ['a time', { from: '2020-01-01T00:00:00Z', to: '2999-01-01T00:00:00+01:00' }, ''],
    ['nothing', { from: '2999-01-01T00:00:00Z' }, 'from=2999-01-01T00:00:00Z'],
  ])(
    'holds the traces of %s, as the list has them, and every event of them in the order of the log',
    async (_, filter, query) => {
      const files = await filesOf({ filter });
      const expected = await listed(query);
      expect(tracesIn(files)).toEqual(expected);
      expect(json(files, 'population.json').traces).toEqual(expected);
      const manifest = json(files, 'manifest.json');
      expect(manifest).toMatchObject({
        kind: 'period',
        population: expected.length,
        traces: expected.length,
      });
      let events = 0;
      for (const id of expected)
        events += Number((await gateway.send(`GET /replay/${id}/summary`)).body['event_count']);
      expect(manifest.events).toBe(events);
      expect(naiveBundleFault(files, naiveKeys())).toBeUndefined();
      expect((await verify(files)).code).toBe(0);
    },
  );

  it('picks a sample by a seed: the same for the same seed, another for another', async () => {
    const pickedBy = async (seed: string) =>
      tracesIn(await filesOf({ filter: {}, sample: { size: 4, seed } }));
    const first = await pickedBy('a');
    expect(first).toHaveLength(4);
    expect(await pickedBy('a')).toEqual(first);
    const others = await Promise.all(['b', 'c', 'd'].map(pickedBy));
    expect(others.some((other) => other.join() !== first.join())).toBe(true);
    const files = await filesOf({ filter: {}, sample: { size: 4, seed: 'a' } });
    expect(naiveBundleFault(files, naiveKeys())).toBeUndefined();
    expect((await verify(files)).report.checks).toContainEqual({
      name: 'selection',
      result: 'holds',
      message: '4 of 12 traces, picked by the seed a',
    });
  });

  it('adds up what the traces come to', async () => {
    const files = await filesOf({ filter: {} });
    const { totals, traces } = json(files, 'summary.json');
    const of = (counts: { name: string; count: number }[], name: string) =>
      counts.find((each) => each.name === name)?.count ?? 0;
    const { body } = await gateway.send('GET /audit?event_type=decision_made&limit=500');
    const made = (body['events'] as { decision: string; payload: { mode: string } }[]).filter(
      ({ payload }) => payload.mode === 'enforce',
    );
    expect(totals.plans).toBe(made.length);
    for (const decision of ['allow', 'block', 'require_approval'])
      expect(of(totals.by_decision, decision)).toBe(made.filter((each) => each.decision === decision).length);
    expect(of(totals.approvals, 'granted')).toBe(1);
    for (const trace of traces)
      expect(trace).toEqual((await gateway.send(`GET /replay/${trace.trace_id}/summary`)).body);
    expect(json(files, 'replay-diff.json')).toMatchObject({
      identical: false,
      exceptions: [{ missing: 'plan_redacted' }, { missing: 'plan_redacted' }],
    });
  });

  it('holds nothing of another tenant, whatever the filter names, and is an event', async () => {
    const stranger = await gateway.token(['compliance'], { tenant_id: 'globex' });
    for (const filter of [{}, { tenant_id: 'acme-corp' }])
      expect(tracesIn(await filesOf({ filter }, stranger))).toEqual([]);
    const { body } = await gateway.send('GET /audit?event_type=evidence_exported', { token: stranger });
    const [event] = body['events'] as { payload: object; tenant_id: string }[];
    expect(event).toMatchObject({ tenant_id: 'globex', payload: { events: 0, by: { name: 'compliance' } } });
    expect((await exported({ filter: {} }, await gateway.token(['operator']))).response.status).toBe(403);
  });

  it.each([
    ['no filter', {}],
    ['an unknown filter', { filter: { agent: 'x' } }],
    ['a sample of none', { filter: {}, sample: { size: 0, seed: 'x' } }],
    ['a sample without a seed', { filter: {}, sample: { size: 3 } }],
  ])('%s is 400', async (_, body) => {
    const { response } = await exported(body);
    expect(response.status).toBe(400);
  });

  it('refuses what would only wait, and takes it when there is room again', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => exported({ filter: {} })));
    const statuses = all.map(({ response }) => response.status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(8);
    const refused = all.find(({ response }) => response.status === 429);
    expect(JSON.parse(refused?.bytes.toString('utf8') ?? '{}')).toMatchObject({ code: 'too_many_exports' });
    expect((await exported({ filter: {} })).response.status).toBe(200);
  });

  it('decides plans while evidence is made', async () => {
    const [made, decided] = await Promise.all([
      exported({ filter: {} }),
      gateway.send('POST /evaluate', {
        body: { agent_name: 'finance_agent', tool_name: 'read_contract', arguments: { contract_id: 'C-7' } },
      }),
    ]);
    expect([made.response.status, decided.status]).toEqual([200, 200]);
  });
});

describe('a bundle of many traces that was changed', () => {
  type Change = (files: Map<string, Buffer>) => void;
  const edit =
    (name: string, from: RegExp | string, to: string): Change =>
    (files) =>
      files.set(name, Buffer.from(text(files, name).replace(from, to)));

  it.each<[string, Change, RegExp]>([
    [
      'a trace left out',
      (files) =>
        files.set(
          'events.jsonl',
          Buffer.from(text(files, 'events.jsonl').replace(/[^\n]*"trace_id":"run-3"[^\n]*\n/g, '')),
        ),
      /the trace run-3 is not here/,
    ],
    [
      'a trace that was not picked',
      edit('population.json', /\s*"run-5",/, ''),
      /the trace run-5 was not picked/,
    ],
    [
      'another seed',
      edit('manifest.json', '"kind": "period",', '"kind": "period", "sample": { "size": 3, "seed": "x" },'),
      /was not picked/,
    ],
    ['an event left out', edit('events.jsonl', /[^\n]*"identity_checked"[^\n]*\n/, ''), /events are missing/],
    ['another decision', edit('events.jsonl', '"decision":"block"', '"decision":"allow"'), /hash_mismatch/],
    [
      'lines in another order',
      (files) =>
        files.set(
          'events.jsonl',
          Buffer.from(`${text(files, 'events.jsonl').trimEnd().split('\n').toReversed().join('\n')}\n`),
        ),
      /doubled or moved/,
    ],
    [
      'a cover that leads elsewhere',
      edit('proof/cover.json', /"[A-Za-z0-9+/]{43}="/, `"${'A'.repeat(43)}="`),
      /do not lead to the signed root/,
    ],
    [
      'no subtrees',
      edit('proof/cover.json', /\{[\s\S]*\}/, '{"subtrees":[]}'),
      /do not lead to the signed root/,
    ],
    ['a cover that is none', edit('proof/cover.json', /\{[\s\S]*\}/, '[]'), /is no list of subtrees/],
    ['another size of the log', edit('proof/checkpoint', /\n\d+\n/, '\n7\n'), /do not lead|signature/],
    ['another report', edit('report.html', '<h1>', '<h1>Not '), /report\.html is not what/],
    ['another sum', edit('summary.json', /"plans": \d+/, '"plans": 1'), /summary\.json is not what/],
  ])('%s: 13, and it is named', async (_, change, message) => {
    const files = await filesOf({ filter: {} });
    change(files);
    const { code, report } = await verify(files);
    expect({ code, report: JSON.stringify(report) }).toEqual({
      code: 13,
      report: expect.stringMatching(message),
    });
    expect(naiveBundleFault(files, naiveKeys())).toBeDefined();
  });
});
