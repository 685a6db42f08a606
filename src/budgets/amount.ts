import { BudgetError } from './budget-error.ts';
import type { Metric } from './metric.ts';

/** Micro-units in one USD. All money inside the gateway is an integer count of these, so sums stay exact. */
export const MICROS_PER_USD = 1_000_000;

const MICRO_DIGITS = 6;
const DECIMAL = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/**
 * USD as integer micro-units, converted by decimal digits and never by floating-point multiplication.
 *
 * Takes 0 to 2^53 - 1 micro-units (about nine thousand million USD). Throws `invalid_amount` for a negative, an
 * infinite, a larger or a finer amount: more than six decimals are refused, not rounded.
 */
export function usdToMicros(usd: number): number {
  const parts = DECIMAL.exec(String(usd));
  if (parts === null) throw new BudgetError('invalid_amount', `${usd} is not an amount of USD`);
  const [, whole = '0', fraction = '', exponent = '0'] = parts;
  const shift = MICRO_DIGITS + Number(exponent) - fraction.length;
  if (shift < 0) throw new BudgetError('invalid_amount', `${usd} USD has more than six decimals`);
  const micros = Number(`${whole}${fraction}e${shift}`);
  if (!Number.isSafeInteger(micros)) throw new BudgetError('invalid_amount', `${usd} USD is too large`);
  return micros;
}

/** Micro-units as USD, for people and answers. The nearest double; never used for sums. */
export function microsToUsd(micros: number): number {
  return micros / MICROS_PER_USD;
}

/**
 * An amount as written in a file or a request, in the integer units of its metric: micro-units for `usd`, the
 * count itself for `tokens` and `tool_calls`. Throws `invalid_amount` where it is not exact.
 */
export function toUnits(metric: Metric, amount: number): number {
  if (metric === 'usd') return usdToMicros(amount);
  if (!Number.isSafeInteger(amount) || amount < 0) {
    throw new BudgetError('invalid_amount', `${amount} is not a whole number of ${metric}`);
  }
  return amount;
}

/** An amount in the integer units of its metric as people write it: dollars for `usd`, the count itself otherwise. */
export function fromUnits(metric: Metric, units: number): number {
  return metric === 'usd' ? microsToUsd(units) : units;
}
