import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { microsToUsd, toUnits, usdToMicros } from '../../src/budgets/amount.ts';

describe('usdToMicros', () => {
  it.each([
    [0, 0],
    [0.1, 100_000],
    [0.2, 200_000],
    [0.07, 70_000],
    [1.005, 1_005_000],
    [1e-6, 1],
    [1.5e3, 1_500_000_000],
    [-0, 0],
    [9_007_199_254.740_99, 9_007_199_254_740_990],
  ])('takes %d USD', (usd, micros) => {
    expect(usdToMicros(usd)).toBe(micros);
  });

  it('keeps sums exact that floating point does not', () => {
    expect(0.1 + 0.2).not.toBe(0.3);
    expect(usdToMicros(0.1) + usdToMicros(0.2)).toBe(usdToMicros(0.3));
  });

  it.each([
    0.1 + 0.2,
    1e-7,
    0.0000001,
    1.2345678,
    -1,
    -1e-7,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    9_007_199_255,
    1e21,
  ])('refuses %d USD', (usd) => {
    expect(() => usdToMicros(usd)).toThrow(expect.objectContaining({ code: 'invalid_amount' }));
  });

  it('is the inverse of microsToUsd, over all amounts that a double can name', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 14 }), (micros) => {
        expect(usdToMicros(microsToUsd(micros))).toBe(micros);
      }),
    );
  });

  it('agrees with digits shifted by hand', () => {
    fc.assert(
      fc.property(fc.nat(8_000_000), fc.integer({ min: 0, max: 999_999 }), (whole, fraction) => {
        const digits = String(fraction).padStart(6, '0');
        expect(usdToMicros(Number(`${whole}.${digits}`))).toBe(Number(`${whole}${digits}`));
      }),
    );
  });
});

describe('toUnits', () => {
  it('takes whole tokens and calls, and refuses parts of them', () => {
    expect(toUnits('tokens', 900)).toBe(900);
    expect(toUnits('tool_calls', 0)).toBe(0);
    expect(toUnits('usd', 0.02)).toBe(20_000);
    for (const amount of [0.5, -1, 2 ** 53, Number.NaN]) {
      expect(() => toUnits('tokens', amount)).toThrow(expect.objectContaining({ code: 'invalid_amount' }));
    }
  });
});
