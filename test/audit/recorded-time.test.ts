import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedTime } from '../../src/audit/recorded-time.ts';

describe('a time as events carry it', () => {
  it.each([
    ['2026-11-30T12:00:00Z', '2026-11-30T12:00:00.000Z'],
    ['2026-11-30T12:00Z', '2026-11-30T12:00:00.000Z'],
    ['2026-11-30t12:00:00.5z', '2026-11-30T12:00:00.500Z'],
    ['2026-11-30T12:00:00.0531+02:00', '2026-11-30T10:00:00.054Z'],
    ['2026-11-30T12:00:00.053000000-01:30', '2026-11-30T13:30:00.053Z'],
    ['2026-12-31T23:59:59.9999Z', '2027-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ])('%s is %s', (text, recorded) => {
    expect(recordedTime(text)).toBe(recorded);
  });

  it.each([
    '',
    '1',
    'Nov 30 2026',
    '2026-11-30',
    '2026-11-30T12:00:00',
    '2026-13-01T00:00:00Z',
    '2026-11-30T25:00:00Z',
    '9999-12-31T23:59:59-01:00',
    '9999-12-31T23:59:59.9999Z',
    '0000-01-01T00:00:00+01:00',
    '+010000-01-01T00:00:00Z',
  ])('%j is none', (text) => {
    expect(recordedTime(text)).toBeUndefined();
  });

  it('parts events as the time itself does', () => {
    const time = fc.date({ min: new Date('1970-01-01'), max: new Date('9000-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(time, time, fc.nat(999_999), (event, bound, nanos) => {
        const fraction = String(bound.getUTCMilliseconds() * 1_000_000 + nanos).padStart(9, '0');
        const recorded = recordedTime(bound.toISOString().replace(/\.\d{3}Z$/, `.${fraction}Z`)) ?? '';
        const isBefore =
          event.getTime() < bound.getTime() || (event.getTime() === bound.getTime() && nanos > 0);
        expect(event.toISOString() < recorded).toBe(isBefore);
      }),
    );
  });
});
