import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reportLog } from '../../src/audit/log-report.ts';
import { parseCheckpoint } from '../../src/tlog/checkpoint.ts';
import { noteVerifier } from '../../src/tlog/note-key.ts';
import { openNote } from '../../src/tlog/signed-note.ts';
import { naiveRoot } from '../tlog/naive-tree.ts';
import { openLog, tempLogFile } from './log-fixture.ts';
import { planGroup } from './plan-group.ts';
import { beside, LOG_KEY, ORIGIN, openSignedLog, verifierKey } from './signed-log.ts';

/** A closed log of ten events with a checkpoint over all of them. */
async function closedLog(): Promise<string> {
  const file = tempLogFile();
  const { log, close } = await openSignedLog(file);
  for (const trace of ['run-1', 'run-2', 'run-1']) await log.append(planGroup(trace, 3));
  await close();
  return file;
}

function checkpointOf(file: string, key = LOG_KEY) {
  const note = readFileSync(beside(file, 'checkpoint'), 'utf8');
  return parseCheckpoint(openNote(note, [noteVerifier(ORIGIN, createPublicKey(key))]).text);
}

function linesOf(file: string): Buffer[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => Buffer.from(line));
}

function expectCovers(file: string, key = LOG_KEY): void {
  const lines = linesOf(file);
  const root = naiveRoot(lines).toString('latin1');
  expect(checkpointOf(file, key)).toEqual({ origin: ORIGIN, size: lines.length, root });
}

describe('a checkpoint', () => {
  it('is signed at once, on the tick, and at the end, over the exact lines', async () => {
    const file = tempLogFile();
    const { log, checkpoints, time, close } = await openSignedLog(file);
    expectCovers(file);
    await log.append(planGroup('run-1', 3));
    expect(checkpointOf(file).size).toBe(1);
    await checkpoints.tick();
    expectCovers(file);
    await log.append(planGroup('run-1', 1));
    time.nowMs += 60_000;
    await checkpoints.tick();
    await log.append(planGroup(undefined, 5));
    await close();
    expectCovers(file);
    const history = readFileSync(beside(file, 'checkpoints.jsonl'), 'utf8').trimEnd().split('\n');
    const sizes = history.map(
      (line) => parseCheckpoint(openNote(JSON.parse(line).note, [verifier()]).text).size,
    );
    // The history takes one a minute, and the last.
    expect(sizes).toEqual([1, 5, 10]);
  });

  it('does not wait for the tick when much is new', async () => {
    const file = tempLogFile();
    const { log, close } = await openSignedLog(file);
    for (let group = 0; group < 21; group += 1) await log.append(planGroup(undefined, 1_000));
    await expect.poll(() => checkpointOf(file).size).toBeGreaterThan(20_000);
    await close();
    expectCovers(file);
  });

  it('is not signed again while nothing is new', async () => {
    const file = await closedLog();
    const before = readFileSync(beside(file, 'checkpoints.jsonl'), 'utf8');
    const { checkpoints, close } = await openSignedLog(file);
    await checkpoints.tick();
    await close();
    expect(readFileSync(beside(file, 'checkpoints.jsonl'), 'utf8')).toBe(before);
  });

  it('stands on a line of its own behind one that a full disk cut short', async () => {
    const file = tempLogFile();
    const copy = beside(file, 'elsewhere.jsonl');
    writeFileSync(copy, '{"note":"cut sho');
    const { log, close } = await openSignedLog(file, { copy });
    await log.append(planGroup('run-1', 1));
    await close();
    const report = await reportLog(file, { keys: [], checkpointFiles: [copy] });
    expect(report).toMatchObject({ ok: true, completeness: { unreadable: 1, faults: [] } });
    expect(report.completeness.checkpoints).toBeGreaterThan(2);
  });

  it('goes to a second place as well', async () => {
    const file = tempLogFile();
    const copy = beside(file, 'elsewhere.jsonl');
    const { log, checkpoints, close } = await openSignedLog(file, { copy });
    await log.append(planGroup('run-1', 1));
    await checkpoints.tick();
    await log.append(planGroup('run-1', 1));
    await close();
    const notes = readFileSync(copy, 'utf8').trimEnd().split('\n');
    expect(notes.map((line) => JSON.parse(line).note.split('\n')[1])).toEqual(['1', '2', '3']);
  });

  it('that cannot be written is told of, and stops the log after a minute', async () => {
    const file = tempLogFile();
    const { log, checkpoints, failures, time, close } = await openSignedLog(file);
    rmSync(beside(file, 'checkpoint'));
    mkdirSync(join(beside(file, 'checkpoint'), 'in the way'), { recursive: true });
    await log.append(planGroup('run-1', 1));
    await checkpoints.tick();
    time.nowMs += 60_000;
    await checkpoints.tick();
    time.nowMs += 1;
    await checkpoints.tick();
    expect(failures.map(({ isFatal }) => isFatal)).toEqual([false, false, true]);
    rmSync(beside(file, 'checkpoint'), { recursive: true });
    await close();
    expectCovers(file);
  });
});

