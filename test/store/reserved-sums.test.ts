import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommittedGroup } from '../../src/audit/event.ts';
import type { Reservation } from '../../src/budgets/budget.ts';
import type { Counter } from '../../src/budgets/budget-store.ts';
import { planRef } from '../../src/budgets/plan-ref.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { AGENT, GroupMaker } from './group-maker.ts';

const TENANT = 'acme';
const KEYS = ['k1', 'k2', 'k3'];
const PLANS = ['p1', 'p2', 'p3'];

/** What one group of the log does to the counters; `settle` gives for each key what was held and what it cost. */
type Change =
  | { type: 'reserve'; plan: string; held: { key: string; amount: number }[] }
  | { type: 'settle'; plan: string; costs: { key: string; reserved: number; actual: number }[] };

/** Counters by key, and what each plan holds on each. */
type Figures = { counters: Record<string, Counter>; open: Record<string, Record<string, number>> };

const directory = mkdtempSync(join(tmpdir(), 'aisecops-sums-'));
let batched: Store;
let single: Store;

beforeAll(async () => {
  batched = await openSqliteStore(join(directory, 'batched.db'));
  single = await openSqliteStore(join(directory, 'single.db'));
});

afterAll(async () => {
  await batched.close();
  await single.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('decisions and settlements', () => {
  it('come to the same in batches of any size as one by one, and as counted by hand', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyChange(), { maxLength: 6 }), { maxLength: 6 }),
        async (batches) => {
          await startAnew();
          const maker = new GroupMaker();
          for (const batch of batches) {
            const groups = batch.map((change) => groupOf(maker, change));
            await batched.commit(groups);
            for (const group of groups) await single.commit([group]);
            expect(await figuresOf(batched)).toEqual(await figuresOf(single));
          }
          expect(await figuresOf(batched)).toEqual(naiveFigures(batches.flat()));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('come to the same when the log is given again from its beginning', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyChange(), { maxLength: 8 }), async (changes) => {
        await startAnew();
        const maker = new GroupMaker();
        const groups = changes.map((change) => groupOf(maker, change));
        await batched.commit(groups);
        await batched.commit(groups);
        expect(await figuresOf(batched)).toEqual(naiveFigures(changes));
        await batched.clearProjection();
        await batched.commit(groups);
        expect(await figuresOf(batched)).toEqual(naiveFigures(changes));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a batch that fails', () => {
  it('leaves no sums behind, neither now nor in the next batch', async () => {
    const anyBatch = fc.array(anyChange(), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(anyBatch, anyBatch, async (before, failing) => {
        await startAnew();
        const maker = new GroupMaker();
        await batched.commit(before.map((change) => groupOf(maker, change)));
        const groups = failing.map((change) => groupOf(maker, change));
        const last = groupOf(maker, { type: 'reserve', plan: 'p1', held: [] });
        const astray: CommittedGroup = {
          ...last,
          first_sequence: last.first_sequence + 1,
          last_sequence: 9_999,
        };
        await expect(batched.commit([...groups, astray])).rejects.toMatchObject({ code: 'store_gap' });
        expect(await figuresOf(batched)).toEqual(naiveFigures(before));
        await batched.commit([...groups, last]);
        expect(await figuresOf(batched)).toEqual(naiveFigures([...before, ...failing]));
      }),
      { numRuns: 60 },
    );
  });

  it('leaves none when a group is missing in its middle', async () => {
    await startAnew();
    const maker = new GroupMaker();
    const reserve: Change = { type: 'reserve', plan: 'p1', held: [{ key: 'k1', amount: 5 }] };
    const [first, second, third] = [reserve, reserve, reserve].map((change) => groupOf(maker, change));
    if (first === undefined || second === undefined || third === undefined) throw new Error('no groups');
    await expect(batched.commit([first, third])).rejects.toMatchObject({ code: 'store_gap' });
    expect(await figuresOf(batched)).toEqual({ counters: {}, open: {} });
    await batched.commit([first, second]);
    await batched.commit([third]);
    expect(await figuresOf(batched)).toEqual(naiveFigures([reserve, reserve, reserve]));
  });
});

async function startAnew(): Promise<void> {
  await batched.clearProjection();
  await single.clearProjection();
}

function groupOf(maker: GroupMaker, change: Change): CommittedGroup {
  const context = { tenant_id: TENANT, trace_id: `run-${change.plan}`, execution_plan_id: change.plan };
  if (change.type === 'reserve') {
    return maker.decision(context, { payload: { reservations: change.held.map(reservationOf) } });
  }
  const settled = change.costs.map(({ key, reserved, actual }) => ({
    ...reservationOf({ key, amount: 0 }),
    reserved,
    actual,
  }));
  return maker.next(context, [{ event_type: 'budget_settled', payload: { settled } }]);
}

function reservationOf({ key, amount }: { key: string; amount: number }): Reservation {
  return { budget_id: 'b', key, metric: 'tokens', amount };
}

async function figuresOf(store: Store): Promise<Figures> {
  const open: Figures['open'] = {};
  for (const plan of PLANS) {
    const held = await store.openReservations(TENANT, planRef(AGENT, plan));
    if (held.length > 0) open[plan] = Object.fromEntries(held.map(({ key, amount }) => [key, amount]));
  }
  return { counters: Object.fromEntries(await store.counters(KEYS)), open };
}

/** The rule written down naively: one change after the other. */
function naiveFigures(changes: readonly Change[]): Figures {
  const counters = new Map<string, Counter>();
  const open = new Map<string, Map<string, number>>();
  const openOf = (plan: string) => open.get(plan) ?? new Map<string, number>();
  const counterOf = (key: string) => counters.get(key) ?? { used: 0, reserved: 0 };
  for (const change of changes) {
    const held = openOf(change.plan);
    if (change.type === 'reserve') for (const { key, amount } of change.held) reserve(key, amount, held);
    else for (const cost of change.costs) settle(cost, held);
    open.set(change.plan, held);
  }
  function reserve(key: string, amount: number, held: Map<string, number>): void {
    const { used, reserved } = counterOf(key);
    counters.set(key, { used, reserved: reserved + amount });
    held.set(key, (held.get(key) ?? 0) + amount);
  }
  function settle(cost: { key: string; reserved: number; actual: number }, held: Map<string, number>): void {
    const { key, actual } = cost;
    const amount = held.get(key);
    if (amount === undefined) return;
    // What was held then is freed, and never more than is held.
    const freed = Math.min(amount, cost.reserved);
    const { used, reserved } = counterOf(key);
    counters.set(key, {
      used: Math.min(used + actual, Number.MAX_SAFE_INTEGER),
      reserved: reserved - freed,
    });
    if (freed === amount) held.delete(key);
    else held.set(key, amount - freed);
  }
  const holding = [...open].filter(([, held]) => held.size > 0);
  return {
    counters: Object.fromEntries(counters),
    open: Object.fromEntries(holding.map(([plan, held]) => [plan, Object.fromEntries(held)])),
  };
}

function anyChange(): fc.Arbitrary<Change> {
  const plan = fc.constantFrom(...PLANS);
  const key = fc.constantFrom(...KEYS);
  const actual = fc.oneof({ weight: 9, arbitrary: fc.nat(20) }, fc.constant(Number.MAX_SAFE_INTEGER));
  return fc.oneof(
    fc.record({
      type: fc.constant('reserve' as const),
      plan,
      held: fc.array(fc.record({ key, amount: fc.nat(20) }), { maxLength: 4 }),
    }),
    fc.record({
      type: fc.constant('settle' as const),
      plan,
      costs: fc.array(fc.record({ key, reserved: fc.nat(25), actual }), { maxLength: 3 }),
    }),
  );
}
