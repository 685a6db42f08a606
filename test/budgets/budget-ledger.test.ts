import { describe, expect, it, onTestFinished } from 'vitest';
import { BudgetLedger } from '../../src/budgets/budget-ledger.ts';
import { budgetNeed, countBudgets } from '../../src/budgets/budget-need.ts';
import { createBudgetReport } from '../../src/budgets/budget-report.ts';
import { planRef } from '../../src/budgets/plan-ref.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { AGENT, GroupMaker } from '../store/group-maker.ts';

const DAY_ONE = Date.UTC(2026, 10, 2, 9);
const DAY_TWO = Date.UTC(2026, 10, 3, 9);
const BUDGETS = countBudgets([
  { id: 'b', metric: 'usd', limit: 10, window: 'day', per: 'agent', on_exceed: 'block' },
  { id: 'all', metric: 'tokens', limit: 50, window: 'total', per: 'shared', on_exceed: 'block' },
]);

async function openLedger() {
  const store = await openSqliteStore(':memory:');
  onTestFinished(() => store.close());
  return { store, ledger: new BudgetLedger({ store }), log: new GroupMaker() };
}

function need(id: string, nowMs: number, agent = 'a') {
  const budget = BUDGETS.get(id);
  if (budget === undefined) throw new Error(`no budget ${id}`);
  return budgetNeed(budget, { tenant_id: 'acme', agent_id: agent, trace_id: 't' }, nowMs);
}

function reservation(amount: number, nowMs = DAY_ONE, id = 'b') {
  const { budget_id, key, metric } = need(id, nowMs);
  return { budget_id, key, metric, amount };
}

