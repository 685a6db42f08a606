import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommittedGroup } from '../../src/audit/event.ts';
import { offsetOfEvent } from '../../src/audit/find-line.ts';
import { LogReader } from '../../src/audit/log-reader.ts';
import { hashBefore, readGroups } from '../../src/audit/read-groups.ts';
import { readSpan } from '../../src/audit/span-reader.ts';
import { verifyLog } from '../../src/audit/verify-log.ts';
import { blobsOf, openLog, tempLogFile } from './log-fixture.ts';
import { naiveEvents, naiveFault } from './naive-verifier.ts';
import { planGroup } from './plan-group.ts';

/** Small enough for a few groups. */
const LIMITS = { maxSegmentBytes: 5_000 };

const segmentsOf = (file: string): string => join(dirname(file), 'segments');

/** The names of the closed segments, in order. */
function segmentNames(file: string): string[] {
  if (!existsSync(segmentsOf(file))) return [];
  const names = readdirSync(segmentsOf(file)).filter((name) => name.endsWith('.jsonl'));
  return names.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

function pathsOf(file: string): string[] {
  return [...segmentNames(file).map((name) => join(segmentsOf(file), name)), file];
}

/** All bytes of the log, as one. */
function bytesOf(file: string): Buffer {
  return Buffer.concat(
    pathsOf(file).map((path) => (existsSync(path) ? readFileSync(path) : Buffer.alloc(0))),
  );
}

async function expectWholeLog(file: string): Promise<number> {
  const bytes = bytesOf(file);
  expect(naiveFault(bytes, blobsOf(file))).toBeUndefined();
  const events = naiveEvents(bytes).length;
  expect(await verifyLog(file)).toMatchObject({ ok: true, events });
  return events;
}

/** A closed log of several segments, and the groups that were committed to it. */
async function segmentedLog(groups = 30): Promise<{ file: string; committed: CommittedGroup[] }> {
  const file = tempLogFile();
  const { log } = await openLog(file, { limits: LIMITS });
  const committed: CommittedGroup[] = [];
  for (let group = 0; group < groups; group += 1)
    committed.push(await log.append(planGroup(`run-${group % 4}`, (group % 3) + 1)));
  await log.close();
  return { file, committed };
}

describe('a log in segments', () => {
  it('is one log: one chain, each file named after its first event and closed for good', async () => {
    const { file } = await segmentedLog();
    const events = await expectWholeLog(file);
    const firsts = pathsOf(file).map((path) => JSON.parse(readFileSync(path, 'utf8').split('\n')[0] ?? ''));
    expect(firsts.length).toBeGreaterThan(4);
    expect(firsts.map((event) => event.event_type)).toEqual([
      'log_opened',
      ...firsts.slice(1).map(() => 'segment_opened'),
    ]);
    expect(segmentNames(file)).toEqual(firsts.slice(0, -1).map((event) => `${event.sequence}.jsonl`));
    let offset = 0;
    for (const [index, path] of pathsOf(file).entries()) {
      if (index > 0) expect(firsts[index].payload).toMatchObject({ offset, origin: 'log.example/1' });
      offset += statSync(path).size;
      if (path !== file) expect(statSync(path).mode & 0o777).toBe(0o440);
    }
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(events).toBeGreaterThan(60);
  });

  it('goes on over restarts, in the file it stood in', async () => {
    const { file } = await segmentedLog(3);
    for (let start = 0; start < 6; start += 1) {
      const { log, recovery } = await openLog(file, { limits: LIMITS });
      expect(recovery.isNew).toBe(false);
      expect(log.origin).toBe('log.example/1');
      await log.append(planGroup(undefined, 2));
      await log.close();
    }
    expect(segmentNames(file).length).toBeGreaterThan(0);
    await expectWholeLog(file);
  });

  it('takes many at once, and tells everyone where their events are', async () => {
    const file = tempLogFile();
    const reader = new LogReader(file);
    const { log } = await openLog(file, { limits: LIMITS });
    const committed = await Promise.all(
      Array.from({ length: 200 }, (_, index) => log.append(planGroup(`run-${index}`, 2))),
    );
    // The same reader, while files change under it.
    for (const { offset, bytes, first_sequence } of committed) {
      const events = await readSpan(reader, { offset, bytes, first_sequence: 0 });
      expect(events.map((event) => event.sequence)).toEqual([first_sequence, first_sequence + 1]);
    }
    const later = await log.append(planGroup('run-later', 1));
    expect(await readSpan(reader, later)).toMatchObject([{ trace_id: 'run-later' }]);
    await log.close();
    expect(segmentNames(file).length).toBeGreaterThan(20);
    await expectWholeLog(file);
  });

  it('is read like one file: groups, the hash before a byte, the place of an event', async () => {
    const { file, committed } = await segmentedLog();
    const groups: CommittedGroup[] = [];
    const end = bytesOf(file).length;
    for await (const batch of readGroups(file, 0, end)) groups.push(...batch);
    for (const { offset, first_sequence, bytes, hash } of committed) {
      expect(groups.find((group) => group.offset === offset)).toMatchObject({ first_sequence });
      expect(await hashBefore(new LogReader(file), offset + bytes)).toBe(hash);
      expect(await offsetOfEvent(file, first_sequence)).toBe(offset);
    }
    const from = committed[10]?.offset ?? 0;
    const rest: CommittedGroup[] = [];
    for await (const batch of readGroups(file, from, end)) rest.push(...batch);
    expect(rest[0]?.offset).toBe(from);
  });
});

describe('a crash while a segment is closed', () => {
  it.each<[string, (file: string) => void]>([
    ['before there is a next file', (file) => rmSync(file)],
    ['when the next file is empty', (file) => writeFileSync(file, '')],
    [
      'within the first line of the next file',
      (file) => writeFileSync(file, readFileSync(file).subarray(0, 40)),
    ],
  ])('%s is mended at the next start', async (_when, crash) => {
    const file = tempLogFile();
    const first = await openLog(file, { limits: LIMITS });
    while (segmentNames(file).length < 2) await first.log.append(planGroup('run-1', 3));
    await first.log.close();
    const before = (await verifyLog(file)).events;
    const lost = naiveEvents(readFileSync(file)).length;
    crash(file);
    const { log } = await openLog(file, { limits: LIMITS });
    expect(log.knownHead('run-1')).toBeDefined();
    await log.append(planGroup('run-2', 2));
    await log.close();
    const opened = naiveEvents(readFileSync(file))[0];
    expect(opened).toMatchObject({ event_type: 'segment_opened', sequence: before - lost });
    await expectWholeLog(file);
  });

  it('leaves a log that cannot be written when the segment is there already', async () => {
    const file = tempLogFile();
    mkdirSync(segmentsOf(file));
    writeFileSync(join(segmentsOf(file), '0.jsonl.kept'), 'not a segment');
    const { log } = await openLog(file, { limits: LIMITS });
    await log.append(planGroup('run-1', 3));
    writeFileSync(join(segmentsOf(file), '0.jsonl'), 'in the way');
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => log.append(planGroup('run-2', 3))),
    );
    expect(results.at(-1)?.status).toBe('rejected');
    expect(log.state).toBe('broken');
    await log.close();
    rmSync(join(segmentsOf(file), '0.jsonl'));
    await openLog(file, { limits: LIMITS });
    await expectWholeLog(file);
  });
});

