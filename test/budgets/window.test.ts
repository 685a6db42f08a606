import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Window } from '../../src/budgets/budget.ts';
import { windowAt } from '../../src/budgets/window.ts';

const at = (window: Window, time: string) => windowAt(window, Date.parse(time));

describe('windowAt', () => {
  it.each([
    ['minute', '2026-11-02T09:14:59.999Z', '2026-11-02T09:14:00.000Z', '2026-11-02T09:15:00.000Z'],
    ['hour', '2026-11-02T09:00:00.000Z', '2026-11-02T09:00:00.000Z', '2026-11-02T10:00:00.000Z'],
    ['day', '2026-11-02T23:59:59.999Z', '2026-11-02T00:00:00.000Z', '2026-11-03T00:00:00.000Z'],
    ['day', '2028-02-29T12:00:00.000Z', '2028-02-29T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
    ['month', '2026-12-31T23:59:59.999Z', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['month', '2027-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z', '2027-02-01T00:00:00.000Z'],
  ] as const)('%s at %s', (window, time, start, ends_at) => {
    expect(at(window, time)).toEqual({ start, ends_at });
  });

  it('has no end for total', () => {
    expect(at('total', '2026-11-02T09:14:59.999Z')).toEqual({ start: 'total' });
  });

  it('always holds the instant, and the next window begins where it ends', () => {
    const windows = fc.constantFrom<Window>('minute', 'hour', 'day', 'month');
    const instant = fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) });
    fc.assert(
      fc.property(windows, instant, (window, nowMs) => {
        const { start, ends_at = '' } = windowAt(window, nowMs);
        expect(Date.parse(start)).toBeLessThanOrEqual(nowMs);
        expect(Date.parse(ends_at)).toBeGreaterThan(nowMs);
        expect(windowAt(window, Date.parse(ends_at)).start).toBe(ends_at);
        expect(windowAt(window, Date.parse(ends_at) - 1).start).toBe(start);
      }),
    );
  });
});
