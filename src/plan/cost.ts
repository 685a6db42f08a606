import type { Cost } from './plan.ts';

/**
 * Dollars in micro-units, rounded up: an amount computed in floating point may have any number of decimals, and
 * rounding down would let many small calls pass a budget unseen.
 */
export function toMicros(usd: number): number {
  const micros = usd * 1_000_000;
  // Within a millionth of a micro-unit of an integer is floating-point noise (0.07 * 1e6), not a cost.
  const nearest = Math.round(micros);
  return Math.abs(micros - nearest) < 1e-6 ? nearest : Math.ceil(micros);
}

/** What a plan or step costs in a metric, in its integer units: micro-units for `usd`. */
export function costIn(cost: Cost, metric: 'usd' | 'tokens' | 'tool_calls'): number {
  return metric === 'usd' ? cost.usd_micros : cost[metric];
}