describe('tampering with segments', () => {
  async function fourSegments(): Promise<{ file: string; paths: string[] }> {
    const { file } = await segmentedLog();
    return { file, paths: pathsOf(file) };
  }

  it('finds the segment that is gone', async () => {
    const { file, paths } = await fourSegments();
    const gone = paths[2] ?? '';
    const { sequence } = JSON.parse(readFileSync(gone, 'utf8').split('\n')[0] ?? '');
    rmSync(gone);
    expect(await verifyLog(file)).toMatchObject({
      ok: false,
      first_bad: { sequence, reason: 'sequence_broken' },
    });
  });

  it('finds two that changed places', async () => {
    const { file, paths } = await fourSegments();
    const [, one = '', two = ''] = paths;
    renameSync(one, `${one}.tmp`);
    renameSync(two, one);
    renameSync(`${one}.tmp`, two);
    expect(await verifyLog(file)).toMatchObject({ ok: false, first_bad: { reason: 'sequence_broken' } });
  });

  it('finds the byte that was changed in the middle of a closed one', async () => {
    const { file, paths } = await fourSegments();
    const path = paths[2] ?? '';
    const bytes = readFileSync(path);
    bytes.write('"decision":"allow"', bytes.indexOf('"decision":"block"'));
    chmodSync(path, 0o640);
    writeFileSync(path, bytes);
    const { sequence } = JSON.parse(readFileSync(path, 'utf8').split('\n')[1] ?? '');
    expect(await verifyLog(file)).toMatchObject({
      ok: false,
      first_bad: { sequence, reason: 'hash_mismatch' },
    });
  });

  it.each<[string, (paths: string[], file: string) => void, RegExp]>([
    ['the last segment is gone', (paths) => rmSync(paths.at(-2) ?? ''), /does not follow from/],
    ['the last segment lost its end', (paths) => cutLine(paths.at(-2) ?? ''), /does not follow from/],
    [
      'the active file was put back to an earlier one',
      (paths, file) => writeFileSync(file, readFileSync(paths[1] ?? '')),
      /does not follow from/,
    ],
    [
      'a new log stands where the active file was',
      (paths, file) => writeFileSync(file, readFileSync(paths[0] ?? '')),
      /does not follow from/,
    ],
    ['the last segment is damaged', (paths) => damage(paths.at(-2) ?? ''), /damaged: /],
  ])('refuses to start when %s', async (_what, tamper, message) => {
    const { file, paths } = await fourSegments();
    tamper(paths, file);
    await expect(openLog(file, { limits: LIMITS })).rejects.toMatchObject({
      code: 'audit_damaged',
      message: expect.stringMatching(message),
    });
  });
});

function cutLine(path: string): void {
  chmodSync(path, 0o640);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1));
}

function damage(path: string): void {
  chmodSync(path, 0o640);
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(/"decision":"block"(?!.*"decision":"block")/s, '"decision":"allow"'),
  );
}
