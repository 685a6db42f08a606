import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ARGUMENT_RULES } from '../../src/guard/arguments/argument-rules.ts';
import { literalSearch } from '../../src/guard/arguments/literal-search.ts';
import { alternativesOf } from '../../src/guard/arguments/needed-literals.ts';
import { formsFor } from '../../src/guard/arguments/rule-forms.ts';

const folder = new URL('wordings/', import.meta.url);
const wordings = readdirSync(folder)
  .filter((name) => name.startsWith('argument-'))
  .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n'));
const texts = [...ARGUMENT_RULES.flatMap(({ hits, misses }) => [...hits, ...misses]), ...wordings];

function matchesOnce(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}

/** Rules that match a text, found by trying every pattern as it is written. */
function naively(text: string): string[] {
  return ARGUMENT_RULES.filter(({ pattern }) => matchesOnce(pattern, text)).map(({ id }) => id);
}

function byForms(text: string): string[] {
  const found = new Set(
    formsFor(text)
      .filter(({ pattern }) => matchesOnce(pattern, text))
      .map(({ rule }) => rule.id),
  );
  return ARGUMENT_RULES.map(({ id }) => id).filter((id) => found.has(id));
}

describe('forms of argument rules', () => {
  it('see what the patterns see that they were made from', () => {
    for (const text of texts) expect({ text, found: byForms(text) }).toEqual({ text, found: naively(text) });
  });

  it('see the same in texts put together and changed', () => {
    const piece = fc.oneof(
      fc.constantFrom(...texts),
      fc.constantFrom(' ', "'", '\n', '%27', '||'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), fc.boolean(), (pieces, isUpper) => {
        const text = isUpper ? pieces.join('').toUpperCase() : pieces.join('');
        expect(byForms(text)).toEqual(naively(text));
      }),
      { numRuns: 300 },
    );
  });
});

describe('literals that a pattern needs', () => {
  it.each([
    { pattern: /waitfor\s{1,4}delay/, needed: [[['waitfor'], ['delay']]] },
    { pattern: /(?:drop|alter) t|\bunion\b/, needed: [[['drop t', 'alter t']], [['union']]] },
    { pattern: /a(?:bc)?d/, needed: [[]] },
    { pattern: /[ab]cd{2}e/i, needed: [[['acdde', 'bcdde']]] },
    { pattern: /\w{1,4}\$\{/, needed: [[['${']]] },
    { pattern: /x(?!no)yz\.Q/, needed: [[['xyz.q']]] },
    { pattern: /(?:exec|execute) /, needed: [[['exec ', 'execute ']]] },
    { pattern: /(?:exec|execute)\s/, needed: [[['exec']]] },
    { pattern: /\w|or/, needed: [[], []] },
  ])('$pattern', ({ pattern, needed }) => {
    expect(alternativesOf(pattern).map((alternative) => alternative.needed)).toEqual(needed);
  });

  it('leaves each alternative its own groups', () => {
    const [one, other] = alternativesOf(/(a)\1|x(b)(?:c)\2\\1/).map(({ source }) => source);
    expect({ one, other }).toEqual({ one: '(a)\\1', other: 'x(b)(?:c)\\1\\\\1' });
  });
});

describe('search for literals', () => {
  it('sees the literals that stand in a text, and no others', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'ab', '$', '(', 'é'), maxLength: 12 });
    const literal = fc.string({ unit: fc.constantFrom('a', 'b', '$', '('), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.uniqueArray(literal, { minLength: 1, maxLength: 12 }), letters, (literals, text) => {
        const seen = new Set<number>();
        literalSearch(literals).each(text, (number) => seen.add(number));
        const expected = literals.flatMap((each, number) =>
          text.toLowerCase().includes(each) ? [number] : [],
        );
        expect([...seen].sort((one, other) => one - other)).toEqual(expected);
      }),
    );
  });

  it('refuses what it cannot look for', () => {
    expect(() => literalSearch(['é'])).toThrow('cannot be looked up');
  });
});
