import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginningsOf, eachBeginning } from '../../src/guard/beginnings.ts';
import { personalData } from '../../src/guard/pii/personal-data.ts';
import { PERSONAL_FORMS } from '../../src/guard/pii/personal-forms.ts';
import { SECRET_FORMS } from '../../src/guard/secrets/forms.ts';
import { BEGUN_TOKENS, TOKEN_FORMS } from '../../src/guard/secrets/token-forms.ts';

const LITERALS = ['key', 'sk-', 'SK-ant', '://', 'abc', 'abcd', 'b.c'];
const TABLE = beginningsOf(LITERALS.map((literal) => ({ literal, row: literal })));

describe('beginnings', () => {
  it('are found where a naive search finds them, in either case', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aAbBcCdkeysSK-nt:/.'), maxLength: 60 }), (text) => {
        const found: string[] = [];
        eachBeginning(text, TABLE, (row, at) => found.push(`${at} ${row}`));
        const naive = Array.from(text, (_, at) =>
          LITERALS.filter((literal) => text.slice(at).toLowerCase().startsWith(literal.toLowerCase())).map(
            (literal) => `${at} ${literal}`,
          ),
        ).flat();
        expect(found.sort()).toEqual(naive.sort());
      }),
    );
  });

  it('too short to be looked up are refused', () => {
    expect(() => beginningsOf([{ literal: 'ab', row: 0 }])).toThrow('too short');
  });

  it.each(SECRET_FORMS)('$begins is how $start begins', ({ begins, start }) => {
    const literals = begins.split('|').map((literal) => literal.toLowerCase());
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(`^(?:${start})`)), (text) => {
        expect(literals.some((literal) => text.toLowerCase().startsWith(literal))).toBe(true);
      }),
    );
  });

  it('of tokens are those their forms have', () => {
    for (const { form, sign, before } of TOKEN_FORMS) {
      const begun =
        BEGUN_TOKENS[
          TOKEN_FORMS.filter((row) => row.sign === undefined).findIndex((row) => row.form === form)
        ];
      fc.assert(
        fc.property(fc.stringMatching(new RegExp(`^(?:${form})$`)), (token) => {
          const isFound =
            begun?.begins
              .split('|')
              .some((literal) =>
                before === undefined ? token.startsWith(literal) : token.includes(literal),
              ) ?? false;
          expect(isFound || (sign?.test(token) ?? false)).toBe(true);
        }),
        { numRuns: 20 },
      );
    }
  });
});

describe('numbers', () => {
  /** All forms tried on the whole text, as if nothing were known of where they may stand. */
  function naive(text: string): string[] {
    return PERSONAL_FORMS.flatMap(({ kind, pattern, cut, isValid, context }) =>
      Array.from(text.matchAll(pattern), (match) => ({
        at: match.index,
        written: cut?.(match[0]) ?? match[0],
      }))
        .filter(({ written }) => isValid?.(written) ?? true)
        .filter(({ at, written }) => {
          const end = at + written.length;
          return (
            context?.test(`${text.slice(Math.max(0, at - 40), at)}\n${text.slice(end, end + 20)}`) ?? true
          );
        })
        .map(({ at }) => `${kind} ${at}`),
    );
  }

  it('are found where a search of the whole text finds them', () => {
    const piece = fc.oneof(
      fc.constantFrom(...PERSONAL_FORMS.flatMap(({ hits, misses }) => [...hits, ...misses])),
      fc.stringMatching(/^[\d -]{1,12}$/),
      fc.stringMatching(/^[A-Z]{1,6}\d{1,9}[A-Z]?$/),
      fc.constantFrom(' ', '-', 'phone ', 'passport ', ', ', '.', '+', '\n'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = `a longer word, 123 456 789: ${pieces.join('')}`;
        const kinds = new Set(naive(text).map((each) => each.split(' ')[0]));
        const found = personalData(text, { withContacts: true });
        for (const { kind, start } of found) expect(naive(text)).toContain(`${kind} ${start}`);
        if (found.length === 0) expect([...kinds]).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
