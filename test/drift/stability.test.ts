import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stabilityIndex } from '../../src/drift/stability.ts';

const counts = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 3, maxLength: 3 });

describe('the population stability index', () => {
  it.each([
    [[90, 10, 0], [90, 10, 0], 0],
    [[90, 10, 0], [900, 100, 0], 0],
    // (0.5 - 0.9) ln(0.5 / 0.9) + (0.5 - 0.1) ln(0.5 / 0.1)
    [[90, 10, 0], [50, 50, 0], 0.8789],
    [[0, 0, 0], [50, 50, 0], 0],
    [[50, 50, 0], [0, 0, 0], 0],
  ])('of %j and %j is %d', (before, after, index) => {
    expect(stabilityIndex(before, after)).toBeCloseTo(index, 4);
  });

  it('is never negative, the same both ways, and zero for equal shares alone', () => {
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 1, max: 9 }), (before, after, times) => {
        expect(stabilityIndex(before, after)).toBeGreaterThanOrEqual(0);
        expect(stabilityIndex(before, after)).toBeCloseTo(stabilityIndex(after, before), 9);
        expect(
          stabilityIndex(
            before,
            before.map((count) => count * times),
          ),
        ).toBeCloseTo(0, 9);
      }),
    );
  });
});
