import type { JsonWebKey } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { purgeCommand } from '../../src/cli/purge.ts';
import { filesInZip } from '../../src/evidence/zip.ts';
import { naiveRootInTree, naiveStart } from '../audit/naive-purge.ts';
import { runTool } from '../cli/run-tool.ts';
import { naiveBundleFault } from '../evidence/naive-bundle.ts';
import { budgetFigures } from './budget-figures.ts';
import {
  ADMIN_TOKEN,
  auditFile,
  type GatewayProcess,
  gatewayDirectory,
  startProcess,
} from './gateway-process.ts';
import { eventsOf, faultOf, logKeyOf, logOf, notesOf } from './naive-log.ts';
import { incident, payment, reading } from './plans.ts';
import {
  fill,
  filledLog,
  LONG_TRACE,
  purgeAll,
  SMALL_SEGMENTS,
  segmentNames,
  segmentsOf,
} from './purged-log.ts';

/** What a gateway says of everything that a purge has to leave as it is. */
async function stateOf(gateway: GatewayProcess) {
  const texts = await Promise.all(
    ['GET /agents?limit=500', 'GET /approvals', 'GET /audit/holds', `GET /replay/${LONG_TRACE}`].map(
      async (route) => (await gateway.send(route)).body,
    ),
  );
  return { texts, budgets: await budgetFigures(gateway) };
}

