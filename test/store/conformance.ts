import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { describeIndex } from './conformance-index.ts';
import { describeResources } from './conformance-resources.ts';
import { describeRetention } from './conformance-retention.ts';
import { GroupMaker, hashOf, timeOf } from './group-maker.ts';

/** How the suite gets at a store: `open` again what was closed, with all it held. */
export type StoreHarness = { open(): Promise<Store>; dispose(): Promise<void> };

/** What a test works with. */
export type StoreBench = { store: Store; log: GroupMaker; reopen(): Promise<Store> };

/**
 * What every `Store` must do, whatever it is made of. Each adapter runs this on the real database; `create` gives
 * an empty one.
 */
export function describeStore(name: string, create: () => Promise<StoreHarness>): void {
  describe(`store on ${name}`, () => {
    const bench = {} as StoreBench;
    beforeEach(async () => {
      const harness = await create();
      bench.store = await harness.open();
      bench.log = new GroupMaker();
      bench.reopen = async () => {
        await bench.store.close();
        bench.store = await harness.open();
        return bench.store;
      };
      onTestFinished(async () => {
        await bench.store.close();
        await harness.dispose();
      });
    });
    describeProjection(bench);
    describeIndex(bench);
    describeResources(bench);
    describeRetention(create);
  });
}

