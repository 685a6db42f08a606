import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mentionCovers, mentionsOf } from '../../src/policy/mentions.ts';

const speaksOf = (...parts: string[]) => mentionsOf(parts);

/** What is written between two letters and seen by nobody, or by nobody for what it is. */
const UNSEEN = [
  ...[0x00, 0x01, 0x07, 0x08, 0x1b, 0x7f, 0x85, 0x9b, 0xad, 0x061c, 0x180e, 0x200b, 0x200d, 0x2028, 0x2029],
  ...[0x202e, 0x2060, 0x2066, 0xfeff, 0xfff9, 0xfffb, 0xe0041, 0x0a, 0x0d, 0x09, 0x0b, 0x0c],
].map((code) => String.fromCodePoint(code));

describe('what a text mentions', () => {
  it.each(UNSEEN)('is not hidden by %j between its letters', (unseen) => {
    const speaks = speaksOf('drop table');
    expect(speaks(`x; DR${unseen}OP ta${unseen}${unseen}ble y`)).toBe(true);
    expect(speaks(`dr${unseen}p table`)).toBe(false);
  });

  it.each(['\t', '\n', '\r', '\u000b', '\u000c', '\u0085', '\u2028', '\u2029', '\u00a0', '\u3000'])(
    'is not hidden by %j in place of a space',
    (space) => {
      expect(speaksOf('drop table')(`drop${space}table`)).toBe(true);
      expect(speaksOf('droptable')(`drop${space}table`)).toBe(!/[\u00a0\u3000]/.test(space));
    },
  );

  it.each(['\r\n', '  ', '\n\n', ' \n ', '\t\t', '\u2003\u00a0', ' \u200b ', '\u2028\u2029'])(
    'is not hidden by %j, which is several in place of a space',
    (spaces) => {
      expect(speaksOf('drop table')(`x; drop${spaces}table y`)).toBe(true);
      expect(speaksOf(`drop${spaces}table`)('x; drop table y')).toBe(true);
      expect(speaksOf('drop table')(`dr${spaces}p table`)).toBe(false);
    },
  );

  it.each<[string, string, string]>([
    ['a letter and its mark apart', 'café', 'cafe\u0301'],
    ['something unseen before a mark', 'café', 'cafe\u200b\u0301'],
    ['full-width letters', 'rm -rf', 'ｒｍ －ｒｆ'],
    ['a part that holds something unseen itself', 'dr\u200bop', 'drop'],
    ['a part of several lines', 'a\nb', 'x a\nb'],
  ])('is read through %s', (_, part, text) => {
    expect(speaksOf(part)(text)).toBe(true);
  });

  it('is what is unseen itself where nothing else is asked for', () => {
    for (const part of ['\u0000', '\n', '\u200b']) {
      expect(speaksOf(part)(`a${part}b`)).toBe(true);
      expect(speaksOf(part)('a b')).toBe(false);
    }
  });

  it('is any of several parts, and whatever stands there as it is', () => {
    const around = fc.string({ unit: 'binary', maxLength: 12 });
    const said = fc.stringMatching(/^[a-z][a-z ]{0,8}[a-z]$/);
    fc.assert(
      fc.property(around, said, around, (before, part, after) => {
        expect(speaksOf('never said', part)(`${before} ${part} ${after}`)).toBe(true);
      }),
      {
        examples: [
          ['e', 'drop', '\u0301'],
          ['\u0000', 'a b', ''],
        ],
      },
    );
  });
});

it('covers another where every text that holds the one holds the other', () => {
  const letter = fc.constantFrom(
    ' ',
    '\n',
    '\r',
    '\t',
    'a',
    'e',
    'E',
    '\u0301',
    '\u200b',
    '\u00e9',
    '\u2028',
  );
  const text = fc.string({ unit: letter, minLength: 1, maxLength: 6 });
  const parts = fc
    .tuple(text, fc.nat(5), fc.integer({ min: 1, max: 4 }))
    .map(([part, from, length]) => [part, part.slice(from, from + length) || part] as const);
  const spaces = fc.constantFrom(' ', '\n', '\r\n', '  ', '\t ');
  let covered = 0;
  fc.assert(
    fc.property(parts, text, text, spaces, fc.boolean(), ([part, other], before, after, space, isBare) => {
      if (!mentionCovers(part, other)) return;
      covered += 1;
      const written = (isBare ? part.replaceAll('\u200b', '') : part).replaceAll(/\s/g, space);
      for (const whole of [before + part + after, before + written + after])
        if (mentionsOf([part])(whole)) expect(mentionsOf([other])(whole)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
  expect(covered).toBeGreaterThan(500);
});
