import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assertAsSigned } from '../../src/audit/as-signed.ts';
import { reportLog } from '../../src/audit/log-report.ts';
import { parseVerifierKey } from '../../src/tlog/note-key.ts';
import { forgeEvent } from './forge-log.ts';
import { tempLogFile } from './log-fixture.ts';
import { planGroup } from './plan-group.ts';
import { beside, openSignedLog, verifierKey } from './signed-log.ts';

/** A closed log of 14 events, with checkpoints over 1, 5 and 14 of them. */
async function closedLog(): Promise<string> {
  const file = tempLogFile();
  const { log, checkpoints, time, announce, close } = await openSignedLog(file);
  await announce();
  await log.append(planGroup('run-1', 3));
  // Long enough for the history to keep it.
  time.nowMs += 3_600_000;
  await checkpoints.tick();
  for (const trace of ['run-2', 'run-1', 'run-3']) await log.append(planGroup(trace, 3));
  await close();
  return file;
}

const forgeBlock = (file: string, sequence: number) =>
  forgeEvent(file, sequence, (event) => {
    event['decision'] = 'allow';
  });

describe('a log in which one event was changed and every hash done again', () => {
  it.each([1, 5, 9, 13])('is not opened, and event %d is named', async (sequence) => {
    const file = await closedLog();
    forgeBlock(file, sequence);
    const files = () =>
      ['checkpoint', 'checkpoints.jsonl', 'tree'].map((name) => readFileSync(beside(file, name)));
    const before = files();
    await expect(openSignedLog(file)).rejects.toMatchObject({
      code: 'audit_damaged',
      message: expect.stringContaining(
        `not those that were signed: event ${sequence} is the first that was changed`,
      ),
    });
    expect(files()).toEqual(before);
  });

  it('is not opened without the tree either', async () => {
    const file = await closedLog();
    forgeBlock(file, 9);
    rmSync(beside(file, 'tree'));
    await expect(openSignedLog(file)).rejects.toMatchObject({ code: 'audit_damaged' });
  });

  it('is reported with the event, and with what still holds', async () => {
    const file = await closedLog();
    forgeBlock(file, 9);
    const report = await reportLog(file, { keys: [parseVerifierKey(verifierKey())], checkpointFiles: [] });
    expect(report).toMatchObject({
      ok: false,
      integrity: { holds: true },
      completeness: { covered: 5 },
      signer: { status: 'established', key: verifierKey() },
    });
    for (const fault of report.completeness.faults)
      expect(fault).toMatchObject({ fault: 'rewritten', size: 14, first_changed: 9 });
    expect(report.completeness.faults.length).toBeGreaterThan(0);
  });

  it('is reported with the events among which it is, where the tree is gone', async () => {
    const file = await closedLog();
    forgeBlock(file, 9);
    rmSync(beside(file, 'tree'));
    const { completeness } = await reportLog(file, { keys: [], checkpointFiles: [] });
    expect(completeness.faults[0]).toMatchObject({ changed_among: { first: 5, last: 13 } });
    expect(completeness.faults[0]).not.toHaveProperty('first_changed');
  });

  it('has no signer where no checkpoint holds', async () => {
    const file = await closedLog();
    forgeBlock(file, 0);
    const { signer, completeness } = await reportLog(file, {
      keys: [parseVerifierKey(verifierKey())],
      checkpointFiles: [],
    });
    expect({ signer, covered: completeness.covered }).toEqual({ signer: { status: 'unknown' }, covered: 0 });
  });

  it('is told from a fork by the checkpoints: two over as many events cannot both hold', async () => {
    const file = await closedLog();
    const other = tempLogFile();
    const { log, announce, close } = await openSignedLog(other, {
      key: generateKeyPairSync('ed25519').privateKey,
    });
    await announce();
    for (const trace of ['run-1', 'run-2', 'run-1', 'run-3']) await log.append(planGroup(trace, 3));
    await close();
    const { completeness } = await reportLog(file, {
      keys: [],
      checkpointFiles: [beside(other, 'checkpoint')],
    });
    expect(completeness.faults).toEqual([
      expect.objectContaining({
        fault: 'rewritten',
        message: expect.stringContaining('two logs were signed'),
      }),
    ]);
  });

  it('is refused by whoever asks for a log as it was signed', async () => {
    const file = await closedLog();
    await expect(assertAsSigned(file)).resolves.toBeUndefined();
    forgeBlock(file, 9);
    await expect(assertAsSigned(file)).rejects.toMatchObject({
      code: 'audit_damaged',
      message: expect.stringContaining('event 9 is the first that was changed'),
    });
  });
});
