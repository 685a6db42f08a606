import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costIn, toMicros } from '../../src/plan/cost.ts';

describe('what a step costs', () => {
  it.each([
    [0, 0],
    [1.5, 1_500_000],
    [0.07, 70_000],
    [0.000_000_1, 1],
    [1_000_000_000, 1e15],
  ])('%d dollars are %d micro-units, rounded up', (usd, micros) => {
    expect(toMicros(usd)).toBe(micros);
  });

  it('is never less in micro-units than in dollars', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (usd) => {
        expect(toMicros(usd) + 1e-6).toBeGreaterThanOrEqual(usd * 1e6);
        expect(toMicros(usd) - usd * 1e6).toBeLessThan(1);
      }),
    );
  });

  it('is found by the metric of a budget', () => {
    const cost = { tokens: 7, tool_calls: 2, usd_micros: 1_500_000 };
    expect((['usd', 'tokens', 'tool_calls'] as const).map((metric) => costIn(cost, metric))).toEqual([
      1_500_000, 7, 2,
    ]);
  });
});