describe('audit purge', () => {
  it('takes the old segments away, and what remains verifies', { timeout: 60_000 }, async () => {
    const { directory } = await filledLog();
    const key = logKeyOf(directory);
    const before = eventsOf(directory);
    const purged = await purgeAll(directory);
    expect(purged).toMatchObject({ code: 0, stderr: '' });
    expect(purged.stdout.match(/are purged/g)).toHaveLength(3);
    expect(readdirSync(segmentsOf(directory))).toEqual([]);
    expect(faultOf(directory)).toBeUndefined();
    const kept = eventsOf(directory);
    expect(kept[0]?.sequence).toBeGreaterThan(300);
    // Nothing of what remains was changed.
    expect(kept.slice(0, before.length - (kept[0]?.sequence ?? 0))).toEqual(before.slice(kept[0]?.sequence));
    const { code, stdout } = await runTool(
      ['verify', '--key', key, '--require', 'signer', '--require', 'complete'],
      directory,
    );
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(
      /^Purged +events 0-\d+ at \S+ by Kim, approved by Ada \(keep 0 days: old\), says event \d+$/m,
    );
    expect(stdout).toMatch(/^Integrity +holds: \d+ events, from event \d+ on, of aisecops/m);
    // Old checkpoints still hold, by the tree.
    expect(stdout).not.toContain('were not checked');
    const start = naiveStart(logOf(directory));
    const tree = readFileSync(join(directory, 'audit', 'tree'));
    for (const note of notesOf(directory)) {
      const [, size, root] = note.split('\n');
      if (start === undefined || Number(size) > start.last) continue;
      expect(naiveRootInTree(start, tree, Number(size)).toString('base64')).toBe(root);
    }
  });

  it('leaves agents, budgets, holds and traces as they were, also where the store is made again', {
    timeout: 120_000,
  }, async () => {
    const { directory, old, recent } = await filledLog();
    const first = await startProcess(directory, SMALL_SEGMENTS);
    await first.send('POST /audit/holds', { body: { trace_id: 'run-elsewhere', reason: 'To be kept' } });
    const before = await stateOf(first);
    await first.stop();
    expect((await purgeAll(directory)).code).toBe(0);
    const second = await startProcess(directory, SMALL_SEGMENTS);
    const after = await stateOf(second);
    const cut = after.texts.at(-1) as Record<string, unknown>;
    expect(cut).toMatchObject({ event_count: 16, purged_events: 8, timeline_truncated: false });
    expect(cut['timeline']).toHaveLength(8);
    expect(after.texts.slice(0, 3)).toEqual(before.texts.slice(0, 3));
    expect(after.budgets).toEqual(before.budgets);
    expect(await second.send(`GET /replay/${old}`)).toMatchObject({
      status: 404,
      body: { code: 'trace_not_found' },
    });
    expect((await second.send(`GET /replay/${recent}`)).body).toMatchObject({ event_count: 8 });
    const { body } = await second.send('POST /evaluate', { body: incident('still out') });
    expect(body).toMatchObject({ decision: 'block', reason: 'agent_suspended' });
    await second.send('POST /evaluate', { body: reading(0.01, { trace_id: LONG_TRACE }) });
    await second.send('POST /evaluate', { body: reading(0.01, { trace_id: old }) });
    const live = await stateOf(second);
    const lists = await Promise.all(
      ['GET /replay?limit=500', 'GET /audit?limit=500'].map((route) => second.send(route)),
    );
    await second.stop();
    expect(faultOf(directory)).toBeUndefined();

    expect((await runTool(['audit', 'rebuild-index'], directory)).code).toBe(0);
    const third = await startProcess(directory, SMALL_SEGMENTS);
    expect(await stateOf(third)).toEqual(live);
    const again = await third.send('GET /replay?limit=500');
    expect(again.body).toEqual(lists[0]?.body);
    await third.stop();
  });

  it('changes nothing with --dry-run, and keeps six months unless told otherwise', async () => {
    const { directory } = await filledLog();
    const dry = await runTool(
      ['audit', 'purge', '--keep-days', '0', '--allow-short', '--dry-run'],
      directory,
    );
    expect(dry.code).toBe(0);
    expect(dry.stdout.match(/would be purged/g)).toHaveLength(3);
    expect(segmentNames(directory)).toHaveLength(3);
    // To a terminal it says how far it is, and leaves nothing of that behind.
    const [said, drawn]: [string[], string[]] = [[], []];
    const given = {
      ...{ 'audit-file': auditFile(directory), store: join(directory, 'data', 'aisecops.db') },
      ...{ keys: join(directory, 'data', 'signing-keys.json'), 'keep-days': '0' },
      ...{ 'allow-short': true, 'dry-run': true },
    };
    await purgeCommand.run(given, {
      ...{ out: (text) => said.push(text), err: (text) => drawn.push(text) },
      ...{ isInteractive: true, isScreen: true },
    });
    expect(said.join('')).toBe(dry.stdout);
    expect(drawn[0]).toMatch(/\[#+\.*\] [\d,]+ of [\d,]+ bytes of old segments read$/);
    expect(drawn.at(-1)).toBe('\r\u001b[K');
    const args = ['audit', 'purge', '--approver', 'Ada', '--reason', 'old'];
    expect(await runTool([...args, '--keep-days', '182'], directory)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('183 days at least'),
    });
    const old = await runTool([...args, '--keep-days', '183'], directory);
    expect(old).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to purge') });
    expect(segmentNames(directory)).toHaveLength(3);
    for (const missing of [
      ['--keep-days', '200'],
      ['--before', 'yesterday', '--approver', 'Ada'],
    ])
      expect((await runTool(['audit', 'purge', '--reason', 'old', ...missing], directory)).code).toBe(2);
  });

  it('goes on after another purge, and with blobs that only purged events named', {
    timeout: 60_000,
  }, async () => {
    const { directory } = await filledLog();
    await purgeAll(directory);
    const gateway = await startProcess(directory, SMALL_SEGMENTS);
    const text = 'x'.repeat(50_000);
    const steps = [0, 1].map((n) => ({
      step_id: `s${n}`,
      tool_name: 'create_incident',
      arguments: { description: `${text}${n}` },
    }));
    await gateway.send('POST /evaluate', { body: { ...reading(), steps } });
    const blobs = join(directory, 'audit', 'blobs');
    const named = readdirSync(blobs);
    expect(named.length).toBeGreaterThan(0);
    while (segmentNames(directory).length < 2)
      await Promise.all(
        Array.from({ length: 20 }, () => gateway.send('POST /evaluate', { body: reading() })),
      );
    await gateway.stop();
    const purged = await purgeAll(directory);
    expect(purged).toMatchObject({ code: 0 });
    const left = readdirSync(blobs);
    expect(named.filter((name) => left.includes(name))).toEqual([]);
    expect(faultOf(directory)).toBeUndefined();
    expect((await runTool(['verify'], directory)).code).toBe(0);
  });

  it('proves events that remain', async () => {
    const { directory } = await filledLog();
    await purgeAll(directory);
    const [first] = eventsOf(directory);
    const sequence = Number(first?.sequence);
    expect((await runTool(['audit', 'proof', '--sequence', String(sequence + 3)], directory)).code).toBe(0);
    expect(await runTool(['audit', 'proof', '--sequence', String(sequence - 1)], directory)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('were purged'),
    });
  });

  it('starts without its store, its tree and the list of purges', { timeout: 60_000 }, async () => {
    const { directory } = await filledLog();
    await purgeAll(directory);
    for (const path of [
      'audit/tree',
      'audit/purged.jsonl',
      'data/aisecops.db',
      'data/aisecops.db-wal',
      'data/aisecops.db-shm',
    ])
      rmSync(join(directory, path), { force: true });
    const gateway = await startProcess(directory, SMALL_SEGMENTS);
    expect((await gateway.send('POST /evaluate', { body: reading() })).body).toMatchObject({
      decision: 'allow',
    });
    expect((await gateway.send('GET /agents/agent-late?tenant_id=acme-corp')).status).toBe(200);
    await gateway.stop();
    expect(faultOf(directory)).toBeUndefined();
    expect(
      await runTool(['verify', '--require', 'signer', '--key', logKeyOf(directory)], directory),
    ).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/over purged events alone and were not checked/),
    });
    expect(existsSync(join(directory, 'audit', 'tree'))).toBe(true);
  });
});

