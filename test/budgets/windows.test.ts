import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WINDOWS, type Window } from '../../src/budgets/budget.ts';
import { windowAt, windowsOf } from '../../src/budgets/window.ts';

const MAX_MS = Date.UTC(2200, 0, 1);

/** Instants at which one window or another ends, and the milliseconds beside them. */
const EDGES = [
  '1970-01-01T00:00:00.000Z',
  '2026-11-02T09:14:00.000Z',
  '2026-11-02T10:00:00.000Z',
  '2026-11-03T00:00:00.000Z',
  '2026-02-28T00:00:00.000Z',
  '2026-03-01T00:00:00.000Z',
  '2028-02-29T00:00:00.000Z',
  '2028-03-01T00:00:00.000Z',
  '2100-02-28T12:00:00.000Z',
  '2100-03-01T00:00:00.000Z',
  '2026-03-29T01:00:00.000Z',
  '2026-05-01T00:00:00.000Z',
  '2026-12-31T00:00:00.000Z',
  '2027-01-01T00:00:00.000Z',
].flatMap((time) => [-1, 0, 1].map((beside) => Math.max(Date.parse(time) + beside, 0)));

describe('windowsOf', () => {
  it('answers as windowAt does, in whatever order times are asked for', () => {
    fc.assert(
      fc.property(fc.constantFrom(...WINDOWS), anyTimes(), (window, times) => {
        const spanAt = windowsOf(window);
        for (const time of times) expect(spanAt(time)).toEqual(windowAt(window, time));
      }),
      { numRuns: 500 },
    );
  });

  it.each(WINDOWS)(
    'answers as windowAt does around the edges of every %s, forwards and backwards',
    (window) => {
      const spanAt = windowsOf(window);
      for (const time of [...EDGES, ...EDGES.toReversed(), ...EDGES.toSorted((a, b) => a - b)]) {
        expect(spanAt(time), new Date(time).toISOString()).toEqual(windowAt(window, time));
      }
    },
  );

  it.each<[window: Window, first: string, last: string, next: string]>([
    ['minute', '2026-11-02T09:14:00.000Z', '2026-11-02T09:14:59.999Z', '2026-11-02T09:15:00.000Z'],
    ['hour', '2026-11-02T09:00:00.000Z', '2026-11-02T09:59:59.999Z', '2026-11-02T10:00:00.000Z'],
    ['day', '2028-02-29T00:00:00.000Z', '2028-02-29T23:59:59.999Z', '2028-03-01T00:00:00.000Z'],
    ['month', '2026-02-01T00:00:00.000Z', '2026-02-28T23:59:59.999Z', '2026-03-01T00:00:00.000Z'],
    ['month', '2028-02-01T00:00:00.000Z', '2028-02-29T23:59:59.999Z', '2028-03-01T00:00:00.000Z'],
    ['month', '2026-12-01T00:00:00.000Z', '2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z'],
  ])('gives one %s the same span from its first millisecond to its last', (window, first, last, next) => {
    const spanAt = windowsOf(window);
    const span = spanAt(Date.parse(first));
    expect(span).toEqual({ start: first, ends_at: next });
    expect(spanAt(Date.parse(last))).toBe(span);
    expect(spanAt(Date.parse(next)).start).toBe(next);
  });

  it('has one span for total, however far the clock goes', () => {
    const spanAt = windowsOf('total');
    const span = spanAt(MAX_MS);
    expect(span).toEqual({ start: 'total' });
    expect(spanAt(0)).toBe(span);
    expect(spanAt(2 * MAX_MS)).toBe(span);
  });

  it('remembers for itself alone', () => {
    const [a, b] = [windowsOf('day'), windowsOf('day')];
    const [monday, tuesday] = [Date.UTC(2026, 10, 2), Date.UTC(2026, 10, 3)];
    a(monday);
    expect(b(tuesday)).toEqual(windowAt('day', tuesday));
    expect(a(monday)).toEqual(windowAt('day', monday));
  });
});

/** Times that leap over years, and times that creep over the edge of a window. */
function anyTimes(): fc.Arbitrary<number[]> {
  const far = fc.integer({ min: 0, max: MAX_MS });
  const near = fc
    .tuple(fc.constantFrom(...EDGES), fc.integer({ min: -90_000, max: 90_000 }))
    .map(([edge, beside]) => Math.max(edge + beside, 0));
  return fc.array(fc.oneof(far, near, fc.constantFrom(...EDGES)), { minLength: 1, maxLength: 30 });
}
