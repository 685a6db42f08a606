import {
  appendFileSync,
  chmodSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FileIo, nodeFileIo } from '../../src/audit/file-io.ts';
import { blobsOf, expectHolds, openLog, tempLogFile } from './log-fixture.ts';
import { naiveEvents } from './naive-verifier.ts';
import { planGroup } from './plan-group.ts';

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: as the kernel would say`), { code });
}

/** The file system, with a fault in each of its calls from number `from` on (1 is the write of `log_opened`). */
function faultyIo(fault: Partial<FileIo>, from = 2): FileIo {
  return {
    write: changing(from, nodeFileIo.write, fault.write),
    sync: changing(from, nodeFileIo.sync, fault.sync),
    truncate: nodeFileIo.truncate,
    stat: nodeFileIo.stat,
  };
}

/** Calls `before` until call number `from`, and `after` from then on. */
function changing<Args extends unknown[], T>(from: number, before: (...args: Args) => T, after = before) {
  let calls = 0;
  return (...args: Args): T => {
    calls += 1;
    return calls < from ? before(...args) : after(...args);
  };
}

describe('a failing disk', () => {
  it('that writes a few bytes at a time loses nothing', async () => {
    const file = tempLogFile();
    const io = {
      ...nodeFileIo,
      write: (fd: number, buffer: Buffer, position: number) =>
        nodeFileIo.write(fd, buffer.subarray(0, 7), position),
    };
    const { log } = await openLog(file, { io });
    await Promise.all(['run-1', 'run-2', 'run-1'].map((trace) => log.append(planGroup(trace))));
    expect(await expectHolds(file)).toBe(7);
  });

  it.each<[string, Partial<FileIo>]>([
    ['a write that fails', { write: () => Promise.reject(failure('ENOSPC')) }],
    ['a write that makes no progress', { write: () => Promise.resolve(0) }],
    ['a short write and then a full disk', shortThenFull()],
    ['a sync that fails', { sync: () => Promise.reject(failure('EIO')) }],
  ])('by %s rejects what waits and what comes; a restart goes on', async (_, fault) => {
    const file = tempLogFile();
    const committed: number[] = [];
    const { log } = await openLog(file, {
      io: faultyIo(fault),
      onCommit: (groups) => void committed.push(...groups.map((group) => group.first_sequence)),
      limits: { maxBatchGroups: 2 },
    });
    const durable = readFileSync(file);
    const waiting = await Promise.allSettled(
      ['a', 'b', 'c', 'd', 'e'].map((trace) => log.append(planGroup(trace))),
    );
    expect(waiting.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    expect(waiting[4]).toMatchObject({ reason: { code: 'audit_unavailable', why: 'broken' } });
    expect(log.state).toBe('broken');
    expect(log.size).toBe(durable.length);
    expect(committed).toEqual([]);
    await expect(log.append(planGroup('f'))).rejects.toMatchObject({
      why: 'broken',
      cause: expect.any(Error),
    });
    await log.close();
    expect(readFileSync(file).subarray(0, durable.length).equals(durable)).toBe(true);
    const again = await openLog(file);
    await again.log.append(planGroup('g'));
    await expectHolds(file);
  });

  it('is asked to sync once and never again', async () => {
    let syncs = 0;
    const sync = () => {
      syncs += 1;
      return Promise.reject(failure('EIO'));
    };
    const { log } = await openLog(tempLogFile(), { io: faultyIo({ sync }) });
    await Promise.allSettled([log.append(planGroup('a')), log.append(planGroup('b'))]);
    await Promise.allSettled([log.append(planGroup('c'))]);
    await log.close();
    expect(syncs).toBe(1);
  });

  it('that cannot take the first line makes opening fail and frees the lock', async () => {
    const file = tempLogFile();
    const io = faultyIo({ write: () => Promise.reject(failure('ENOSPC')) }, 1);
    await expect(openLog(file, { io })).rejects.toMatchObject({
      code: 'audit_unwritable',
      message: expect.stringContaining('ENOSPC'),
    });
    await openLog(file);
    expect(await expectHolds(file)).toBe(1);
  });

  it('that fails between two batches keeps the first one answered', async () => {
    const file = tempLogFile();
    const { log } = await openLog(file, { io: faultyIo({ sync: () => Promise.reject(failure('EIO')) }, 3) });
    const first = await log.append(planGroup('a'));
    await expect(log.append(planGroup('b'))).rejects.toMatchObject({ why: 'broken' });
    await log.close();
    await openLog(file);
    expect(naiveEvents(readFileSync(file))[first.last_sequence]?.['hash']).toBe(first.hash);
  });
});

describe('a file that is not left alone breaks the log before the next batch is written', () => {
  it.each<[string, (file: string) => void]>([
    ["by a stranger's append", (file) => appendFileSync(file, '{"forged":true}\n')],
    ['by truncation', (file) => truncateSync(file, 10)],
    ['by another file in its place', (file) => writeFileSync(`${file}.new`, readFileSync(file))],
    ['by renaming it', (file) => renameSync(file, `${file}.1`)],
    ['by removing its directory', (file) => rmSync(dirname(file), { recursive: true })],
  ])('%s', async (name, disturb) => {
    const file = tempLogFile();
    const { log } = await openLog(file);
    await log.append(planGroup('run-1'));
    disturb(file);
    if (name.includes('in its place')) renameSync(`${file}.new`, file);
    await expect(log.append(planGroup('run-1'))).rejects.toMatchObject({
      why: 'broken',
      cause: expect.any(Error),
    });
    expect(log.state).toBe('broken');
  });

  it("and a stranger's line keeps the log from starting again", async () => {
    const file = tempLogFile();
    await openLog(file).then(({ log }) => log.close());
    appendFileSync(file, '{"forged":true}\n');
    await expect(openLog(file)).rejects.toMatchObject({ code: 'audit_damaged' });
  });
});

it('a second writer in the same process is refused until the first one closes', async () => {
  const file = tempLogFile();
  const { log } = await openLog(file);
  await expect(openLog(file)).rejects.toMatchObject({ code: 'audit_locked' });
  await expect(openLog(file)).rejects.toMatchObject({ code: 'audit_locked' });
  await log.append(planGroup('run-1'));
  await log.close();
  await openLog(file);
  expect(await expectHolds(file)).toBe(3);
});

describe('without the rights it needs', () => {
  it.each<[string, (file: string) => void]>([
    ['a directory that may not be written', (file) => chmodSync(dirname(file), 0o555)],
    ['a log file that may not be written', (file) => chmodSync(file, 0o444)],
  ])('%s makes opening fail with audit_unwritable', async (_, forbid) => {
    const file = tempLogFile();
    writeFileSync(file, '');
    chmodSync(dirname(file), 0o777);
    forbid(file);
    const error = await asOrdinaryUser(() => openLog(file).catch((cause: unknown) => cause));
    chmodSync(dirname(file), 0o755);
    expect(error).toMatchObject({
      code: 'audit_unwritable',
      message: expect.stringMatching(/EACCES|unable to open|readonly/),
    });
  });
});

describe('a blob that cannot be stored', () => {
  it('breaks the log before the line that would name it is written', async () => {
    const file = tempLogFile();
    const { log } = await openLog(file);
    const before = readFileSync(file);
    writeFileSync(blobsOf(file), 'a file where the directory should be');
    const big = planGroup('run-1', 1, { payload: { text: 'x'.repeat(70_000) } });
    await expect(log.append(big)).rejects.toMatchObject({ why: 'broken' });
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

/** A disk that takes five more bytes. */
function shortThenFull(): Partial<FileIo> {
  let calls = 0;
  return {
    write: (fd, buffer, position) => {
      calls += 1;
      if (calls > 1) return Promise.reject(failure('ENOSPC'));
      return nodeFileIo.write(fd, buffer.subarray(0, 5), position);
    },
  };
}

/** Runs as somebody whom file modes apply to, also where the tests run as root. */
async function asOrdinaryUser<T>(run: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return run();
  process.seteuid?.(65_534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}
