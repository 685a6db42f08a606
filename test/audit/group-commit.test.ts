import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type FileIo, nodeFileIo } from '../../src/audit/file-io.ts';
import { expectHolds, openLog, tempLogFile } from './log-fixture.ts';
import { planGroup } from './plan-group.ts';

/** A file system that notes its calls, and whose syncs wait for `letSync`. */
function heldIo() {
  const calls: string[] = [];
  const held: (() => void)[] = [];
  let isHolding = false;
  const io: FileIo = {
    ...nodeFileIo,
    write: (fd, buffer, position) => {
      calls.push('write');
      return nodeFileIo.write(fd, buffer, position);
    },
    sync: async (fd) => {
      calls.push('sync');
      if (isHolding) await new Promise<void>((resolve) => held.push(resolve));
      await nodeFileIo.sync(fd);
    },
  };
  const hold = () => {
    isHolding = true;
    calls.length = 0;
  };
  /** Waits until a sync has been asked for, then lets it happen. */
  const letSync = async () => {
    while (held.length === 0) await nextTurn();
    held.shift()?.();
  };
  return { io, calls, held, hold, letSync };
}

describe('group commit', () => {
  it('answers nobody before the sync, and everybody who came meanwhile with one more', async () => {
    const file = tempLogFile();
    const { io, calls, held, hold, letSync } = heldIo();
    const { log } = await openLog(file, { io });
    hold();
    const durable = log.size;
    const answered: number[] = [];
    const append = (caller: number) =>
      log.append(planGroup(`run-${caller}`)).then(() => answered.push(caller));
    const first = append(0);
    while (held.length === 0) await nextTurn();
    const others = Array.from({ length: 63 }, (_, index) => append(index + 1));
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect({ answered, size: log.size, calls }).toEqual({
      answered: [],
      size: durable,
      calls: ['write', 'sync'],
    });
    await letSync();
    await first;
    expect(answered).toEqual([0]);
    await letSync();
    await Promise.all(others);
    expect(calls).toEqual(['write', 'sync', 'write', 'sync']);
    expect(answered).toEqual(Array.from({ length: 64 }, (_, index) => index));
    expect(await expectHolds(file)).toBe(129);
  });

  it('takes all that is appended in one turn of the event loop into the first batch', async () => {
    const { io, calls, hold, letSync } = heldIo();
    const { log } = await openLog(tempLogFile(), { io });
    hold();
    const waiting = Array.from({ length: 100 }, (_, index) => log.append(planGroup(`run-${index}`)));
    await letSync();
    await Promise.all(waiting);
    expect(calls).toEqual(['write', 'sync']);
  });
});
