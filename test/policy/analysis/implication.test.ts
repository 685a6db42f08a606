import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { implies } from '../../../src/policy/analysis/implication.ts';
import { KnownList } from '../../../src/policy/analysis/known-list.ts';
import { coversNames, mayMeet, nameSet } from '../../../src/policy/analysis/names.ts';
import { shapeOf } from '../../../src/policy/analysis/rule-shape.ts';
import { ruleSchema } from '../../../src/policy/rule-schema.ts';

/** A rule with members that analysis has never heard of, as a later version may bring them. */
function shape(written: object, unheardOf: object = {}) {
  return shapeOf({ ...ruleSchema.parse(written), id: 'r', ...unheardOf } as never);
}

const block = { tool_name: 'pay', action: 'block' };
const allow = { tool_name: 'pay', action: 'allow' };

describe('conditions that are not understood', () => {
  it.each<[string, object, object, object, object, boolean]>([
    ['the same text', block, { history: { count: 3 } }, block, { history: { count: 3 } }, true],
    ['another text', block, { history: { count: 3 } }, block, { history: { count: 4 } }, false],
    ['one more on the narrower side', block, { history: { count: 3 } }, block, {}, true],
    ['one more on the wider side', block, {}, block, { history: { count: 3 } }, false],
    ['an empty one, which asks nothing', block, {}, block, { history: {} }, true],
    [
      'an expression, taken as surely true by the one and as possibly true by the other',
      allow,
      { when: 'x' },
      block,
      { when: 'x' },
      true,
    ],
    [
      'another condition between an allow and a block',
      allow,
      { history: { count: 3 } },
      block,
      { history: { count: 3 } },
      false,
    ],
    [
      'an expression that the one may doubt and the other must not',
      block,
      { when: 'x' },
      allow,
      { when: 'x' },
      false,
    ],
  ])('%s', (_, a, unknownA, b, unknownB, expected) => {
    expect(implies(shape(a, unknownA), shape(b, unknownB))).toBe(expected);
  });

  it('in `match` and among operators are atoms as well', () => {
    const narrow = shape({ ...block, args: { n: { gt: 5 } } });
    const wide = shapeOf({ ...narrow.rule, match: { ...narrow.rule.match, agent_group: ['g'] } } as never);
    expect([implies(narrow, wide), implies(wide, narrow)]).toEqual([false, true]);
    const operator = shapeOf({ ...narrow.rule, args: { '/n': { gt: 5, is_prime: true } } } as never);
    expect([implies(narrow, operator), implies(operator, narrow), implies(operator, operator)]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('names', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 4 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), minLength: 1, maxLength: 4 });
  const list = fc.array(pattern, { minLength: 1, maxLength: 3 });
  const names = fc.oneof(list, fc.record({ not_in: list })).map(nameSet);

  it('cover only what they cover, and are apart only where nothing is in both', () => {
    const seen = { covers: 0, apart: 0 };
    fc.assert(
      fc.property(names, names, fc.array(name, { minLength: 30, maxLength: 30 }), (one, other, sample) => {
        const covers = coversNames(one, other);
        const meets = mayMeet(one, other);
        seen.covers += covers ? 1 : 0;
        seen.apart += meets ? 0 : 1;
        if (covers) expect(sample.filter((text) => other.test(text) && !one.test(text))).toEqual([]);
        if (!meets) expect(sample.filter((text) => other.test(text) && one.test(text))).toEqual([]);
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(seen.covers, seen.apart)).toBeGreaterThan(50);
  });
});

it('a list of known names finds what a pattern covers', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 4 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(name, { maxLength: 12 }), pattern, (names, asked) => {
      const expected = [...new Set(names)].filter(nameSet([asked]).test).sort();
      expect(new KnownList(names).coveredBy(asked)).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});
