import type { EventDraft } from '../audit/event.ts';
import type { BudgetFigure, Reservation } from './budget.ts';
import { BudgetError } from './budget-error.ts';
import type { BudgetNeed } from './budget-need.ts';
import type { BudgetStore, Counter } from './budget-store.ts';
import { CounterCache } from './counter-cache.ts';
import type { Metric } from './metric.ts';

const MIN_CAPACITY = 1_000;

/** One line of a settlement, as it stands in `budget_settled`. */
export type SettledAmount = Omit<Reservation, 'amount'> & { reserved: number; actual: number };

/**
 * A settlement that stands in memory and waits for its event. The caller MUST append `event` and then call
 * exactly one of the two: `applied` once the append resolved, `undo` when it was rejected.
 */
export type Settlement = {
  settled: SettledAmount[];
  event: EventDraft;
  applied(): void;
  undo(): void;
};

/** Real cost by metric; a metric that was not reported is booked at its estimate. */
export type ActualCost = Partial<Record<Metric, number>>;

/**
 * Counts what is held and spent, in memory, on top of what the store has projected.
 *
 * `figures` → decide → `reserve` MUST happen in one synchronous turn: then no other plan can come between the
 * figures a decision saw and the amounts it takes, and a limit is never passed on this instance. A change counts
 * from the moment it is made; it is undone only when its event could not be recorded. A counter with changes that
 * the store has not projected yet is never evicted, so a later `load` cannot bring back an older figure.
 *
 * A reservation whose outcome never comes stays counted at its estimate until its window ends.
 */
export class BudgetLedger {
  readonly #store: BudgetStore;
  readonly #counters: CounterCache;
  readonly #loading = new Map<string, Promise<void>>();
  readonly #settling = new Set<string>();

  /** `capacity`: how many idle counters stay in memory; at least 1,000, so that one plan's always fit. */
  constructor(options: { store: BudgetStore; capacity?: number }) {
    this.#store = options.store;
    this.#counters = new CounterCache(Math.max(options.capacity ?? 50_000, MIN_CAPACITY));
  }

  /** How many counters are in memory. */
  get size(): number {
    return this.#counters.size;
  }

