import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasStretch, stretches, unitClass, unitRange } from '../../src/guard/views/stretch.ts';

const DIGITS = unitClass(`${unitRange('0', '9')}.`);
/** Few kinds of units, so that stretches of all lengths come about. */
const text = fc.string({ unit: fc.constantFrom('0', '9', '.', 'x', '\u0e01', '\ud800'), maxLength: 60 });

describe('stretches', () => {
  it('are what a pattern finds', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 8 }), (given, length) => {
        const found = [...given.matchAll(new RegExp(`[0-9.]{${length},}`, 'g'))];
        const spans = found.map((match) => ({ start: match.index, end: match.index + match[0].length }));
        expect(stretches(given, DIGITS, length)).toEqual(spans);
        expect(hasStretch(given, DIGITS, length)).toBe(spans.length > 0);
      }),
      { numRuns: 2000 },
    );
  });
});