describe('a trace whose beginning was purged', () => {
  it('is replayed and exported as far as it is there, and says so', { timeout: 60_000 }, async () => {
    const { directory } = await filledLog();
    await purgeAll(directory);
    const replay = await runTool(['--trace-id', LONG_TRACE], directory, 'aisecops-replay');
    expect(replay).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^events: 8 .*; the 8 before them were purged$/m),
    });
    const json = await runTool(['--trace-id', LONG_TRACE, '--json'], directory, 'aisecops-replay');
    expect(JSON.parse(json.stdout)).toMatchObject({ integrity: 'holds', purged_events: 8 });
    const gateway = await startProcess(directory, SMALL_SEGMENTS);
    const response = await fetch(`${gateway.origin}/replay/${LONG_TRACE}/evidence`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    const zip = Buffer.from(await response.arrayBuffer());
    const { body } = await gateway.send('GET /.well-known/evidence-jwks.json');
    await gateway.stop();
    const log = logKeyOf(directory);
    const [evidence] = body['keys'] as JsonWebKey[];
    const files = await filesInZip(zip);
    expect(naiveBundleFault(files, { log, ...(evidence && { evidence }) })).toBeUndefined();
    const path = join(directory, 'cut.zip');
    writeFileSync(path, zip);
    const checked = await runTool(['verify', path, '--key', log], directory);
    expect(checked).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/selection +not shown: .* were purged before, .*: 8 of run-long/),
    });
    expect((await runTool(['verify', path, '--key', log, '--require', 'complete'], directory)).code).toBe(14);
  });
});

describe('a trace that was purged whole while somebody was asked', () => {
  it.each([false, true])(
    'goes on from where it was, and says what is gone; store made again: %s',
    {
      timeout: 120_000,
    },
    async (isMadeAgain) => {
      const directory = gatewayDirectory();
      const first = await startProcess(directory, SMALL_SEGMENTS);
      const plan = payment({ trace_id: 'run-waiting' });
      const { body } = await first.send('POST /evaluate', { body: plan });
      const { approval_id } = body['approval'] as { approval_id: string };
      const before = await first.send('GET /replay/run-waiting');
      await fill(first, directory, 1);
      await first.stop();
      expect((await purgeAll(directory)).code).toBe(0);
      if (isMadeAgain)
        for (const end of ['', '-wal', '-shm'])
          rmSync(join(directory, 'data', `aisecops.db${end}`), { force: true });

      const second = await startProcess(directory, SMALL_SEGMENTS);
      const token = await second.token(['approver'], 'Ada');
      expect((await second.send(`POST /approvals/${approval_id}/approve`, { token, body: {} })).status).toBe(
        200,
      );
      const paid = await second.send('POST /evaluate', { body: { ...plan, approval_id } });
      expect(paid.body).toMatchObject({ decision: 'allow' });
      const gone = before.body['event_count'];
      const { body: replay } = await second.send('GET /replay/run-waiting');
      expect(replay).toMatchObject({ purged_events: gone });
      const timeline = replay['timeline'] as { event: { trace_sequence: number } }[];
      expect(timeline[0]?.event.trace_sequence).toBe(gone);
      const { body: list } = await second.send('GET /replay?limit=500');
      const listed = (list['traces'] as { trace_id: string }[]).find(
        ({ trace_id }) => trace_id === 'run-waiting',
      );
      expect(listed).toMatchObject({ purged_events: gone });
      const response = await fetch(`${second.origin}/replay/run-waiting/evidence`, {
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      });
      const zip = Buffer.from(await response.arrayBuffer());
      await second.stop();
      expect(faultOf(directory)).toBeUndefined();
      const log = logKeyOf(directory);
      const files = await filesInZip(zip);
      expect(JSON.parse(files.get('manifest.json')?.toString('utf8') ?? '')).toMatchObject({
        purged: { 'run-waiting': gone },
      });
      expect(naiveBundleFault(files, { log })).toBeUndefined();
      const path = join(directory, 'waiting.zip');
      writeFileSync(path, zip);
      expect((await runTool(['verify', path, '--key', log, '--require', 'complete'], directory)).code).toBe(
        14,
      );
    },
  );
});

