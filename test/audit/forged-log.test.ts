import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assertAsSigned } from '../../src/audit/as-signed.ts';
import { reportLog } from '../../src/audit/log-report.ts';
import { TreeFile } from '../../src/audit/tree-file.ts';
import { formatCheckpoint } from '../../src/tlog/checkpoint.ts';
import { noteSigner, parseVerifierKey } from '../../src/tlog/note-key.ts';
import { signNote } from '../../src/tlog/signed-note.ts';
import { leafHash } from '../../src/tlog/tree-hash.ts';
import { naiveRoot } from '../tlog/naive-tree.ts';
import { forgeEvent, resealEvent } from './forge-log.ts';
import { tempLogFile } from './log-fixture.ts';
import { naiveFault } from './naive-verifier.ts';
import { planGroup } from './plan-group.ts';
import { beside, ORIGIN, openSignedLog, verifierKey } from './signed-log.ts';

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
      signer: { status: 'established', key: verifierKey(), covered: 5 },
    });
    for (const fault of report.completeness.faults)
      expect(fault).toMatchObject({ fault: 'rewritten', size: 14, first_changed: 9 });
    expect(report.completeness.faults.length).toBeGreaterThan(0);
  });

  it('is reported with the event that was changed where only its own hash was done again', async () => {
    for (const sequence of [1, 5, 9, 12]) {
      const file = await closedLog();
      resealEvent(file, sequence, (event) => {
        event['decision'] = 'allow';
      });
      const { integrity, completeness } = await reportLog(file, { keys: [], checkpointFiles: [] });
      // The chain breaks behind it, and says nothing of which of the two was changed.
      expect(integrity.first_bad).toMatchObject({ sequence: sequence + 1, reason: 'prev_hash_mismatch' });
      expect(completeness.faults).toContainEqual(
        expect.objectContaining({ fault: 'rewritten', size: 14, first_changed: sequence }),
      );
    }
  });

  it('is reported with no other event where the chain says which it is', async () => {
    const file = await closedLog();
    const text = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, text.with(9, (text[9] ?? '').replace('"block"', '"allow"')).join('\n'));
    const { integrity, completeness } = await reportLog(file, { keys: [], checkpointFiles: [] });
    expect(integrity.first_bad).toMatchObject({ sequence: 9, reason: 'hash_mismatch' });
    expect(completeness.faults).toEqual([]);
  });

  it('is not seen in a log beside which somebody without a key put tree and checkpoint of his own', async () => {
    const file = await closedLog();
    const other = await closedLog();
    forgeBlock(other, 9);
    rmSync(beside(other, 'checkpoint'));
    rmSync(beside(other, 'checkpoints.jsonl'));
    rmSync(beside(other, 'tree'));
    const lines = readFileSync(other, 'utf8').trimEnd().split('\n');
    const root = naiveRoot(lines.map((line) => Buffer.from(line))).toString('latin1');
    const text = formatCheckpoint({ origin: ORIGIN, size: lines.length, root });
    const tree = new TreeFile(beside(other, 'tree'));
    for (const line of lines) tree.add(leafHash(Buffer.from(line)));
    tree.close();
    cpSync(beside(other, 'tree'), beside(file, 'tree'));
    const { privateKey } = generateKeyPairSync('ed25519');
    const note = signNote(text, [noteSigner(ORIGIN, privateKey)]);
    appendFileSync(beside(file, 'checkpoints.jsonl'), `${JSON.stringify({ note })}\n`);
    for (const keys of [[], [parseVerifierKey(verifierKey())]]) {
      const { ok, completeness } = await reportLog(file, { keys, checkpointFiles: [] });
      // What was put there does not fit, and no event is said to have been changed.
      expect(ok).toBe(false);
      for (const fault of completeness.faults) {
        expect(fault).not.toHaveProperty('first_changed');
        expect(fault).not.toHaveProperty('changed_among');
      }
    }
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

describe('a forged log without a checkpoint', () => {
  const opening = (event_type: string, payload: object) => (event: Record<string, unknown>) => {
    for (const name of ['trace_id', 'trace_sequence', 'trace_prev_hash', 'step_id', 'tool_name'])
      delete event[name];
    Object.assign(event, { event_type, payload });
  };
  it.each<[string, (event: Record<string, unknown>) => void, string]>([
    [
      'a day that no month has',
      (event) => Object.assign(event, { timestamp: '2026-13-45T99:99:99.999Z' }),
      'not_an_event',
    ],
    ['a second opening of the log', opening('log_opened', { origin: 'log.example/1' }), 'segment_misplaced'],
    ['a file of another log', opening('segment_opened', { origin: 'other', offset: 0 }), 'segment_misplaced'],
  ])('is found by %s', async (_what, change, reason) => {
    const file = await closedLog();
    for (const name of ['checkpoint', 'checkpoints.jsonl', 'tree']) rmSync(beside(file, name));
    // The last event of the last trace, which no other follows.
    forgeEvent(file, 13, (event) => {
      change(event);
      const before = readFileSync(file, 'utf8').split('\n').slice(0, 13).join('\n');
      const payload = event['payload'] as { offset?: number } | undefined;
      if (payload?.offset !== undefined) payload.offset = Buffer.byteLength(before) + 1;
    });
    const { integrity } = await reportLog(file, { keys: [], checkpointFiles: [] });
    expect(integrity.first_bad).toMatchObject({ sequence: 13, reason });
    expect(naiveFault(readFileSync(file), beside(file, 'blobs'))).toBeDefined();
  });
});
