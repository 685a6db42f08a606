import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommittedGroup } from '../../src/audit/event.ts';
import { Follower } from '../../src/recorder/follower.ts';
import { GroupMaker } from '../store/group-maker.ts';

const MAX_WAITING_GROUPS = 512;
const MAX_WAIT_MS = 25;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('Follower', () => {
  it('lets a group wait 25 ms and no longer, whatever comes after it', async () => {
    const { follower, store } = started();
    const groups = makeGroups(3);
    follower.take(groups.slice(0, 1));
    await vi.advanceTimersByTimeAsync(MAX_WAIT_MS - 1);
    follower.take(groups.slice(1, 2));
    expect(store.batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(store.batches).toEqual([groups.slice(0, 2)]);
    follower.take(groups.slice(2));
    await vi.advanceTimersByTimeAsync(MAX_WAIT_MS);
    expect(store.batches).toEqual([groups.slice(0, 2), groups.slice(2)]);
  });

  it('lets no more than 511 groups wait: with one more all go at once', async () => {
    const { follower, store } = started();
    const groups = makeGroups(MAX_WAITING_GROUPS);
    follower.take(groups.slice(0, -1));
    await vi.advanceTimersByTimeAsync(0);
    expect(store.batches).toEqual([]);
    follower.take(groups.slice(-1));
    await vi.advanceTimersByTimeAsync(0);
    expect(store.batches).toEqual([groups]);
    await vi.advanceTimersByTimeAsync(MAX_WAIT_MS);
    expect(store.batches.length).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits for nothing when asked to catch up, and has no batch for nothing', async () => {
    const { follower, store } = started();
    await follower.catchUp();
    expect(store.batches).toEqual([]);
    const groups = makeGroups(2);
    follower.take(groups);
    await follower.catchUp();
    expect(store.batches).toEqual([groups]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has caught up only when a batch that is under way is in the store, too', async () => {
    const store = new SlowStore(100);
    const follower = new Follower(store, throwIt);
    follower.take(makeGroups(1));
    await vi.advanceTimersByTimeAsync(MAX_WAIT_MS);
    const caughtUp = vi.fn();
    void follower.catchUp().then(caughtUp);
    await vi.advanceTimersByTimeAsync(99);
    expect(caughtUp).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(caughtUp).toHaveBeenCalledOnce();
  });

  it('brings every group to the store once and in order, however slow the store is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep(), { maxLength: 30 }), fc.nat(60), async (steps, slowness) => {
        const store = new SlowStore(slowness);
        const follower = new Follower(store, throwIt);
        const maker = new GroupMaker();
        const taken: CommittedGroup[] = [];
        const waits: Promise<void>[] = [];
        for (const { take, wait, catchUp } of steps) {
          const groups = Array.from({ length: take }, () => maker.decision({ trace_id: 'run-1' }));
          taken.push(...groups);
          follower.take(groups);
          if (catchUp) waits.push(expectCaughtUp(follower, store, taken.length));
          await vi.advanceTimersByTimeAsync(wait);
        }
        waits.push(expectCaughtUp(follower, store, taken.length));
        await vi.advanceTimersByTimeAsync(100_000);
        await Promise.all(waits);
        expect(store.batches.flat()).toEqual(taken);
        expect(store.mostAtOnce).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it('is behind on a trace from the moment it takes a group of it until the store has that', async () => {
    const store = new SlowStore(10);
    const follower = new Follower(store, throwIt);
    const maker = new GroupMaker();
    follower.take([maker.decision({ trace_id: 'run-1' }), maker.decision({})]);
    expect(follower.isBehindOn('run-1')).toBe(true);
    expect(follower.isBehindOn('run-2')).toBe(false);
    const caughtUp = follower.catchUp();
    follower.take([maker.decision({ trace_id: 'run-2' })]);
    await vi.advanceTimersByTimeAsync(10);
    await caughtUp;
    expect(follower.isBehindOn('run-2')).toBe(true);
    await vi.advanceTimersByTimeAsync(MAX_WAIT_MS + 10);
    expect(follower.isBehindOn('run-1')).toBe(false);
    expect(follower.isBehindOn('run-2')).toBe(false);
  });

  it('is never said to be up to date on a trace whose groups the store has yet to commit', async () => {
    const store = new SlowStore(10);
    const follower = new Follower(store, throwIt);
    const maker = new GroupMaker();
    follower.take([maker.decision({ trace_id: 'run-1' })]);
    void follower.catchUp();
    await vi.advanceTimersByTimeAsync(5);
    follower.take([maker.decision({ trace_id: 'run-2' })]);
    const caughtUp = follower.catchUp();
    await vi.advanceTimersByTimeAsync(5);
    expect(store.batches.length).toBe(1);
    expect(follower.isBehindOn('run-2')).toBe(true);
    await vi.advanceTimersByTimeAsync(10);
    await caughtUp;
    expect(follower.isBehindOn('run-2')).toBe(false);
  });

  it('tells of a store that fails, once and with the cause, and lets nobody wait for ever', async () => {
    const cause = new Error('disk full');
    const onFailure = vi.fn();
    const follower = new Follower({ commit: () => Promise.reject(cause) }, onFailure);
    follower.take(makeGroups(2));
    await vi.advanceTimersByTimeAsync(MAX_WAIT_MS);
    await follower.catchUp();
    expect(onFailure.mock.calls).toEqual([[cause]]);
  });
});

/** A store that takes its time for each commit; a batch is in it only after that. */
class SlowStore {
  readonly batches: CommittedGroup[][] = [];
  readonly #ms: number;
  #running = 0;
  mostAtOnce = 0;

  constructor(ms: number) {
    this.#ms = ms;
  }

  async commit(groups: readonly CommittedGroup[]): Promise<void> {
    this.#running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#running);
    if (this.#ms > 0) await new Promise((resolve) => setTimeout(resolve, this.#ms));
    this.#running -= 1;
    this.batches.push([...groups]);
  }
}

function started() {
  const store = new SlowStore(0);
  return { store, follower: new Follower(store, throwIt) };
}

function throwIt(cause: unknown): never {
  throw cause;
}

function makeGroups(count: number): CommittedGroup[] {
  const maker = new GroupMaker();
  return Array.from({ length: count }, (_, index) => maker.decision({ trace_id: `run-${index}` }));
}

async function expectCaughtUp(follower: Follower, store: SlowStore, count: number): Promise<void> {
  await follower.catchUp();
  expect(store.batches.flat().length).toBeGreaterThanOrEqual(count);
}

function anyStep() {
  return fc.record({
    take: fc.oneof(fc.nat(3), fc.constantFrom(0, MAX_WAITING_GROUPS - 1, MAX_WAITING_GROUPS)),
    wait: fc.constantFrom(0, 1, 24, 25, 26, 80),
    catchUp: fc.boolean(),
  });
}