describe('a legal hold', () => {
  /** Places a hold on a stopped log, by a gateway that is started for it. */
  async function hold(directory: string, scope: object): Promise<string> {
    const gateway = await startProcess(directory, SMALL_SEGMENTS);
    const { body } = await gateway.send('POST /audit/holds', {
      body: { ...scope, reason: 'Litigation 4711' },
    });
    await gateway.stop();
    return String(body['hold_id']);
  }

  it('keeps the segment that it fits and all behind it, and says which and why', {
    timeout: 60_000,
  }, async () => {
    const { directory } = await filledLog();
    const [, second = 0, third = 0] = segmentNames(directory);
    const held = eventsOf(directory).find(
      ({ sequence, trace_id }) => sequence > second + 400 && trace_id !== undefined,
    );
    const id = await hold(directory, { trace_id: held?.trace_id });
    const purged = await purgeAll(directory);
    expect(purged.code).toBe(15);
    expect(purged.stdout).toContain(
      `events ${second}-${third - 1} stay: the hold ${id} (trace_id ${held?.trace_id}; Litigation 4711; by `,
    );
    expect(segmentNames(directory)).toEqual([second, third]);
    expect(faultOf(directory)).toBeUndefined();
    const listed = await runTool(['audit', 'holds'], directory);
    expect(listed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^${id} active: trace_id `)),
    });
    const gateway = await startProcess(directory, SMALL_SEGMENTS);
    await gateway.send(`POST /audit/holds/${id}/release`, { body: { reason: 'Settled' } });
    await gateway.stop();
    expect((await runTool(['audit', 'holds'], directory)).stdout).toBe('no hold is active\n');
    expect((await purgeAll(directory)).code).toBe(0);
    expect(segmentNames(directory)).toEqual([]);
    const all = await runTool(['audit', 'holds', '--all', '--json'], directory);
    expect(JSON.parse(all.stdout)).toMatchObject({ holds: [{ hold_id: id, status: 'released' }] });
  });

  it('is in force also where the event that placed it was purged', { timeout: 60_000 }, async () => {
    const { directory } = await filledLog();
    const id = await hold(directory, { trace_id: 'run-later' });
    const gateway = await startProcess(directory, SMALL_SEGMENTS);
    await fill(gateway, directory, 4);
    await gateway.stop();
    expect((await purgeAll(directory)).code).toBe(0);
    expect(eventsOf(directory).some(({ event_type }) => event_type === 'hold_placed')).toBe(false);
    expect((await runTool(['audit', 'holds'], directory)).stdout).toContain(id);
    rmSync(join(directory, 'data', 'aisecops.db'));
    const again = await startProcess(directory, SMALL_SEGMENTS);
    await again.send('POST /evaluate', { body: reading(0.01, { trace_id: 'run-later' }) });
    await fill(again, directory, 1);
    await again.stop();
    const held = await purgeAll(directory);
    expect(held).toMatchObject({ code: 15, stdout: expect.stringContaining(id) });
  });
});
