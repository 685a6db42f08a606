import type { Reservation } from '../../budgets/budget.ts';
import type { BudgetStore, Counter } from '../../budgets/budget-store.ts';
import { METRICS } from '../../budgets/metric.ts';
import type { SqliteDatabase } from './database.ts';
import {
  amountOf,
  type Change,
  type EventHandler,
  objectsOf,
  type ProjectedTable,
  planOf,
  type ReadEvent,
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
  const reserve = createReserver(db, sums);
  return {
    handlers: {
      decision_made: (read) => reserve(reservedBy(read)),
      budget_settled: createSettler(db, sums),
      // What was gathered so far is part of what the state replaces.
      state_carried: () => () => sums.write(),
    },
    salvage: { decision_made: (read) => reserve(salvagedFrom(read)) },
    gathered: sums,
    methods: createBudgetReader(db),
  };
}

/** What a reservation counts as whose amount cannot be read: more than any budget has, and still added up exactly. */
const UNKNOWN_AMOUNT = 2 ** 50;

type Reserved = { tenant: string; plan: string; reservations: readonly Reservation[] };

function createReserver(db: SqliteDatabase, sums: ReservedSums): (reserved: Reserved) => Change {
  const open = db.prepare(OPEN);
  return ({ tenant, plan, reservations }) =>
    ({ timestamp }) => {
      for (const reservation of reservations) {
        const { budget_id, key, metric, amount } = reservation;
        sums.add(reservation);
        open.run(tenant, plan, key, budget_id, metric, amount, timestamp);
      }
    };
}

function reservedBy(read: ReadEvent): Reserved {
  const held = objectsOf(read, 'reservations', ['budget_id', 'key', 'metric']);
  if (held.length === 0) return { tenant: '', plan: '', reservations: [] };
  const reservations = held.map((one) => ({
    ...(one as Pick<Reservation, 'budget_id' | 'key' | 'metric'>),
    amount: amountOf(read, one, 'amount'),
  }));
  return { tenant: tenantOf(read), plan: planOf(read), reservations };
}

/** Holds all of each budget that a decision names, where how much it holds cannot be read. */
function salvagedFrom(read: ReadEvent): Reserved {
  const listed = read.event.payload?.['reservations'];
  const reservations = (Array.isArray(listed) ? listed : []).flatMap((one): Reservation[] => {
    const { budget_id, key, metric, amount } = (one ?? {}) as Record<string, unknown>;
    if (typeof budget_id !== 'string' || typeof key !== 'string') return [];
    const held = Number.isSafeInteger(amount) && Number(amount) >= 0 ? Number(amount) : UNKNOWN_AMOUNT;
    return [{ budget_id, key, metric: metricOf(String(metric)), amount: held }];
  });
  const { tenant_id, execution_plan_id } = read.context;
  if (tenant_id === undefined || execution_plan_id === undefined)
    return { tenant: '', plan: '', reservations: [] };
  return { tenant: tenant_id, plan: planOf(read), reservations };
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
  return (read) => {
    const lines = objectsOf(read, 'settled', ['key']).map((line) => ({
      place: [tenantOf(read), planOf(read), String(line['key'])] as const,
      reserved: amountOf(read, line, 'reserved'),
      actual: amountOf(read, line, 'actual'),
    }));
    return () => {
      sums.write();
      for (const { place, reserved, actual } of lines) {
        const held = readHeld.get(...place);
        if (held === undefined) continue;
        const freed = Math.min(held.amount, reserved);
        if (freed === held.amount) close.run(...place);
        else reduce.run(freed, ...place);
        settle.run(freed, actual, place[2]);
      }
    };
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
