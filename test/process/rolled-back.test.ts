import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forgeEvent } from '../audit/forge-log.ts';
import { runTool } from '../cli/run-tool.ts';
import { ADMIN_TOKEN, auditFile, gatewayDirectory, startProcess, startRefused } from './gateway-process.ts';
import { eventsOf } from './naive-log.ts';
import { reading } from './plans.ts';

const WHO = ['--reason', 'yearly', '--by', 'Kim'];

async function decideOnce(directory: string): Promise<void> {
  const gateway = await startProcess(directory);
  expect((await gateway.send('POST /evaluate', { body: reading() })).body).toMatchObject({
    decision: 'allow',
  });
  await gateway.stop();
}

/** A log whose last run was forged; beside it are the checkpoints of the run before, and no tree. */
async function rolledBack(): Promise<string> {
  const directory = gatewayDirectory();
  const audit = join(directory, 'audit');
  await decideOnce(directory);
  const names = ['checkpoint', 'checkpoints.jsonl'];
  for (const name of names) cpSync(join(audit, name), join(directory, name));
  await decideOnce(directory);
  const { sequence } = eventsOf(directory).findLast(({ event_type }) => event_type === 'decision_made') ?? {};
  forgeEvent(auditFile(directory), sequence ?? -1, (event) => {
    event['decision'] = 'block';
  });
  for (const name of names) cpSync(join(directory, name), join(audit, name));
  rmSync(join(audit, 'tree'));
  return directory;
}

describe('a forged log with older checkpoints and no tree', () => {
  it('is seen by the store: nothing goes on over it, and nothing is changed', {
    timeout: 90_000,
  }, async () => {
    const directory = await rolledBack();
    const state = () =>
      [
        'audit/events.jsonl',
        'audit/checkpoint',
        'audit/checkpoints.jsonl',
        'data/signing-keys.json',
        'data/aisecops.db',
      ].map((name) => readFileSync(join(directory, name), 'base64'));
    const before = state();
    const refusals = [
      await startRefused(directory, { env: { AISECOPS_ADMIN_TOKEN: ADMIN_TOKEN } }),
      await runTool(['keys', 'rotate', ...WHO], directory),
      await runTool(['audit', 'purge', '--before', '2026-01-01', '--approver', 'Ada', ...WHO], directory),
      await runTool(['audit', 'rebuild-index'], directory),
    ];
    for (const { code, stderr } of refusals)
      expect({ code, stderr }).toMatchObject({
        code: 13,
        stderr: expect.stringMatching(/store has seen event \d+/),
      });
    expect(refusals.at(-1)?.stderr).toContain('--force');
    expect(state()).toEqual(before);
    expect(await runTool(['audit', 'rebuild-index', '--force'], directory)).toMatchObject({ code: 0 });
  });
});
