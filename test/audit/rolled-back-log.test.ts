import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assertAsSigned } from '../../src/audit/as-signed.ts';
import { reportLog } from '../../src/audit/log-report.ts';
import { digestPosition } from '../../src/audit/tree-file.ts';
import { formatCheckpoint } from '../../src/tlog/checkpoint.ts';
import { noteSigner } from '../../src/tlog/note-key.ts';
import { signNote } from '../../src/tlog/signed-note.ts';
import { naiveRoot } from '../tlog/naive-tree.ts';
import { forgeEvent } from './forge-log.ts';
import { openLog, START_MS, tempLogFile } from './log-fixture.ts';
import { naiveTailFault } from './naive-tail.ts';
import { planGroup } from './plan-group.ts';
import { beside, ORIGIN, openSignedLog, verifierKey } from './signed-log.ts';

type Log = { file: string; copy: string; older: string };

/** A closed log of 14 events; its checkpoints cover 1, 5 and 14, and `older` is the one over 5. */
async function closedLog(): Promise<Log> {
  const file = tempLogFile();
  const copy = join(dirname(tempLogFile()), 'copy.jsonl');
  const { log, checkpoints, time, announce, close } = await openSignedLog(file, { copy });
  await announce();
  await log.append(planGroup('run-1', 3));
  // Long enough for the history to keep it.
  time.nowMs += 3_600_000;
  await checkpoints.tick();
  const older = readFileSync(beside(file, 'checkpoint'), 'utf8');
  for (const trace of ['run-2', 'run-1', 'run-3']) await log.append(planGroup(trace, 3));
  await close();
  return { file, copy, older };
}

function copyOf({ file, copy, older }: Log): Log {
  const own = tempLogFile();
  cpSync(dirname(file), dirname(own), { recursive: true });
  return { file: own, copy, older };
}

const forge = ({ file }: Log, sequence = 9) =>
  forgeEvent(file, sequence, (event) => {
    event['decision'] = 'allow';
  });
const rollBack = ({ file, older }: Log) => writeFileSync(beside(file, 'checkpoint'), older);
const rollBackHistory = ({ file, older }: Log) => {
  const lines = readFileSync(beside(file, 'checkpoints.jsonl'), 'utf8').split('\n');
  const kept = lines.findIndex((line) => line !== '' && JSON.parse(line).note === older) + 1;
  writeFileSync(beside(file, 'checkpoints.jsonl'), `${lines.slice(0, kept).join('\n')}\n`);
};
const lose =
  (...names: string[]) =>
  ({ file }: Log) => {
    for (const name of names) rmSync(beside(file, name));
  };
const cut = ({ file }: Log) => {
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, `${lines.slice(0, 10).join('\n')}\n`);
};
/** A checkpoint over all that the file says now, and one event more, by a key that nobody knows. */
const signForged = ({ file }: Log) => {
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map(Buffer.from as (line: string) => Buffer);
  const { privateKey } = generateKeyPairSync('ed25519') as { privateKey: KeyObject };
  const text = formatCheckpoint({
    origin: ORIGIN,
    size: lines.length,
    root: naiveRoot(lines).toString('latin1'),
  });
  writeFileSync(beside(file, 'checkpoint'), signNote(text, [noteSigner(ORIGIN, privateKey)]));
};