describe('BudgetLedger', () => {
  it('has no figures for what is not loaded, and zero for what nobody has spent on', async () => {
    const { ledger } = await openLedger();
    const needs = [need('b', DAY_ONE)];
    expect(ledger.figures(needs)).toBeUndefined();
    await ledger.load(needs.map(({ key }) => key));
    expect(ledger.figures(needs)).toEqual([{ ...needs[0], used: 0, reserved: 0 }]);
    expect(ledger.figures([])).toEqual([]);
  });

  it('refuses to hold what was never looked at, and holds all or nothing', async () => {
    const { ledger } = await openLedger();
    await ledger.load([need('b', DAY_ONE).key]);
    const both = [reservation(1), reservation(1, DAY_TWO)];
    expect(() => ledger.reserve(both)).toThrow(expect.objectContaining({ code: 'counter_not_loaded' }));
    expect(ledger.figures([need('b', DAY_ONE)])?.[0]?.reserved).toBe(0);
  });

  it.each([0.5, -1, Number.NaN, 2 ** 53])('refuses to hold %d', async (amount) => {
    const { ledger } = await openLedger();
    await ledger.load([need('b', DAY_ONE).key]);
    expect(() => ledger.reserve([reservation(amount)])).toThrow(
      expect.objectContaining({ code: 'invalid_amount' }),
    );
  });

  it('refuses a second hold that would leave the exact integers', async () => {
    const { ledger } = await openLedger();
    await ledger.load([need('b', DAY_ONE).key]);
    const most = reservation(Number.MAX_SAFE_INTEGER);
    ledger.reserve([most]);
    expect(() => ledger.reserve([reservation(1)])).toThrow(
      expect.objectContaining({ code: 'invalid_amount' }),
    );
    expect(() => ledger.reserve([most, most])).toThrow(expect.objectContaining({ code: 'invalid_amount' }));
  });

  it('holds nothing after an undo', async () => {
    const { ledger } = await openLedger();
    await ledger.load([need('b', DAY_ONE).key]);
    ledger.reserve([reservation(7)]);
    expect(ledger.figures([need('b', DAY_ONE)])?.[0]?.reserved).toBe(7);
    ledger.undo([reservation(7)]);
    expect(ledger.figures([need('b', DAY_ONE)])?.[0]?.reserved).toBe(0);
    expect(() => ledger.undo([reservation(7)])).toThrow('released twice');
  });

  it('books a late outcome to the window it was reserved in', async () => {
    const { ledger, store, log } = await openLedger();
    const [first, second] = [need('b', DAY_ONE), need('b', DAY_TWO)];
    await ledger.load([first.key, second.key]);
    const context = { tenant_id: 'acme', execution_plan_id: 'p1', trace_id: 't' };
    ledger.reserve([reservation(7)]);
    await store.commit([log.decision(context, { payload: { reservations: [reservation(7)] } })]);
    ledger.applied([reservation(7)]);
    const settlement = await ledger.settle('acme', planRef(AGENT, 'p1'), { usd: 3 });
    expect(settlement?.settled).toEqual([
      { budget_id: 'b', key: first.key, metric: 'usd', reserved: 7, actual: 3 },
    ]);
    await store.commit([log.next(context, settlement === undefined ? [] : [settlement.event])]);
    settlement?.applied();
    expect(ledger.figures([first, second])).toMatchObject([
      { used: 3, reserved: 0 },
      { used: 0, reserved: 0 },
    ]);
    expect(await ledger.settle('acme', planRef(AGENT, 'p1'), { usd: 3 })).toBeUndefined();
    expect((await store.counters([first.key])).get(first.key)).toEqual({ used: 3, reserved: 0 });
  });

  it('counts what a plan cost too much at once, and frees what it left only when that is durable', async () => {
    const { ledger, store, log } = await openLedger();
    const context = { tenant_id: 'acme', execution_plan_id: 'p1' };
    await store.commit([log.decision(context, { payload: { reservations: [reservation(7)] } })]);
    const figure = () => ledger.figures([need('b', DAY_ONE)])?.[0];
    const less = await ledger.settle('acme', planRef(AGENT, 'p1'), { usd: 2 });
    expect(figure()).toMatchObject({ used: 0, reserved: 7 });
    less?.undo();
    expect(figure()).toMatchObject({ used: 0, reserved: 7 });
    const more = await ledger.settle('acme', planRef(AGENT, 'p1'), { usd: 9 });
    expect(figure()).toMatchObject({ used: 0, reserved: 9 });
    more?.undo();
    expect(figure()).toMatchObject({ used: 0, reserved: 7 });
    const again = await ledger.settle('acme', planRef(AGENT, 'p1'), { usd: 9 });
    again?.applied();
    expect(figure()).toMatchObject({ used: 9, reserved: 0 });
  });

  it('settles a plan once at a time, and again after an undo', async () => {
    const { ledger, store, log } = await openLedger();
    const context = { tenant_id: 'acme', execution_plan_id: 'p1' };
    await store.commit([log.decision(context, { payload: { reservations: [reservation(7)] } })]);
    const [first, second] = await Promise.all([
      ledger.settle('acme', planRef(AGENT, 'p1'), {}),
      ledger.settle('acme', planRef(AGENT, 'p1'), {}),
    ]);
    expect(first?.settled[0]?.actual).toBe(7);
    expect(second).toBeUndefined();
    expect(await ledger.settle('globex', planRef(AGENT, 'p1'), {})).toBeUndefined();
    first?.undo();
    expect(ledger.figures([need('b', DAY_ONE)])).toMatchObject([{ used: 0, reserved: 7 }]);
    expect(await ledger.settle('acme', planRef(AGENT, 'p1'), { usd: 0 })).toMatchObject({
      settled: [{ actual: 0 }],
    });
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses a real cost of %d', async (usd) => {
    const { ledger } = await openLedger();
    await expect(ledger.settle('acme', planRef(AGENT, 'p1'), { usd })).rejects.toMatchObject({
      code: 'invalid_amount',
    });
  });

  it('stays within its capacity, but never lets go of what the store does not know', async () => {
    const store = await openSqliteStore(':memory:');
    onTestFinished(() => store.close());
    const ledger = new BudgetLedger({ store, capacity: 1_000 });
    await ledger.load([need('b', DAY_ONE).key]);
    ledger.reserve([reservation(7)]);
    const others = Array.from({ length: 3_000 }, (_, index) => need('b', DAY_ONE, `other-${index}`).key);
    await ledger.load(others);
    expect(ledger.size).toBe(1_000);
    expect(ledger.figures([need('b', DAY_ONE)])?.[0]?.reserved).toBe(7);
    ledger.applied([reservation(7)]);
  });
});

describe('budget report', () => {
  it('shows the current window to its own tenant, and what all share to everyone', async () => {
    const { store, log } = await openLedger();
    const held = [reservation(2_500_000), reservation(1, DAY_TWO), reservation(40, DAY_ONE, 'all')];
    const context = { tenant_id: 'acme', execution_plan_id: 'p1' };
    await store.commit([log.decision(context, { payload: { reservations: held } })]);
    const report = createBudgetReport({ store, budgets: () => BUDGETS, clock: () => DAY_ONE });
    const own = { scope: 'acme/a', used: 0, reserved: 2.5 };
    const shared = { scope: '*', used: 0, reserved: 40 };
    expect(await report.list('acme')).toMatchObject([
      { budget_id: 'all', metric: 'tokens', limit: 50, counters: [shared] },
      {
        budget_id: 'b',
        metric: 'usd',
        limit: 10,
        window_ends_at: '2026-11-03T00:00:00.000Z',
        counters: [own],
      },
    ]);
    const counters = async (tenant: string): Promise<unknown[]> =>
      (await report.list(tenant)).map((entry) => entry.counters);
    expect(await counters('acm')).toEqual([[shared], []]);
    expect(await counters('*')).toEqual([[shared], [own]]);
  });
});
