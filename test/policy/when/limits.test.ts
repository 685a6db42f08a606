import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../src/policy/when/expression.ts';
import { ConditionError } from '../../../src/policy/when/limits.ts';
import { parseCondition } from '../../../src/policy/when/parse.ts';
import { DYN } from '../../../src/policy/when/types.ts';
import type { Value } from '../../../src/policy/when/value.ts';
import { answerOf, problemOf } from './judging.ts';

const sum = (count: number) => `args.n == ${Array(count).fill('1').join(' + ')}`;

describe('the limits of a condition', () => {
  it.each([
    ['2,001 characters', `args.n == ${'1'.repeat(2)}${' '.repeat(1989)} || args.n == 1`, 'more than 2000'],
    ['50,000 characters', `args.n == "${'a'.repeat(50_000)}"`, 'more than 2000'],
    ['33 brackets', `${'('.repeat(33)}args.n${')'.repeat(33)} == 1`, 'deeper than 32'],
    ['1,900 brackets', `${'['.repeat(1900)}`, 'deeper than 32'],
    ['brackets of every kind', `${'f([{1:'.repeat(12)}`, 'deeper than 32'],
    ['34 levels without a bracket', sum(34), 'deeper than 32'],
    ['500 choices', `${'args.b ? 1 : '.repeat(140)}2 == 1`, 'deeper than 32'],
    ['a loop in a loop in a loop', '[1].all(a, [1].all(b, [1].all(c, args.n > c)))', 'may stand inside one'],
  ])('refuse %s', (_, when, says) => {
    expect(problemOf(when, 'free').message).toContain(says);
  });

  it.each([
    ['2,000 characters', `args.n == 1${' '.repeat(1974)} || args.n == 2`],
    ['32 brackets', `${'('.repeat(32)}args.n${')'.repeat(32)} == 1`],
    ['brackets inside a text', `args.n == 1 || args.s == "${'('.repeat(100)}"`],
    [
      'brackets inside a raw text and after a quote',
      `args.n == 1 || args.s in [r"\\", '''((("'(((''', "\\"(("]`,
    ],
    ['many alternatives', Array.from({ length: 120 }, (_, index) => `args.n == ${index}`).join(' || ')],
  ])('let pass %s', (_, when) => {
    expect(answerOf(when.trim(), { n: 1, s: 'x' })).toBe('holds');
  });

  it('refuse a long or deep text long before it is parsed', () => {
    for (const source of [`"${'a'.repeat(50_000)}"`, '('.repeat(50_000), '('.repeat(2_000)]) {
      const start = performance.now();
      for (let round = 0; round < 100; round += 1)
        expect(() => parseCondition(source)).toThrow(ConditionError);
      expect(performance.now() - start).toBeLessThan(500);
    }
  });
});

const declarations = new Map([['l', { type: DYN, read: (l: Value) => l }]]);
const evaluate = (source: string, l: Value) => compileExpression(source, declarations).evaluate(l);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('the limits of an evaluation', () => {
  it.each([
    ['a list too long to go through', 'l.all(x, x >= 0.0)', numbers(1_001), 'has more than 1,000 elements'],
    ['a list too long to look in', '-1.0 in l', numbers(1_001), 'has more than 1,000 elements'],
    [
      'a list too long to make',
      '(l + l).size() > 0',
      numbers(600),
      'makes a list of more than 1,000 elements',
    ],
    ['too many turns', 'l.all(x, l.all(y, x + y >= 0.0))', numbers(100), 'takes more than 10,000 steps'],
    [
      'lists too long to compare',
      'l == l',
      [numbers(9_999), [numbers(9_999)]],
      'takes more than 10,000 steps',
    ],
    [
      'long texts in a loop',
      'l.all(x, l.all(y, (x + y).size() > 0))',
      Array(50).fill('a'.repeat(50_000)),
      'steps',
    ],
    ['a search in a search', 'l[0].contains(l[1])', ['a'.repeat(500_000), 'b'.repeat(400_000)], 'steps'],
    [
      'a pattern over a long text',
      'l.exists(x, x.matches("a+b"))',
      Array(9).fill('a'.repeat(500_000)),
      'steps',
    ],
    [
      'objects too large to compare',
      'l == l',
      Object.fromEntries(numbers(20_000).map((i) => [i, i])),
      'steps',
    ],
  ])('%s has no answer', (_, source, l, says) => {
    expect(evaluate(source, l as Value)).toMatchObject({ reason: expect.stringContaining(says) });
  });

  it('are doubt in a rule, and a definite answer elsewhere still counts', () => {
    const l = numbers(1_001);
    expect(answerOf('args.l.all(x, x > 0)', { l })).toEqual({
      doubt: '`args.l` has more than 1,000 elements',
    });
    expect(answerOf('args.l.all(x, x > 0) || size(args.l) == 1001', { l })).toBe('holds');
  });

  it.each([
    ['l.all(x, l.exists(y, x == y))', numbers(50)],
    ['l.map(x, x * 2.0).filter(x, x > 3.0).size() == 998', numbers(1_000)],
    ['999.0 in l', numbers(1_000)],
    ['l[0].contains("needle")', [`${'hay '.repeat(200_000)}needle`]],
    ['l[0].matches("n[e]+dle$")', [`${'hay '.repeat(200_000)}needle`]],
  ])('leave room for %s', (source, l) => {
    expect(evaluate(source, l)).toBe(true);
  });
});

describe('reading conditions', () => {
  it('is remembered by their text', () => {
    const source = 'args.amount > 100.0 && args.remembered == "yes"';
    expect(parseCondition(source)).toBe(parseCondition(source));
  });

  it('of two thousand rules is quick', () => {
    const sources = Array.from(
      { length: 2_000 },
      (_, index) => `l.amount > ${index} && l.currency in ["EUR", "USD"] || l.kind == "k${index}"`,
    );
    const start = performance.now();
    for (const source of sources) compileExpression(source, declarations);
    const first = performance.now() - start;
    const again = performance.now();
    for (const source of sources) compileExpression(source, declarations);
    expect(performance.now() - again).toBeLessThan(Math.max(first, 100));
    expect(first).toBeLessThan(5_000);
  });
});