describe('a forged log beside which what was signed was exchanged or taken away', () => {
  const ways: [string, ((log: Log) => void)[], RegExp][] = [
    ['an older checkpoint', [forge, rollBack], /checkpoint|event 9 is the first that was changed/],
    [
      'an older checkpoint and history',
      [forge, rollBack, rollBackHistory],
      /event 9 is another than the tree/,
    ],
    ['no checkpoint and history', [forge, lose('checkpoint', 'checkpoints.jsonl')], /event 9 is another/],
    [
      'none of them and no tree',
      [forge, lose('checkpoint', 'checkpoints.jsonl', 'tree')],
      /no checkpoint is beside/,
    ],
    ['a checkpoint by another key', [forge, signForged], /event 9 is the first that was changed/],
    [
      'an older checkpoint and an end that was cut off',
      [cut, rollBack, rollBackHistory],
      /ends before event 13/,
    ],
    ['a history alone that is older', [forge, lose('checkpoint'), rollBackHistory], /event 9 is another/],
  ];

  it.each(ways)('is not opened with %s', async (_what, steps, message) => {
    const log = await closedLog();
    for (const step of steps) step(log);
    await expect(openSignedLog(log.file)).rejects.toMatchObject({
      code: 'audit_damaged',
      message: expect.stringMatching(message),
    });
  });

  it.each(ways.filter(([what]) => !what.includes('another key')))(
    'is no log as it was signed with %s',
    async (what, steps) => {
      const log = await closedLog();
      for (const step of steps) step(log);
      // That a tree is ahead of its log is seen alike where that is read while it is written.
      if (what.includes('cut off')) await expect(assertAsSigned(log.file)).resolves.toBeUndefined();
      else await expect(assertAsSigned(log.file)).rejects.toMatchObject({ code: 'audit_damaged' });
    },
  );

  it('is not opened without anything beside it where a history is kept elsewhere', async () => {
    const log = await closedLog();
    for (const step of [forge, rollBack, rollBackHistory, lose('tree')]) step(log);
    await expect(openSignedLog(log.file, { copy: log.copy })).rejects.toMatchObject({
      code: 'audit_damaged',
    });
    await expect(assertAsSigned(log.file)).resolves.toBeUndefined();
    await expect(assertAsSigned(log.file, { copy: log.copy })).rejects.toMatchObject({
      code: 'audit_damaged',
    });
    // What another log has there speaks of that one.
    const other = await closedLog();
    appendFileSync(other.copy, readFileSync(log.copy, 'utf8').replaceAll(ORIGIN, 'log.example/2'));
    const { close } = await openSignedLog(other.file, { copy: other.copy });
    await close();
  });

  it('is not opened either where much of another log came to that history since', async () => {
    const log = await closedLog();
    for (const step of [forge, rollBack, rollBackHistory, lose('tree')]) step(log);
    const [line = ''] = readFileSync(log.copy, 'utf8').replaceAll(ORIGIN, 'log.example/2').split('\n');
    appendFileSync(log.copy, `${line}\n`.repeat(Math.ceil(600_000 / line.length)));
    await expect(openSignedLog(log.file, { copy: log.copy })).rejects.toMatchObject({
      code: 'audit_damaged',
    });
  });

  it('is told by a history that several logs share, which says nothing against the others', async () => {
    const log = await closedLog();
    const shared = readFileSync(log.copy, 'utf8').replaceAll(ORIGIN, 'log.example/2');
    const foreign = join(dirname(log.copy), 'foreign.jsonl');
    writeFileSync(foreign, shared);
    appendFileSync(log.copy, shared);
    const verify = (copy: string) => reportLog(log.file, { keys: [], checkpointFiles: [copy] });
    expect(await verify(log.copy)).toMatchObject({ ok: true, completeness: { faults: [], covered: 14 } });
    expect((await verify(foreign)).completeness.faults[0]).toMatchObject({ fault: 'other_log' });
    forge(log);
    const { completeness } = await verify(log.copy);
    expect(completeness.faults).toContainEqual(
      expect.objectContaining({ fault: 'rewritten', source: log.copy }),
    );
    expect(completeness.faults).not.toContainEqual(expect.objectContaining({ fault: 'other_log' }));
  });

  it('is told by a history of as many checkpoints as two days of a busy gateway make', async () => {
    const log = await closedLog();
    const [first = ''] = readFileSync(log.copy, 'utf8').split('\n');
    // By a key that nobody knows: signatures of known ones are looked at one by one.
    const { privateKey } = generateKeyPairSync('ed25519');
    const text = `${JSON.parse(first).note.split('\n\n')[0]}\n`;
    const line = `${JSON.stringify({ note: signNote(text, [noteSigner(ORIGIN, privateKey)]) })}\n`;
    writeFileSync(log.copy, line.repeat(150_000) + readFileSync(log.copy, 'utf8'));
    const report = () => reportLog(log.file, { keys: [], checkpointFiles: [log.copy] });
    expect(await report()).toMatchObject({ ok: true, completeness: { covered: 14 } });
    forge(log);
    expect(await report()).toMatchObject({ ok: false, completeness: { covered: 5 } });
  });

  it('is verified as one that the tree speaks against', async () => {
    const log = await closedLog();
    for (const step of [forge, rollBack, rollBackHistory]) step(log);
    const { ok, completeness } = await reportLog(log.file, { keys: [], checkpointFiles: [] });
    expect(ok).toBe(false);
    expect(naiveTailFault(readFileSync(log.file), readFileSync(beside(log.file, 'tree')), 5)).toBe(
      'event 9 is another',
    );
    expect(completeness.faults).toEqual([
      expect.objectContaining({ fault: 'tree_differs', source: beside(log.file, 'tree'), first_changed: 9 }),
    ]);
  });
});

