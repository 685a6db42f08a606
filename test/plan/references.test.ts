import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { findReferences } from '../../src/plan/references.ts';

/** The same value, its members the other way round. */
function turned(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(turned);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, turned(member)]),
  );
}

const anyArguments = fc.dictionary(
  fc.constantFrom('to', 'body', 'a/b', 'x1', '01x'),
  fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constant('text'),
      fc.constantFrom('s1', 's2').map(($from) => ({ $from })),
      fc.array(tie('value'), { maxLength: 12 }),
      fc.dictionary(fc.constantFrom('b', 'a', 'Z'), tie('value')),
    ),
  })).value,
);

describe('findReferences', () => {
  it('has the same order however the members were sent', () => {
    fc.assert(
      fc.property(anyArguments, (args) => {
        expect(findReferences(turned(args) as JsonObject)).toEqual(findReferences(args as JsonObject));
      }),
    );
  });

  it('names members by name and elements by their place', () => {
    const reference = { $from: 's1' };
    const list = Array.from({ length: 11 }, () => reference);
    const found = findReferences({ to: reference, body: { list } }).references;
    expect(found.map(({ pointer }) => pointer)).toEqual([
      ...list.map((_, index) => `/body/list/${index}`),
      '/to',
    ]);
  });
});