function describeProjection(bench: StoreBench): void {
  it('has applied nothing at first', async () => {
    expect(await bench.store.applied()).toBeUndefined();
  });

  it('moves the applied position to behind the last group', async () => {
    const { store, log } = bench;
    await store.commit([log.decision({ trace_id: 't1' }), log.decision({ trace_id: 't2' })]);
    expect(await store.applied()).toEqual({ sequence: 3, hash: hashOf(3), offset: 400 });
  });

  it('keeps what was committed over a restart', async () => {
    const { store, log } = bench;
    await store.commit([log.decision({ trace_id: 't1' })]);
    const reopened = await bench.reopen();
    expect((await reopened.applied())?.sequence).toBe(1);
    expect((await reopened.trace('t1'))?.started_at).toBe(timeOf(0));
    await reopened.commit([log.decision({ trace_id: 't1' })]);
    expect((await reopened.trace('t1'))?.event_count).toBe(4);
  });

  it('counts a group once however often it is given', async () => {
    const { store, log } = bench;
    const reservations = [{ budget_id: 'b', key: 'b|acme|total', metric: 'tokens', amount: 5 }];
    const first = log.decision({ trace_id: 't1', execution_plan_id: 'p1' }, { payload: { reservations } });
    const second = log.decision({ trace_id: 't2', execution_plan_id: 'p2' }, { payload: { reservations } });
    await store.commit([first]);
    await store.commit([first, second]);
    await store.commit([second]);
    expect(await store.counters(['b|acme|total'])).toEqual(
      new Map([['b|acme|total', { used: 0, reserved: 10 }]]),
    );
  });

  it('refuses a gap and applies nothing of the call', async () => {
    const { store, log } = bench;
    const [first, , third] = [
      log.decision({ trace_id: 't1' }),
      log.decision({}),
      log.decision({ trace_id: 't3' }),
    ];
    await expect(store.commit([first, third])).rejects.toMatchObject({ code: 'store_gap' });
    expect(await store.applied()).toBeUndefined();
    expect(await store.trace('t1')).toBeUndefined();
    await store.commit([first]);
    expect((await store.applied())?.sequence).toBe(1);
  });

  it.each([
    [
      'a reservation of half a token',
      { reservations: [{ budget_id: 'b', key: 'k', metric: 'tokens', amount: 0.5 }] },
    ],
    [
      'a negative reservation',
      { reservations: [{ budget_id: 'b', key: 'k', metric: 'tokens', amount: -1 }] },
    ],
    ['a reservation without a key', { reservations: [{ budget_id: 'b', metric: 'tokens', amount: 1 }] }],
    ['reservations that are no list', { reservations: 'all' }],
  ])(
    'cannot read %s: it can be refused, and where it is in the log, it is named and the rest counts',
    async (_, payload) => {
      const { store, log } = bench;
      const good = log.decision({ trace_id: 't1', execution_plan_id: 'p1', tenant_id: 'acme' });
      const bad = log.decision({ trace_id: 't2', execution_plan_id: 'p2', tenant_id: 'acme' }, { payload });
      const after = log.decision({ trace_id: 't3', execution_plan_id: 'p3', tenant_id: 'acme' });
      expect(() => store.assertReadable(good)).not.toThrow();
      expect(() => store.assertReadable(bad)).toThrow(expect.objectContaining({ code: 'malformed_event' }));
      expect(await store.unreadable(10)).toEqual([]);
      await store.commit([good, bad, after]);
      expect((await store.trace('t3'))?.trace_id).toBe('t3');
      const { first_sequence, last_sequence } = bad;
      expect(await store.unreadable(10)).toMatchObject([{ first_sequence, last_sequence }]);
    },
  );

  it.each([
    ['a hold that is no object', '[redacted:named]', /^hold-at-\d+$/],
    ['a hold without a scope', { hold_id: 'hold-7' }, /^hold-7$/],
  ])('keeps everything for %s, until it is released', async (_, hold, id) => {
    const { store, log } = bench;
    await store.commit([log.next({}, [{ event_type: 'hold_placed', payload: { hold } }])]);
    const held = await store.activeHolds();
    expect(held).toMatchObject([{ hold_id: expect.stringMatching(id), status: 'active', scope: {} }]);
    const release = { hold_id: held[0]?.hold_id, by: 'ann', at: timeOf(0), reason: 'over' };
    await store.commit([log.next({}, [{ event_type: 'hold_released', payload: release }])]);
    expect(await store.activeHolds()).toEqual([]);
  });

  it('counts a budget as spent, as long as what a decision holds of it cannot be read', async () => {
    const { store, log } = bench;
    const context = { trace_id: 't1', execution_plan_id: 'p1', tenant_id: 'acme' };
    const reservations = [
      { budget_id: 'b', key: 'k', metric: 'usd', amount: '[redacted:named]' },
      { budget_id: 'b', key: 'other', metric: 'usd', amount: 3 },
    ];
    await store.commit([log.decision(context, { payload: { reservations } })]);
    const held = await store.counters(['k', 'other']);
    expect(held.get('k')?.reserved).toBeGreaterThanOrEqual(1e15);
    expect(held.get('other')?.reserved).toBe(3);
    const settled = [{ key: 'k', reserved: held.get('k')?.reserved, actual: 7 }];
    await store.commit([log.next(context, [{ event_type: 'budget_settled', payload: { settled } }])]);
    expect((await store.counters(['k'])).get('k')).toEqual({ used: 7, reserved: 0 });
  });

  it('is the same after it was cleared and filled again, and keeps the tokens', async () => {
    const { store, log } = bench;
    const reservations = [{ budget_id: 'b', key: 'k', metric: 'usd', amount: 7 }];
    const groups = [
      log.decision({ trace_id: 't1', execution_plan_id: 'p1' }, { payload: { tools: ['a'], reservations } }),
      log.next({}, [{ event_type: 'gateway_started' }]),
      log.decision({ trace_id: 't1', execution_plan_id: 'p2' }, { payload: { tools: ['b'] } }),
    ];
    await store.addToken({
      token_id: 'tok-1',
      hash: 'sha256:1',
      name: 'ann',
      roles: ['admin'],
      tenant_id: '*',
      created_at: timeOf(0),
      is_bootstrap: true,
    });
    await store.commit(groups);
    const before = [await store.trace('t1'), await store.counters(['k']), await store.spans({ limit: 10 })];
    await store.clearProjection();
    expect(await store.applied()).toBeUndefined();
    expect(await store.trace('t1')).toBeUndefined();
    for (const group of groups) await store.commit([group]);
    expect([await store.trace('t1'), await store.counters(['k']), await store.spans({ limit: 10 })]).toEqual(
      before,
    );
    expect(await store.activeTokens()).toHaveLength(1);
  });
}
