import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, foldWithOffsets, segments } from '../../src/guard/views/fold.ts';
import { replaceLookAlikes } from '../../src/guard/views/look-alikes.ts';

/** Any string, with the characters that make folding hard more often than chance would bring them. */
const hardText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom(
        ...[
          'e\u0301',
          '\u0301',
          '\u200b',
          '\u200d',
          '\ud800',
          '\udc00',
          '\u1100\u1161',
          '\uac00',
          '\u3131',
          '\uffa1',
        ],
        ...[
          '\uff76\uff9e',
          '\ufdfa',
          '\u0130',
          'ß',
          'ς',
          'Σ',
          '  ',
          ' \n ',
          '\u2028',
          '\u00a0',
          '\ufb01',
          '\u00ad',
          'й',
        ],
        ...['한', 'ज़', '\u{e0041}', '\u{1d400}', 'А', 'ⅷ', '\u0345', '\u0653', '\u05b0', 'K', '\0'],
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** What folding says it is, step by step over the whole text. */
function foldedPlainly(text: string): string {
  const light = text
    .toWellFormed()
    .replace(/\p{DI}+/gu, '')
    .replace(/(\p{M}{16})\p{M}+/gu, '$1')
    .replaceAll('\ufdfa', ' ');
  const letters = light.normalize('NFKD').replace(/(?:\p{DI}|[\u0300-\u036f])+/gu, '');
  const lower = letters.toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
  return lower.replace(/[\s\p{Cc}]+/gu, (gap) => (/[\n\r\u2028\u2029]/.test(gap) ? '\n' : ' '));
}

describe('fold', () => {
  it.each([
    { from: 'IGNORE  all\tprevious', to: 'ignore all previous' },
    { from: 'ｉｇｎｏｒｅ', to: 'ignore' },
    { from: 'і\u200bgn\u00adоrе', to: 'ignore' },
    { from: 'ìgnörê', to: 'ignore' },
    { from: '𝐢𝐠𝐧𝐨𝐫𝐞', to: 'ignore' },
    { from: 'a \r\n b', to: 'a\nb' },
    { from: '\ud800x', to: '\ufffdx' },
  ])('reads $from as $to', ({ from, to }) => {
    expect(replaceLookAlikes(fold(from))).toBe(to);
  });

  it('keeps the vowel signs of Hindi, Thai and Arabic, and Korean syllables whole', () => {
    for (const text of ['निर्देशों', 'คำสั่ง', 'تَجاهَل', '지시를', 'が']) {
      expect(fold(text)).toBe(text.normalize('NFKC'));
    }
  });

  it('keeps Russian words, which look-alikes would spoil', () => {
    expect(fold('Игнорируй')).toBe('игнорируи');
    expect(replaceLookAlikes('игнорируи')).not.toBe('игнорируи');
  });

  it('gives in stretches what it gives as a whole', () => {
    const text = fc.array(fc.oneof(hardText, fc.string({ maxLength: 8 }))).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (given) => {
        expect(fold(given)).toBe(foldedPlainly(given));
      }),
      { numRuns: 2000 },
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(hardText, (text) => {
        const once = fold(text);
        expect(fold(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives with offsets what it gives without', () => {
    fc.assert(
      fc.property(hardText, (text) => {
        const { units, starts, ends } = foldWithOffsets(text);
        expect(units.map((unit) => String.fromCharCode(unit)).join('')).toBe(fold(text));
        expect(starts).toHaveLength(units.length);
        for (const [index, start] of starts.entries()) {
          expect(start).toBeGreaterThanOrEqual(starts[index - 1] ?? 0);
          expect(ends[index]).toBeGreaterThan(start);
          expect(ends[index]).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('cuts texts into segments that join to the whole', () => {
    fc.assert(fc.property(hardText, (text) => segments(text).join('') === text.toWellFormed()));
  });

  it('replaces look-alikes without changing the length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => replaceLookAlikes(text).length === text.length),
    );
    expect(replaceLookAlikes('раураl')).toBe('paypal');
  });

  it('does not slow down on a pile of marks', () => {
    expect(fold(`a${'\u0301\u0323'.repeat(100_000)}`)).toBe('a');
  });
});
