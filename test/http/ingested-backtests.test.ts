import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BacktestView } from '../../src/backtest/backtests.ts';
import type { Flip } from '../../src/backtest/flip.ts';
import { runTool } from '../cli/run-tool.ts';
import { planOf } from '../local/plans.ts';
import { HandedOver, type Source } from './handed-over.ts';
import { ADMIN_TOKEN, type StartedGateway, startGateway } from './start-gateway.ts';

const NO_READING = `bundle: production
rules:
  - { id: read.stopped, match: { tool_name: read_contract }, action: block, reason: reading_stopped }
`;
let gateway: StartedGateway;
let handed: HandedOver;
let analyst: string;
let ours: Source;
let theirs: Source;

beforeAll(async () => {
  gateway = await startGateway();
  handed = new HandedOver(gateway);
  analyst = await gateway.token(['analyst']);
  const token = await gateway.token(['runtime']);
  await gateway.send('POST /evaluate', { token, body: planOf('allow', { trace_id: 'own' }) });
  ours = await handed.taken([
    planOf('allow', { trace_id: 'far-1' }),
    planOf('allow', { trace_id: 'far-2', metadata: { note: 'x'.repeat(70_000) } }),
    planOf('block', { trace_id: 'far-3' }),
  ]);
  theirs = await handed.taken([planOf('allow', { trace_id: 'strange' })], { tenant_id: 'globex' });
});
afterAll(async () => {
  await gateway.stop();
  handed.clear();
});

async function run(filter: object, token = analyst): Promise<BacktestView & { flips: Flip[] }> {
  const body = { bundle: { 'policies.yaml': NO_READING }, filter };
  const started = await gateway.send('POST /replay/backtest', { body, token });
  expect(started.status, started.text).toBe(202);
  const path = `/backtests/${started.body['backtest_id']}`;
  const ended = (await gateway.send(`GET ${path}?wait=30`, { token })).body as unknown as BacktestView;
  expect(ended).toMatchObject({ status: 'done', progress: { bytes: ended.progress.of } });
  const { flips } = (await gateway.send(`GET ${path}/flips`, { token })).body as { flips: Flip[] };
  return { ...ended, flips };
}

const named = (flips: readonly Flip[]) => flips.map(({ log, trace_id }) => [log, trace_id]);

async function ownOrigin(): Promise<string> {
  return (await gateway.send('GET /audit/checkpoint')).text.split('\n')[0] ?? '';
}

describe('a backtest', () => {
  it('decides plans of logs that were taken over again as well, and says whose they are', async () => {
    const { report, flips } = await run({});
    expect(report?.plans).toMatchObject({ matched: 4, decided: 4, flipped: 3 });
    expect(report?.taken_over).toEqual([
      { log: ours.origin, plans: 3, not_reproducible: 0, loosened: 0, tightened: 2 },
    ]);
    expect(named(flips)).toEqual([
      [undefined, 'own'],
      [ours.origin, 'far-1'],
      [ours.origin, 'far-2'],
    ]);
  });

  it('reads one log where that is asked for', async () => {
    expect(named((await run({ log: ours.origin })).flips)).toEqual([
      [ours.origin, 'far-1'],
      [ours.origin, 'far-2'],
    ]);
    const own = await run({ log: await ownOrigin() });
    expect([named(own.flips), own.report?.taken_over]).toEqual([[[undefined, 'own']], []]);
  });

  it('never reaches a log of another tenant', async () => {
    for (const filter of [{ log: theirs.origin }, { tenant_id: 'globex' }])
      expect((await run(filter)).report).toMatchObject({ plans: { matched: 0 }, taken_over: [] });
    const theirToken = await gateway.token(['analyst'], { tenant_id: 'globex' });
    expect((await run({}, theirToken)).report).toMatchObject({
      plans: { matched: 1 },
      taken_over: [{ log: theirs.origin, plans: 1 }],
    });
    expect((await run({}, ADMIN_TOKEN)).report?.taken_over.map(({ log }) => log).toSorted()).toEqual(
      [ours.origin, theirs.origin].toSorted(),
    );
  });

  it('does not count what nobody accepted', async () => {
    const root = join(gateway.directory, 'audit', 'ingested');
    for (const name of readdirSync(root)) appendFileSync(join(root, name, 'events.jsonl'), 'not accepted\n');
    expect((await run({}, ADMIN_TOKEN)).report?.plans).toMatchObject({ matched: 5, not_reproducible: 0 });
  });

  it('comes to the same from the files alone', async () => {
    const policy = join(handed.directory, 'candidate.yaml');
    writeFileSync(policy, NO_READING);
    const file = join(gateway.directory, 'audit', 'events.jsonl');
    const tool = async (...options: string[]) =>
      runTool(['backtest', policy, '--audit-file', file, '--json', ...options]);
    const ended = await tool('--tenant', 'acme-corp');
    const { flips, candidate: _, filter: _filter, ...report } = JSON.parse(ended.stdout);
    const online = await run({});
    expect([report, flips]).toEqual([online.report, online.flips]);
    expect(named(JSON.parse((await tool('--log', ours.origin)).stdout).flips)).toHaveLength(2);
    expect(named(JSON.parse((await tool('--log', await ownOrigin())).stdout).flips)).toHaveLength(1);
    const covered = await runTool(['policy', 'coverage', 'policies', '--audit-file', file, '--json']);
    // Also the one of the other tenant: whoever has the files has all of them.
    expect(JSON.parse(covered.stdout).recorded).toMatchObject({ plans: 5, not_reproducible: 0 });
    const unknown = await tool('--log', 'aisecops-local/none');
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('aisecops-local/none')]);
  });
});
