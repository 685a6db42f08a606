import type { Reservation } from '../../budgets/budget.ts';
import type { BudgetStore, Counter } from '../../budgets/budget-store.ts';
import { METRICS } from '../../budgets/metric.ts';
import type { SqliteDatabase } from './database.ts';
import {
  amountOf,
  type EventHandler,
  objectsOf,
  type ProjectedTable,
  planOf,
  tenantOf,
} from './event-payload.ts';
import { createReservedSums, type ReservedSums } from './reserved-sums.ts';

type CounterRow = Counter & { key: string };

// The sums stop at the largest exact integer, as they do in memory.
const SETTLE = `UPDATE counters SET reserved = reserved - ?, used = min(used + ?, ${Number.MAX_SAFE_INTEGER})
  WHERE key = ?`;
const OPEN = `INSERT INTO reservations (tenant_id, execution_plan_id, key, budget_id, metric, amount, reserved_at)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (tenant_id, execution_plan_id, key) DO UPDATE SET amount = amount + excluded.amount`;

/** Counters, and the reservations that no outcome has settled yet: settling takes from the row what was settled. */
export function createBudgetsTable(db: SqliteDatabase): ProjectedTable & { methods: BudgetStore } {
  const sums = createReservedSums(db);
  return {
    handlers: {
      decision_made: createReserver(db, sums),
      budget_settled: createSettler(db, sums),
      // What was gathered so far is part of what the state replaces.
      state_carried: () => sums.write(),
    },
    gathered: sums,
    methods: createBudgetReader(db),
  };
}

function createReserver(db: SqliteDatabase, sums: ReservedSums): EventHandler {
  const open = db.prepare(OPEN);
  return (projected) => {
    for (const held of objectsOf(projected, 'reservations', ['budget_id', 'key', 'metric'])) {
      const amount = amountOf(projected, held, 'amount');
      const reservation = { ...(held as Pick<Reservation, 'budget_id' | 'key' | 'metric'>), amount };
      const { budget_id, key, metric } = reservation;
      sums.add(reservation);
      const at = projected.group.timestamp;
      open.run(tenantOf(projected), planOf(projected), key, budget_id, metric, amount, at);
    }
  };
}

/**
 * The plan may have been decided again while its outcome was on its way: what that holds stays held. And never is more
 * freed than the row holds: a second settlement frees nothing.
 */
function createSettler(db: SqliteDatabase, sums: ReservedSums): EventHandler {
  const settle = db.prepare(SETTLE);
  const readHeld = db.prepare<[string, string, string], { amount: number }>(
    'SELECT amount FROM reservations WHERE tenant_id = ? AND execution_plan_id = ? AND key = ?',
  );
  const close = db.prepare(
    'DELETE FROM reservations WHERE tenant_id = ? AND execution_plan_id = ? AND key = ?',
  );
  const reduce = db.prepare(
    'UPDATE reservations SET amount = amount - ? WHERE tenant_id = ? AND execution_plan_id = ? AND key = ?',
  );
  return (projected) => {
    sums.write();
    for (const line of objectsOf(projected, 'settled', ['key'])) {
      const key = String(line['key']);
      const place = [tenantOf(projected), planOf(projected), key] as const;
      const held = readHeld.get(...place);
      if (held === undefined) continue;
      const freed = Math.min(held.amount, amountOf(projected, line, 'reserved'));
      if (freed === held.amount) close.run(...place);
      else reduce.run(freed, ...place);
      settle.run(freed, amountOf(projected, line, 'actual'), key);
    }
  };
}

function createBudgetReader(db: SqliteDatabase): BudgetStore {
  const readCounter = db.prepare<[string], Counter>('SELECT used, reserved FROM counters WHERE key = ?');
  const readOpen = db.prepare<[string, string], Reservation>(
    `SELECT budget_id, key, metric, amount FROM reservations
     WHERE tenant_id = ? AND execution_plan_id = ? ORDER BY key`,
  );
  const readBetween = db.prepare<[object], CounterRow>(
    `SELECT key, used, reserved FROM counters WHERE key >= @from AND key < @until
     AND substr(key, length(key) - length(@suffix) + 1) = @suffix ORDER BY key LIMIT @limit`,
  );
  return {
    async counters(keys) {
      const found = new Map<string, Counter>();
      for (const key of keys) {
        const counter = readCounter.get(key);
        if (counter !== undefined) found.set(key, counter);
      }
      return found;
    },
    async openReservations(tenantId, executionPlanId) {
      return readOpen.all(tenantId, executionPlanId).map((row) => ({ ...row, metric: metricOf(row.metric) }));
    },
    async countersBetween(prefix, suffix, limit) {
      return readBetween.all({ from: prefix, until: `${prefix}\u{10ffff}`, suffix, limit });
    },
  };
}

function metricOf(text: string): Reservation['metric'] {
  return METRICS.find((metric) => metric === text) ?? 'usd';
}
