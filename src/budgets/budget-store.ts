import type { Reservation } from './budget.ts';

/** What a counter holds, in integer units of its budget's metric. */
export type Counter = { used: number; reserved: number };

/** What the ledger reads from the store. It writes nothing there: the store projects the events of the log. */
export type BudgetStore = {
  /** Counters by key; a key nobody has spent on yet is left out. */
  counters(keys: readonly string[]): Promise<Map<string, Counter>>;
  /** Reservations of a plan that no outcome has settled. */
  openReservations(tenantId: string, executionPlanId: string): Promise<Reservation[]>;
  /** Counters whose key starts with `prefix` and ends with `suffix`, in order of their keys, at most `limit`. */
  countersBetween(prefix: string, suffix: string, limit: number): Promise<(Counter & { key: string })[]>;
};