it('goes on where only the newest checkpoint was put back to an older one, and the lines are what they were', async () => {
  const log = await closedLog();
  rollBack(log);
  rollBackHistory(log);
  await expect(assertAsSigned(log.file)).resolves.toBeUndefined();
  const { close } = await openSignedLog(log.file);
  await close();
});

it('begins where the clock was set back before the first checkpoint', async () => {
  const file = tempLogFile();
  for (const nowMs of [START_MS, START_MS - 10_000]) {
    const { log } = await openLog(file, { clock: () => nowMs });
    await log.append({
      context: {},
      events: [{ event_type: 'log_key_announced', payload: { verifier_key: verifierKey() } }],
    });
    await log.close();
  }
  expect(readFileSync(file, 'utf8')).toContain('"event_type":"clock_stepped"');
  const { close } = await openSignedLog(file);
  await close();
  await expect(assertAsSigned(file)).resolves.toBeUndefined();
});

describe('a tree with a damaged leaf', () => {
  const damageLeaf = ({ file }: Log, index: number) => {
    const tree = readFileSync(beside(file, 'tree'));
    tree.fill(7, digestPosition(0, index) * 32, digestPosition(0, index) * 32 + 32);
    writeFileSync(beside(file, 'tree'), tree);
  };
  const among = async (log: Log): Promise<{ first: number; last: number }> => {
    const { completeness } = await reportLog(log.file, { keys: [], checkpointFiles: [] });
    const fault = completeness.faults.find(({ size }) => size === 14);
    return fault?.changed_among ?? { first: fault?.first_changed ?? -1, last: fault?.first_changed ?? -1 };
  };

  it('names no event that was not changed', async () => {
    const written = await closedLog();
    for (const forged of [1, 5, 9, 13]) {
      for (let damaged = 0; damaged < 14; damaged += 1) {
        const log = copyOf(written);
        damageLeaf(log, damaged);
        forge(log, forged);
        const { first, last } = await among(log);
        const where = `event ${forged} forged, leaf ${damaged} damaged: ${first} to ${last}`;
        expect(first <= forged && forged <= last, where).toBe(true);
        // What is next to a damaged leaf cannot be shown.
        if (Math.abs(damaged - forged) > 2) expect(first, where).toBe(forged);
      }
    }
  });

  it('is made again where all lines are what they were', async () => {
    const log = await closedLog();
    damageLeaf(log, 13);
    const { close } = await openSignedLog(log.file);
    await close();
    await expect(assertAsSigned(log.file)).resolves.toBeUndefined();
  });
});
