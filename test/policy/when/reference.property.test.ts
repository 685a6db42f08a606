import { isCelError, run } from '@bufbuild/cel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/json/value.ts';
import { compileExpression } from '../../../src/policy/when/expression.ts';
import { ConditionError } from '../../../src/policy/when/limits.ts';
import { DYN } from '../../../src/policy/when/types.ts';
import { Fault, type Value } from '../../../src/policy/when/value.ts';

/** Expressions of the subset, most of them with a value; `n` is a JSON number, `m.zz` is never there. */
const expressions = fc.letrec<Record<'bool' | 'int' | 'double' | 'string' | 'list', string>>((tie) => ({
  int: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.integer({ min: -9, max: 9 }).map(String),
    fc.constantFrom('size(s)', 'size(l)', 'size(m)'),
    infix(tie('int'), fc.constantFrom('+', '-', '*', '/', '%')),
    tie('double').map((x) => `int(${x} + 0.0)`),
  ),
  double: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('n', 'm.n', 'm["n"]', 'l[0]', 'm.zz', 'm.s', '0.5', '2.0', 'x'),
    infix(tie('double'), fc.constantFrom('+', '-', '*', '/')),
    tie('int').map((i) => `double(${i})`),
    tie('int').map((i) => `l[${i}]`),
    fc.tuple(tie('bool'), tie('double'), tie('double')).map(([b, x, y]) => `(${b} ? ${x} : ${y})`),
  ),
  string: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('s', 'm.s', '"ab"', '""', '"b"', 'm.zz', 'm.n'),
    infix(tie('string'), fc.constant('+')),
    tie('int').map((i) => `string(${i})`),
  ),
  list: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constantFrom('l', '[1.0, 2.0]', '[]', 'm.l'),
    tie('bool').map((b) => `l.filter(x, ${b})`),
    tie('double').map((d) => `l.map(x, ${d})`),
    infix(tie('list'), fc.constant('+')),
  ),
  bool: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('b', 'm.b', 'true', 'false', 'has(m.n)', 'has(m.zz)', 'm.zz', '"n" in m', 'n'),
    infix(tie('bool'), fc.constantFrom('&&', '||', '==')),
    infix(fc.oneof(tie('int'), tie('double')), fc.constantFrom('<', '<=', '>', '>=', '==', '!=')),
    infix(tie('string'), fc.constantFrom('<', '>', '==', '!=')),
    fc
      .tuple(tie('string'), fc.constantFrom('contains', 'startsWith', 'endsWith'), tie('string'))
      .map(([s, method, t]) => `(${s}).${method}(${t})`),
    tie('string').map((s) => `(${s}).matches("^a?b+$")`),
    fc.tuple(tie('double'), tie('list')).map(([d, l]) => `(${d} in ${l})`),
    fc
      .tuple(tie('list'), fc.constantFrom('all', 'exists', 'exists_one'), tie('bool'))
      .map(([l, macro, b]) => `(${l}).${macro}(x, ${b})`),
    infix(tie('list'), fc.constantFrom('==', '!=')),
    tie('bool').map((b) => `!(${b})`),
  ),
}));

function infix(operand: fc.Arbitrary<string>, sign: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(operand, sign, operand).map(([a, operator, b]) => `(${a} ${operator} ${b})`);
}

const number = fc.constantFrom(0, 1, 2, 0.5, -1, 3);
const text = fc.constantFrom('', 'a', 'ab', 'b', 'abb');
const inputs = fc.record({
  n: number,
  x: number,
  s: text,
  b: fc.boolean(),
  l: fc.array(number, { maxLength: 3 }),
  m: fc.record({ n: number, s: text, b: fc.boolean(), l: fc.array(number, { maxLength: 2 }) }),
});
const NAMES = ['n', 'x', 's', 'b', 'l', 'm'] as const;
type Input = Record<(typeof NAMES)[number], JsonValue>;

const declarations = new Map(
  NAMES.map((name) => [name, { type: DYN, read: (input: Input) => input[name] as Value }]),
);

/** The value by this engine; `undefined` where it refuses the expression. */
function ours(source: string, input: Input): Value | undefined {
  try {
    return compileExpression(source, declarations).evaluate(input);
  } catch (error) {
    if (error instanceof ConditionError) return undefined;
    throw error;
  }
}

const ERROR = Symbol('error');

/** The value by the evaluator that comes with the parser, as plain values. */
function theirs(source: string, input: Input): unknown {
  try {
    const { m, ...rest } = input;
    const value = run(source, { ...rest, m: new Map(Object.entries(m as object)) });
    return isCelError(value)
      ? ERROR
      : Symbol.iterator in Object(value) && typeof value === 'object'
        ? [...(value as Iterable<unknown>)]
        : value;
  } catch {
    return ERROR;
  }
}

/** Where this engine may have no answer on purpose: CEL has one for values of different kinds, and infinity and NaN. */
const STRICTER = /==|!=| in |\//;

describe('an expression', () => {
  it('has the value that another evaluator of CEL gives it', () => {
    let [valued, faulty] = [0, 0];
    fc.assert(
      fc.property(fc.oneof(expressions.bool, expressions.list, expressions.int), inputs, (source, input) => {
        const value = ours(source, input);
        if (value === undefined) return;
        const expected = theirs(source, input);
        if (!(value instanceof Fault)) {
          valued += 1;
          expect(value).toEqual(expected);
        } else if (!STRICTER.test(source)) {
          faulty += 1;
          expect(expected).toBe(ERROR);
        }
      }),
      { numRuns: 3_000 },
    );
    // Refusing everything, or failing always, is not agreeing.
    expect(valued).toBeGreaterThan(500);
    expect(faulty).toBeGreaterThan(20);
  });
});