  /** True where `figures` would answer: the plan needs no `load` first. */
  isLoaded(needs: readonly BudgetNeed[]): boolean {
    return needs.every((need) => this.#counters.get(need.key) !== undefined);
  }

  /** Brings counters into memory. A key that is being loaded already is waited for, never read twice. */
  async load(keys: readonly string[]): Promise<void> {
    const waits: Promise<void>[] = [];
    const missing: string[] = [];
    for (const key of new Set(keys)) {
      if (this.#counters.get(key) !== undefined) continue;
      const running = this.#loading.get(key);
      if (running === undefined) missing.push(key);
      else waits.push(running);
    }
    if (missing.length > 0) waits.push(this.#read(missing));
    await Promise.all(waits);
  }

  #read(keys: readonly string[]): Promise<void> {
    const reading = this.#store
      .counters(keys)
      .then((found) => {
        for (const key of keys) this.#counters.put(key, found.get(key) ?? { used: 0, reserved: 0 });
      })
      .finally(() => {
        for (const key of keys) this.#loading.delete(key);
      });
    for (const key of keys) this.#loading.set(key, reading);
    return reading;
  }

  /** The state of each needed counter, in the given order; `undefined` where one is not loaded (any more). */
  figures(needs: readonly BudgetNeed[]): BudgetFigure[] | undefined {
    const figures: BudgetFigure[] = [];
    for (const need of needs) {
      const counter = this.#counters.touch(need.key);
      if (counter === undefined) return undefined;
      figures.push(figureOf(need, counter));
    }
    return figures;
  }

  /**
   * Holds the amounts, all or none. Throws `counter_not_loaded` where the figures were never seen, and
   * `invalid_amount` where a sum would leave the exact integers. Limits are the decision's business: a plan whose
   * overspending was approved may pass them. Followed by exactly one of `applied` and `undo`.
   */
  reserve(reservations: readonly Reservation[]): void {
    const sums = new Map<string, number>();
    for (const { key, amount } of reservations) {
      const sum = (sums.get(key) ?? this.#loaded(key).reserved) + amount;
      const isExact = Number.isSafeInteger(amount) && amount >= 0 && Number.isSafeInteger(sum);
      if (!isExact) throw new BudgetError('invalid_amount', `${amount} cannot be held on ${key}`);
      sums.set(key, sum);
    }
    for (const { key, amount } of reservations) this.#hold(key, { used: 0, reserved: amount });
  }

  /** The event with these reservations is durable and projected. */
  applied(reservations: readonly { key: string }[]): void {
    for (const { key } of reservations) this.#counters.unpin(key);
  }

  /** The event with these reservations could not be recorded: nothing is held. */
  undo(reservations: readonly Reservation[]): void {
    for (const { key, amount } of reservations) {
      this.#counters.add(key, { used: 0, reserved: -amount });
      this.#counters.unpin(key);
    }
  }

  /**
   * Books the real cost of a plan in place of what was held for it, on the counters (and so in the windows) it
   * was reserved on. `undefined` where nothing is held, or another settlement of this plan is under way: a plan
   * is settled once. Throws `invalid_amount` for a cost that is not a non-negative integer.
   */
  async settle(
    tenantId: string,
    executionPlanId: string,
    actual: ActualCost,
  ): Promise<Settlement | undefined> {
    assertCost(actual);
    const plan = JSON.stringify([tenantId, executionPlanId]);
    if (this.#settling.has(plan)) return undefined;
    this.#settling.add(plan);
    try {
      const open = await this.#store.openReservations(tenantId, executionPlanId);
      if (open.length > 0) return await this.#book(plan, open, actual);
    } catch (error) {
      this.#settling.delete(plan);
      throw error;
    }
    this.#settling.delete(plan);
    return undefined;
  }

  /**
   * What a plan cost beyond its estimate counts at once; what it left over is free only when the event is durable.
   * Else a plan could take what is given back if the event cannot be written.
   */
  async #book(plan: string, open: readonly Reservation[], actual: ActualCost): Promise<Settlement> {
    const keys = open.map((reservation) => reservation.key);
    while (!keys.every((key) => this.#counters.get(key) !== undefined)) await this.load(keys);
    const settled = open.map(({ amount, ...held }) => ({
      ...held,
      reserved: amount,
      actual: actual[held.metric] ?? amount,
    }));
    for (const line of settled) this.#hold(line.key, { used: 0, reserved: excessOf(line) });
    const finish = (change: (line: SettledAmount) => Counter): void => {
      for (const line of settled) this.#counters.add(line.key, change(line));
      this.applied(settled);
      this.#settling.delete(plan);
    };
    return {
      settled,
      event: { event_type: 'budget_settled', payload: { settled } },
      applied: () => finish((line) => ({ used: line.actual, reserved: -line.reserved - excessOf(line) })),
      undo: () => finish((line) => ({ used: 0, reserved: -excessOf(line) })),
    };
  }

  /** Counts a change that the store does not know yet. */
  #hold(key: string, by: Counter): void {
    this.#counters.add(key, by);
    this.#counters.pin(key);
  }

  #loaded(key: string): Counter {
    const counter = this.#counters.get(key);
    if (counter === undefined)
      throw new BudgetError('counter_not_loaded', `the counter ${key} is not loaded`);
    return counter;
  }
}

function figureOf(need: BudgetNeed, { used, reserved }: Counter): BudgetFigure {
  const { budget_id, key, metric, limit, on_exceed, window_ends_at } = need;
  const figure: BudgetFigure = { budget_id, key, metric, limit, used, reserved, on_exceed };
  if (window_ends_at !== undefined) figure.window_ends_at = window_ends_at;
  return figure;
}

/** What a plan cost beyond its estimate. */
function excessOf({ reserved, actual }: SettledAmount): number {
  return Math.max(actual - reserved, 0);
}

function assertCost(actual: ActualCost): void {
  for (const [metric, amount] of Object.entries(actual)) {
    if (!Number.isSafeInteger(amount) || amount < 0) {
      throw new BudgetError('invalid_amount', `${amount} is not an exact amount of ${metric}`);
    }
  }
}