function verifier() {
  return noteVerifier(ORIGIN, createPublicKey(LOG_KEY));
}

describe('opening', () => {
  it('makes the tree again where it is missing, short or damaged', async () => {
    const damages: ((tree: string) => void)[] = [
      (tree) => rmSync(tree),
      (tree) => truncateSync(tree, 100),
      (tree) => truncateSync(tree, 0),
      (tree) => appendFileSync(tree, Buffer.alloc(32 * 40)),
      (tree) => writeFileSync(tree, readFileSync(tree).fill(7, 0, 64)),
      (tree) => writeFileSync(tree, readFileSync(tree).fill(0)),
    ];
    for (const damage of damages) {
      const file = await closedLog();
      damage(beside(file, 'tree'));
      const { log, close } = await openSignedLog(file);
      await log.append(planGroup('run-9', 2));
      await close();
      expectCovers(file);
    }
  });

  it('goes on where a crash came before the checkpoint', async () => {
    const file = await closedLog();
    const { log } = await openLog(file);
    await log.append(planGroup('run-3', 4));
    await log.close();
    const { isKeyNew, close } = await openSignedLog(file);
    expectCovers(file);
    expect(isKeyNew).toBe(false);
    await close();
  });

  it('believes nothing of the tree behind the last signature', async () => {
    const file = await closedLog();
    const { log } = await openLog(file);
    for (let count = 0; count < 20; count += 1) await log.append(planGroup('run-6', 3));
    await log.close();
    // As a power cut may leave it: the right length, and nothing in it.
    appendFileSync(beside(file, 'tree'), Buffer.alloc(32 * 110));
    const opened = await openSignedLog(file);
    await opened.close();
    expectCovers(file);
  });

  it('begins where a crash came before the first checkpoint', async () => {
    const file = tempLogFile();
    for (let start = 0; start < 3; start += 1) {
      const { log } = await openLog(file);
      await log.append({
        context: {},
        events: [{ event_type: 'log_key_announced', payload: { verifier_key: verifierKey() } }],
      });
      await log.close();
    }
    appendFileSync(file, '{"event_id":"');
    const { close } = await openSignedLog(file);
    expectCovers(file);
    await close();
  });

  it('takes up a log whose key was replaced: the old signature says nothing, the lines do', async () => {
    const file = await closedLog();
    const key = generateKeyPairSync('ed25519').privateKey;
    const { log, isKeyNew, close } = await openSignedLog(file, { key });
    expect(isKeyNew).toBe(true);
    await log.append(planGroup('run-3', 1));
    await close();
    expectCovers(file, key);
  });

  it.each<[string, (file: string) => void, RegExp]>([
    ['the last event is cut off', (file) => cutLines(file, 1), /1 events are missing/],
    ['all but the first are cut off', (file) => cutLines(file, 9), /9 events are missing/],
    ['the log was written anew', (file) => rmSync(file), /is missing or holds no event/],
    [
      'another size was put into the checkpoint',
      (file) => changeNote(file, /\n10\n/, '\n9\n'),
      /does not fit/,
    ],
    [
      'another root was put into it',
      (file) => changeNote(file, /\n[^\n]+=\n/, '\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n'),
      /does not fit/,
    ],
    [
      'the checkpoint is gone and the history beside it shows that events are missing',
      (file) => {
        rmSync(beside(file, 'checkpoint'));
        cutLines(file, 2);
      },
      /checkpoints\.jsonl was signed when there were 10: 2 events are missing/,
    ],
    [
      'the checkpoint is empty',
      (file) => writeFileSync(beside(file, 'checkpoint'), ''),
      /not to be believed/,
    ],
  ])('refuses when %s', async (_what, damage, message) => {
    const file = await closedLog();
    damage(file);
    await expectRefused(file, message);
    // The same behind a write that a crash has torn: that, too, stays for the person who looks into it.
    appendFileSync(file, '{"event_id":"');
    await expectRefused(file, message);
  });

  it.each(['first', 'middle', 'last', 'every'])(
    'refuses a log whose %s segment is gone, and leaves it as it is',
    async (which) => {
      const file = tempLogFile();
      const { log, close } = await openSignedLog(file, { limits: { maxSegmentBytes: 3_000 } });
      for (let count = 0; count < 12; count += 1) await log.append(planGroup('run-1', 2));
      await close();
      const segments = readdirSync(beside(file, 'segments')).toSorted(
        (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
      );
      expect(segments.length).toBeGreaterThan(3);
      const gone = {
        first: segments.slice(0, 1),
        middle: segments.slice(1, 2),
        last: segments.slice(-1),
        every: segments,
      };
      for (const name of gone[which as keyof typeof gone]) rmSync(join(beside(file, 'segments'), name));
      for (const name of ['checkpoint', 'checkpoints.jsonl']) rmSync(beside(file, name));
      appendFileSync(file, '{"event_id":"');
      await expectRefused(file, /a file of the log is missing|does not follow from/);
    },
  );

  it('refuses lines that were written anew with all their hashes', async () => {
    const file = await closedLog();
    const note = readFileSync(beside(file, 'checkpoint'), 'utf8');
    const forged = tempLogFile();
    const { log } = await openLog(forged);
    for (const trace of ['run-1', 'run-7', 'run-1']) await log.append(planGroup(trace, 3));
    await log.close();
    writeFileSync(beside(forged, 'checkpoint'), note);
    expect(existsSync(beside(forged, 'tree'))).toBe(false);
    await expect(openSignedLog(forged)).rejects.toMatchObject({
      code: 'audit_damaged',
      message: expect.stringMatching(/first 10 events .* are not those that were signed/),
    });
  });

  it('refuses the checkpoint of another log', async () => {
    const file = await closedLog();
    changeNote(file, new RegExp(ORIGIN, 'g'), 'log.example/2');
    await expect(openSignedLog(file)).rejects.toMatchObject({
      message: expect.stringMatching(/of another log/),
    });
  });
});

/** A log that is refused is left as it is, with everything beside it. */
async function expectRefused(file: string, message: RegExp): Promise<void> {
  const before = contentsOf(dirname(file));
  await expect(openSignedLog(file)).rejects.toMatchObject({
    code: 'audit_damaged',
    message: expect.stringMatching(message),
  });
  expect(contentsOf(dirname(file))).toEqual(before);
}

function contentsOf(directory: string): Record<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'));
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(path, 'latin1')]));
}

function cutLines(file: string, count: number): void {
  const kept = linesOf(file).slice(0, -count);
  writeFileSync(file, kept.map((line) => `${line}\n`).join(''));
}

function changeNote(file: string, what: RegExp, by: string): void {
  const path = beside(file, 'checkpoint');
  writeFileSync(path, readFileSync(path, 'utf8').replace(what, by));
}
