import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EventDraft } from '../../src/audit/event.ts';
import type { Reservation } from '../../src/budgets/budget.ts';
import { BudgetLedger } from '../../src/budgets/budget-ledger.ts';
import { budgetNeed, countBudgets } from '../../src/budgets/budget-need.ts';
import { planRef } from '../../src/budgets/plan-ref.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { AGENT, GroupMaker } from '../store/group-maker.ts';

const LIMIT = 100;
const [BUDGET] = countBudgets([
  { id: 'b', metric: 'tokens', limit: LIMIT, window: 'day', per: 'agent', on_exceed: 'block' },
]).values();
const NOW = Date.UTC(2026, 10, 2);

/** What may happen next. `ticks` lets what is under way go on that far first. */
type Move = { ticks: number } & (
  | { type: 'plan'; agents: number[]; amount: number }
  | { type: 'outcome'; plan: number; share: number }
  | { type: 'commit'; groups: number }
  | { type: 'break' }
  | { type: 'crowd' }
);

const move: fc.Arbitrary<Move> = fc
  .oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('plan' as const),
        agents: fc.uniqueArray(fc.nat(2), { minLength: 1, maxLength: 3 }),
        amount: fc.integer({ min: 0, max: 60 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('outcome' as const),
        plan: fc.nat(20),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ type: fc.constant('commit' as const), groups: fc.integer({ min: 1, max: 4 }) }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('break' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('crowd' as const) }) },
  )
  .chain((chosen) => fc.nat(6).map((ticks) => ({ ...chosen, ticks })));

type Line = {
  plan: string;
  key: string;
  amount: number;
  actual?: number;
  undone?: boolean;
};

/** The naive reference: every amount ever held, with what became of it; figures are sums over all of them. */
class NaiveBook {
  readonly lines: Line[] = [];

  totals(key: string): { used: number; reserved: number } {
    const lines = this.#of(key);
    return { used: sum(lines, usedOf), reserved: sum(lines, reservedOf) };
  }

  #of(key: string): Line[] {
    return this.lines.filter((line) => line.key === key && line.undone !== true);
  }
}

function usedOf(line: Line): number {
  return line.actual ?? 0;
}

function reservedOf(line: Line): number {
  return line.actual === undefined ? line.amount : 0;
}

function sum(lines: readonly Line[], amountOf: (line: Line) => number): number {
  return lines.reduce((total, line) => total + amountOf(line), 0);
}

/** A gateway with one budget: a queue of groups that wait to become durable, a store, a ledger and the reference. */
class Simulation {
  readonly store: Store;
  readonly ledger: BudgetLedger;
  readonly book = new NaiveBook();
  readonly #log = new GroupMaker();
  readonly #waiting: { plan: string; event: EventDraft; done(isDurable: boolean): void }[] = [];
  #plans = 0;
  #crowds = 0;

  constructor(store: Store) {
    this.store = store;
    // A store that takes a few turns to answer, so that others come between.
    const slow = async <T>(answer: Promise<T>): Promise<T> => {
      await tick(2);
      const value = await answer;
      await tick(2);
      return value;
    };
    const counters: Store['counters'] = (keys) => slow(store.counters(keys));
    const openReservations: Store['openReservations'] = (tenant, plan) =>
      slow(store.openReservations(tenant, plan));
    this.ledger = new BudgetLedger({ store: { ...store, counters, openReservations }, capacity: 1_000 });
  }

  needs(agents: readonly number[]) {
    if (BUDGET === undefined) throw new Error('the budget is not there');
    const budget = BUDGET;
    return agents.map((agent) =>
      budgetNeed(budget, { tenant_id: 'acme', agent_id: `${agent}`, trace_id: 't' }, NOW),
    );
  }

