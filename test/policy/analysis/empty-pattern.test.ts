import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesNothing } from '../../../src/policy/analysis/errors/empty-pattern.ts';
import { compileBundle } from '../../../src/policy/compile.ts';
import { compilePattern } from '../../../src/policy/pattern.ts';

describe('a pattern', () => {
  it.each([
    'a$b',
    'a^b',
    '$a',
    'a\\zb',
    'a\\Ab',
    '^a$b|c$d',
    '[^a]^',
    '.^',
    'x+^',
    'x{2,}^y',
    '$[a$]',
    'a$(b)c',
    '\\p{L}^',
    '(a(b)|[)])x^',
    '(?i)a^b',
  ])('%s matches nothing', (source) => {
    expect(compilePattern(source).error).toBeUndefined();
    expect(matchesNothing(source)).toBe(true);
  });

  it.each([
    'a$',
    '^a',
    '^',
    '$',
    '^$',
    '^^a$$',
    'x*^y',
    'x?^y',
    'x{0,3}^y',
    'a$b*',
    'a$|b',
    'a\\$b',
    '[$]a',
    '(?m)a$b',
    'a^(?i)*b',
    '(?ms)a^b',
    'a$(b)?',
    'a(?:^)b',
    '\\b^a',
    '[]$]a',
    'a\\Q$\\Eb',
  ])('%s may match', (source) => {
    expect(compilePattern(source).error).toBeUndefined();
    expect(matchesNothing(source)).toBe(false);
  });

  it('that is said to match nothing matches no text', () => {
    const unit = fc.constantFrom(
      'a',
      'b',
      '^',
      '$',
      '.',
      '*',
      '+',
      '?',
      '|',
      '(',
      ')',
      '[a]',
      '[^b]',
      '[$^]',
      '\\b',
      '\\A',
      '\\z',
      '{0,2}',
      '{1}',
      '\\n',
      '(?i)',
      '(?m)',
      '(?:',
      '\\$',
    );
    const texts = fc.array(fc.array(fc.constantFrom('a', 'b', '^', '$', '\n', ' '), { maxLength: 4 }), {
      minLength: 30,
      maxLength: 30,
    });
    let claims = 0;
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 7 }), texts, (units, many) => {
        const source = units.join('');
        const { pattern } = compilePattern(source);
        if (pattern === undefined || !matchesNothing(source)) return;
        claims += 1;
        expect(
          [...many, [], ['a'], ['b'], ['a', 'b'], ['\n']].filter((text) => pattern.test(text.join(''))),
        ).toEqual([]);
      }),
      { numRuns: 20_000 },
    );
    expect(claims).toBeGreaterThan(500);
  });

  it.each([
    ['args: { x: { §matches: "a$b" } }', '/rules/0/args/x/matches'],
    [`when: 'has(args.x) && args.x.matches(§"^a$b")'`, '/rules/0/when'],
  ])('that matches nothing does not load: %s', (members, pointer) => {
    const line = `  - { id: r, action: block, ${members} }`;
    const { problems } = compileBundle({ 'policies.yaml': `rules:\n${line.replace('§', '')}` });
    expect(problems).toMatchObject([
      {
        line: 2,
        column: line.indexOf('§') + 1,
        pointer,
        message: expect.stringContaining('no text matches'),
      },
    ]);
  });
});
