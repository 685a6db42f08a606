import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayTouch, reach, valueIn } from '../../src/json/reach.ts';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';

/**
 * All values of a document with every name a rule may give them. `through`: names of the lists around a value, which
 * lead into it only where they go on with the name of a member.
 */
function naivePlaces(
  value: JsonValue,
  names: string[],
  through: string[] = [],
): { names: string[]; value: JsonValue }[] {
  const here = { names, value };
  if (value === null || typeof value !== 'object') return [here];
  const below = Array.isArray(value)
    ? value.flatMap((item, index) =>
        naivePlaces(
          item,
          names.map((name) => `${name}/${index}`),
          [...names, ...through],
        ),
      )
    : Object.entries(value).flatMap(([key, item]) =>
        naivePlaces(
          item,
          [...names, ...through].map((name) => `${name}/${key}`),
        ),
      );
  return [here, ...below];
}

/** Objects whose members are never called like an index, as the arguments of tools are. */
const document = (): fc.Arbitrary<JsonObject> => {
  const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<JsonValue>(1, 'x', null, true),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('tree'), { maxKeys: 3 }),
    ),
  }));
  return fc.dictionary(fc.constantFrom('a', 'b', 'c'), tree, { maxKeys: 3 });
};
const path = () => fc.array(fc.constantFrom('a', 'b', 'c', '0', '1'), { minLength: 1, maxLength: 4 });

describe('reach', () => {
  it('finds what a search through all names of all values finds', () => {
    fc.assert(
      fc.property(document(), path(), (given, segments) => {
        const pointer = `/${segments.join('/')}`;
        const expected = naivePlaces(given, ['']).filter(({ names }) => names.includes(pointer));
        const { places } = reach(given, segments, () => false);
        expect(places.map(valueIn)).toEqual(expected.map(({ value }) => value));
      }),
    );
  });

  it('never leads to a prototype or out of a list', () => {
    for (const segments of [['constructor'], ['l', 'length'], ['l', '5'], ['__proto__', 'x'], []]) {
      expect(reach({ l: [1] }, segments, () => false).places).toEqual([]);
    }
  });

  it('says where the whole document is opaque', () => {
    expect(reach({ n: 1 }, ['n'], () => true)).toEqual({ places: [], obstacles: [], isClosed: true });
  });

  it('names what stands in the way, and looks into nothing that is opaque', () => {
    const isOpaque = (value: JsonValue) => value !== null && typeof value === 'object' && 'closed' in value;
    const { places, obstacles } = reach(
      { l: [{ n: 1 }, 'text', null, { closed: true, n: 2 }, [3]] },
      ['l', 'n'],
      isOpaque,
    );
    expect(places.map(valueIn)).toEqual([1]);
    expect(obstacles.map(valueIn)).toEqual(['text', { closed: true, n: 2 }, 3]);
  });
});

describe('mayTouch', () => {
  it('says yes of every place that the pointer reaches, above and below it', () => {
    fc.assert(
      fc.property(document(), path(), (given, segments) => {
        const pointer = `/${segments.join('/')}`;
        for (const place of pointersTo(given, '', reach(given, segments, () => false).places.map(valueIn))) {
          expect(mayTouch(pointer, place)).toBe(true);
          expect(mayTouch(`${pointer}/more`, place)).toBe(true);
          expect(mayTouch(pointer, `${place}/more`)).toBe(true);
        }
      }),
    );
  });

  it.each([
    ['/a', '/ab', false],
    ['/a/b', '/a/0/c', false],
    ['/a/0/b', '/a/1/b', false],
    ['/a/0/b', '/a/0/b', true],
    ['/a/b', '/a/0', true],
    ['', '/a/0', true],
    ['/a', '', true],
  ])('of %j and %j: %s', (pointer, place, expected) => {
    expect(mayTouch(pointer, place)).toBe(expected);
  });
});

/** Pointers of the objects among `wanted`, which are found by identity. */
function pointersTo(value: JsonValue, pointer: string, wanted: readonly JsonValue[]): string[] {
  if (value === null || typeof value !== 'object') return [];
  const own = wanted.includes(value) ? [pointer] : [];
  return [
    ...own,
    ...Object.entries(value).flatMap(([key, item]) => pointersTo(item, `${pointer}/${key}`, wanted)),
  ];
}