  async plan(agents: readonly number[], amount: number): Promise<void> {
    this.#plans += 1;
    const plan = `p${this.#plans}`;
    const needs = this.needs(agents);
    let figures = this.ledger.figures(needs);
    while (figures === undefined) {
      await this.ledger.load(needs.map((need) => need.key));
      figures = this.ledger.figures(needs);
    }
    for (const figure of figures) {
      expect({ used: figure.used, reserved: figure.reserved }).toEqual(this.book.totals(figure.key));
      if (figure.used + figure.reserved + amount > LIMIT) return;
    }
    const held: Reservation[] = needs.map(({ budget_id, key, metric }) => ({
      budget_id,
      key,
      metric,
      amount,
    }));
    this.ledger.reserve(held);
    const lines = held.map(({ key }) => ({ plan, key, amount }));
    this.book.lines.push(...lines);
    if (await this.#append(plan, { event_type: 'decision_made', payload: { reservations: held } })) {
      this.ledger.applied(held);
    } else {
      this.ledger.undo(held);
      for (const line of this.book.lines) if (line.plan === plan) Object.assign(line, { undone: true });
    }
  }

  async outcome(number: number, share: number): Promise<void> {
    const plan = `p${number}`;
    const lines = this.book.lines.filter((line) => line.plan === plan);
    const actual = Math.floor((lines[0]?.amount ?? 0) * share);
    const settlement = await this.ledger.settle('acme', planRef(AGENT, plan), { tokens: actual });
    if (settlement === undefined) return;
    expect(lines.filter((line) => line.actual !== undefined)).toEqual([]);
    if (!(await this.#append(plan, settlement.event))) return settlement.undo();
    settlement.applied();
    for (const line of lines) line.actual = actual;
  }

  async commit(groups: number): Promise<void> {
    const batch = this.#waiting.splice(0, groups);
    await this.store.commit(
      batch.map(({ plan, event }) => this.#log.next({ tenant_id: 'acme', execution_plan_id: plan }, [event])),
    );
    for (const group of batch) group.done(true);
  }

  break(): void {
    for (const group of this.#waiting.splice(0)) group.done(false);
  }

  /** So many other counters that every idle one is evicted. */
  async crowd(): Promise<void> {
    this.#crowds += 1;
    await this.ledger.load(Array.from({ length: 1_100 }, (_, index) => `crowd-${this.#crowds}-${index}`));
  }

  #append(plan: string, event: EventDraft): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.push({ plan, event, done: resolve });
    return promise;
  }
}

async function tick(times: number): Promise<void> {
  for (let turn = 0; turn < times; turn += 1) await undefined;
}

async function start(simulation: Simulation, next: Move): Promise<void> {
  switch (next.type) {
    case 'plan':
      return simulation.plan(next.agents, next.amount);
    case 'outcome':
      return simulation.outcome(next.plan, next.share);
    case 'commit':
      return simulation.commit(next.groups);
    case 'break':
      return simulation.break();
    case 'crowd':
      return simulation.crowd();
  }
}

it('no interleaving overspends, and memory, store and the naive book always agree', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 5, maxLength: 60 }), async (moves) => {
      const store = await openSqliteStore(':memory:');
      const simulation = new Simulation(store);
      const running: Promise<unknown>[] = [];
      const faults: unknown[] = [];
      for (const next of moves) {
        await tick(next.ticks);
        running.push(start(simulation, next).catch((fault) => faults.push(fault)));
        for (const need of simulation.needs([0, 1, 2])) {
          const { used, reserved } = simulation.book.totals(need.key);
          expect(used + reserved).toBeLessThanOrEqual(LIMIT);
        }
      }
      for (let turn = 0; turn < 40; turn += 1) {
        await tick(20);
        await simulation.commit(100);
      }
      await Promise.all(running);
      expect(faults).toEqual([]);
      for (const { key } of simulation.needs([0, 1, 2])) {
        const expected = simulation.book.totals(key);
        expect((await store.counters([key])).get(key) ?? { used: 0, reserved: 0 }).toEqual(expected);
      }
      await store.close();
    }),
    { numRuns: 150 },
  );
});
