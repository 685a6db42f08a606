import { z } from 'zod';
import { METRICS, type Metric } from './metric.ts';

export const WINDOWS = ['minute', 'hour', 'day', 'month', 'total'] as const;
export type Window = (typeof WINDOWS)[number];
export const BUDGET_SCOPES = ['agent', 'tenant', 'session', 'trace', 'shared'] as const;

/** A limit on what is spent in a window. `limit` is in USD for `usd` (at most six decimals), in whole units otherwise. */
export const budgetSchema = z.strictObject({
  id: z.string().min(1).max(256),
  metric: z.enum(METRICS),
  limit: z.number().nonnegative(),
  window: z.enum(WINDOWS),
  per: z.enum(BUDGET_SCOPES),
  on_exceed: z.enum(['block', 'require_approval']).default('block'),
  description: z.string().max(2000).optional(),
});
export type Budget = z.infer<typeof budgetSchema>;

/**
 * The state of one budget for one scope and window at the moment of a decision. Amounts are integer micro-units
 * for `usd`, whole units otherwise.
 */
export type BudgetFigure = {
  budget_id: string;
  /** Whose share this is: `<budget_id>|<scope value>|<window start>`; names one counter. */
  key: string;
  metric: Metric;
  limit: number;
  used: number;
  reserved: number;
  on_exceed: 'block' | 'require_approval';
  /** RFC 3339; absent for `total`. */
  window_ends_at?: string;
};

/** An amount held on a counter until the outcome of the plan is known. */
export type Reservation = { budget_id: string; key: string; metric: Metric; amount: number };
