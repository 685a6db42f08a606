import type { Reservation } from '../../budgets/budget.ts';
import type { SqliteDatabase } from './database.ts';

const RESERVE = `INSERT INTO counters (key, budget_id, metric, reserved) VALUES (?, ?, ?, ?)
  ON CONFLICT (key) DO UPDATE SET reserved = reserved + excluded.reserved`;

/** What a batch of decisions reserved, gathered until it is written: most of a batch holds on the same few counters. */
export type ReservedSums = {
  add(reservation: Reservation): void;
  /** Adds the sums to the counters. MUST come before anything else reads or changes them. */
  write(): void;
  /** Forgets the sums: the batch was not applied. */
  clear(): void;
};

export function createReservedSums(db: SqliteDatabase): ReservedSums {
  const reserve = db.prepare(RESERVE);
  const sums = new Map<string, Reservation>();
  return {
    add(reservation) {
      const sum = sums.get(reservation.key);
      if (sum === undefined) sums.set(reservation.key, { ...reservation });
      else sum.amount += reservation.amount;
    },
    write() {
      for (const { key, budget_id, metric, amount } of sums.values())
        reserve.run(key, budget_id, metric, amount);
      sums.clear();
    },
    clear: () => sums.clear(),
  };
}
