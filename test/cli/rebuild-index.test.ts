import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openAuditLog } from '../../src/audit/open-audit-log.ts';
import { openSignedLog } from '../../src/audit/open-signed-log.ts';
import { planGroup } from '../audit/plan-group.ts';
import { budgetFigures } from '../process/budget-figures.ts';
import { auditFile, gatewayDirectory, startProcess } from '../process/gateway-process.ts';
import { countersOf } from '../process/naive-log.ts';
import { incident, reading } from '../process/plans.ts';
import { until } from '../process/until.ts';
import { runTool, startTool } from './run-tool.ts';

const REBUILD = ['audit', 'rebuild-index'];

type Position = { sequence: number; hash: string } | undefined;

function positionIn(file: string, table: 'applied' | 'searched'): Position {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare<[], { sequence: number; hash: string }>(`SELECT sequence, hash FROM ${table}`).get();
  } finally {
    db.close();
  }
}

function appliedIn(directory: string): Position {
  return positionIn(join(directory, 'data', 'aisecops.db'), 'applied');
}

function wordsIn(directory: string): Position {
  return positionIn(join(directory, 'data', 'aisecops-text.db'), 'searched');
}

/** A log that takes a moment to read; answers the sequence of its last event. */
async function writeLog(file: string, groups: number): Promise<number> {
  const { log, checkpointer } = await openSignedLog({
    ...{ file, clock: Date.now, onCommit: () => undefined },
    keys: { current: generateKeyPairSync('ed25519').privateKey, retired: [] },
    onCheckpointFailure: (cause) => expect.fail(String(cause)),
  });
  for (let sent = 0; sent < groups; sent += 500)
    await Promise.all(
      Array.from({ length: 500 }, (_, index) => log.append(planGroup(`run-${sent + index}`, 8))),
    );
  const last = log.nextSequence - 1;
  await log.close();
  await checkpointer.close();
  return last;
}

describe('audit rebuild-index', () => {
  it('makes lists, budgets and approvals again as they were, and keeps tokens', {
    timeout: 60_000,
  }, async () => {
    const directory = gatewayDirectory();
    const first = await startProcess(directory, { env: { AISECOPS_SEGMENT_BYTES: '1048576' } });
    const token = await first.token(['analyst', 'runtime']);
    for (let plan = 0; plan < 130; plan += 1) await first.send('POST /evaluate', { body: reading() });
    await first.send('POST /evaluate', { body: incident('one') });
    const ask = async (gateway: typeof first) => ({
      traces: (await gateway.send('GET /replay?limit=500', { token })).body,
      found: (await gateway.send('GET /replay?q=create_incident', { token })).body['traces'],
      approvals: (await gateway.send('GET /approvals?limit=500', { token })).body,
      budgets: await budgetFigures(gateway),
    });
    // Words are gathered a little later.
    await until(
      'the plan is found by a word',
      async () => ((await ask(first)).found as unknown[]).length > 0,
    );
    const before = await ask(first);
    expect(before.budgets).toEqual(countersOf(directory));
    expect(before.found).toHaveLength(1);

    const running = await runTool(REBUILD, directory);
    expect(running).toMatchObject({ code: 75, stderr: expect.stringContaining('another process writes') });

    await first.stop();
    const { code, stdout, stderr } = await runTool(REBUILD, directory);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^1\d{3} events are in the index again\n$/);
    expect(wordsIn(directory)).toEqual(appliedIn(directory));
    const second = await startProcess(directory);
    expect(await ask(second)).toEqual(before);
    await second.stop();
  });

  it('makes nothing from a line that does not hold, names it, and leaves the index as it was', {
    timeout: 60_000,
  }, async () => {
    const directory = gatewayDirectory();
    const gateway = await startProcess(directory);
    await gateway.send('POST /evaluate', { body: reading() });
    await gateway.stop();
    const before = appliedIn(directory);
    const file = auditFile(directory);
    const text = readFileSync(file, 'utf8');
    const sequence = text.split('\n').findIndex((line) => line.includes('"decision":"allow"'));
    writeFileSync(file, text.replace('"decision":"allow"', '"decision":"block"'));
    const place = new RegExp(
      `event ${sequence} \\(.*events\\.jsonl, byte \\d+\\): the hash .*aisecops verify`,
      's',
    );
    for (const more of [[], ['--skip-words']]) {
      const changed = await runTool([...REBUILD, ...more], directory);
      expect(changed).toMatchObject({ code: 13, stdout: '', stderr: expect.stringMatching(place) });
      expect(appliedIn(directory)).toEqual(before);
    }
    // A start that has to read the line again names it as well.
    rmSync(join(directory, 'data', 'aisecops.db'));
    const refused = await startProcess(directory).then(
      () => 'started',
      (error) => String(error),
    );
    expect(refused).toMatch(
      new RegExp(
        `events\\.jsonl: the event at byte \\d+, after event ${sequence - 1} is damaged: hash_mismatch`,
      ),
    );
    expect(refused).toContain('aisecops verify');
    const missing = await runTool([...REBUILD, '--audit-file', join(directory, 'none.jsonl')], directory);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('no such file') });
  });

  it('names the event whose blob is gone', { timeout: 30_000 }, async () => {
    const directory = gatewayDirectory();
    mkdirSync(join(directory, 'data'));
    const { log } = await openAuditLog({
      file: auditFile(directory),
      clock: Date.now,
      onCommit: () => undefined,
    });
    await log.append(planGroup('run-1', 3));
    const large = { text: 'x'.repeat(70_000) };
    const { last_sequence } = await log.append({
      context: {},
      events: [{ event_type: 'gateway_started', payload: large }],
    });
    await log.close();
    rmSync(join(directory, 'audit', 'blobs'), { recursive: true });
    const { code, stderr } = await runTool(REBUILD, directory);
    expect(code).toBe(13);
    expect(stderr).toMatch(
      new RegExp(`event ${last_sequence} \\(.*blob sha256:[0-9a-f]{64} cannot be read`, 's'),
    );
  });

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'ended by %s leaves a beginning, and the next run makes all',
    {
      timeout: 60_000,
    },
    async (signal) => {
      const directory = gatewayDirectory();
      mkdirSync(join(directory, 'data'));
      const last = await writeLog(auditFile(directory), 20_000);
      const tool = startTool(REBUILD, directory);
      const isBegun = () => {
        try {
          return appliedIn(directory) !== undefined;
        } catch {
          return false;
        }
      };
      await until('the first events are in', isBegun);
      tool.signal(signal);
      const { code, stdout, stderr } = await tool.ended;
      expect(stdout).toBe('');
      expect(code).toBe(signal === 'SIGINT' ? 130 : null);
      if (signal === 'SIGINT') expect(stderr).toMatch(/^interrupted: the next start of the gateway/);
      const left = appliedIn(directory)?.sequence ?? -1;
      expect(left).toBeLessThan(last);
      expect(await runTool([...REBUILD, '--skip-words'], directory)).toMatchObject({
        code: 0,
        stdout: `${last + 1} events are in the index again\n`,
      });
      expect(appliedIn(directory)?.sequence).toBe(last);
      expect(wordsIn(directory)).toBeUndefined();
    },
  );
});
