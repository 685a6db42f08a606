import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGuard } from '../../src/guard/index.ts';
import { isIbanSum, isLuhn, isVerhoeff } from '../../src/guard/pii/check-digits.ts';
import { personalData } from '../../src/guard/pii/personal-data.ts';
import { PERSONAL_FORMS } from '../../src/guard/pii/personal-forms.ts';

const guard = createGuard();
const kindsIn = (text: string) => personalData(text, { withContacts: true }).map(({ kind }) => kind);
const rows = PERSONAL_FORMS.flatMap(({ kind, hits, misses }) => [
  ...hits.map((text) => ({ kind, text, isHit: true })),
  ...misses.map((text) => ({ kind, text, isHit: false })),
]);

describe('personal data', () => {
  it.each(rows.filter(({ isHit }) => isHit))('finds $kind in $text', ({ kind, text }) => {
    expect(kindsIn(text)).toContain(kind);
  });

  it.each(rows.filter(({ isHit }) => !isHit))('finds no $kind in $text', ({ kind, text }) => {
    expect(kindsIn(text)).not.toContain(kind);
  });

  it.each([
    'Order 4500012345 of 2026-11-30 was shipped, tracking 1Z999AA10123456784.',
    'commit 3f2a9c1e8b7d6a5c4b3a29181716151413121110',
    'Version 10.15.7, build 20261130.1, port 8080, 1,234,567.89 EUR',
    'uuid 550e8400-e29b-41d4-a716-446655440000 at 1764489600000',
    'ISBN 978-3-16-148410-0',
  ])('leaves alone what only looks so: %s', (text) => {
    expect(kindsIn(text)).toEqual([]);
  });

  it('is a finding of low severity that changes no verdict', () => {
    for (const direction of ['input', 'context', 'output', 'arguments'] as const) {
      const { verdict, findings } = guard.inspect('Please pay to DE89 3704 0044 0532 0130 00.', direction);
      expect(verdict).toBe('allow');
      expect(findings).toMatchObject([{ detector: 'pii.iban', category: 'pii', severity: 'low' }]);
    }
  });

  it('is redacted in what goes out, and only there', () => {
    const text = 'Ann (ann@acme.example) pays with 4111 1111 1111 1111.';
    expect(guard.inspect(text, 'output').sanitized).toBe(
      'Ann ([redacted:email]) pays with [redacted:credit_card].',
    );
    expect(guard.inspect(text, 'context').sanitized).toBe(text);
    expect(guard.inspect(text, 'context').findings.map(({ detector }) => detector)).toEqual([
      'pii.credit_card',
    ]);
  });

  it('is found however much of it there is', () => {
    const text = 'a@b.example '.repeat(80_000);
    expect(personalData(text, { withContacts: true })).toHaveLength(80_000);
  });

  it('keeps secrets before personal data where both claim a place', () => {
    const { sanitized } = guard.inspect('https://ann:hunter2hunter@acme.example/x', 'output');
    expect(sanitized).toContain('[redacted:password]');
  });
});

describe('check digits', () => {
  it('find one wrong digit', () => {
    const digits = fc.stringMatching(/^[1-9]\d{11}$/);
    fc.assert(
      fc.property(digits, fc.nat(11), fc.integer({ min: 1, max: 9 }), (given, at, by) => {
        const wrong = [...given].map((digit, index) => (index === at ? (Number(digit) + by) % 10 : digit));
        for (const isValid of [isLuhn, isVerhoeff])
          expect(isValid(given) && isValid(wrong.join(''))).toBe(false);
      }),
    );
  });

  it('find two account numbers of a hundred by chance', () => {
    const numbers = Array.from({ length: 9700 }, (_, index) => `DE00${String(index).padStart(18, '0')}`);
    expect(numbers.filter(isIbanSum).length / numbers.length).toBeLessThan(0.02);
  });
});
