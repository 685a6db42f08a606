import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align, type Pair } from '../../src/replay/diff/align.ts';

type Item = { id: string; tool: string };
const KEYS = [({ id, tool }: Item) => `${id} ${tool}`, ({ tool }: Item) => tool];

/** Items from words like `s1:read`. */
function items(...words: string[]): Item[] {
  return words.map((word) => ({ id: word.split(':')[0] ?? '', tool: word.split(':')[1] ?? '' }));
}

function shown(pairs: Pair<Item>[]): string[] {
  const name = (item: Item | undefined) => (item === undefined ? '-' : `${item.id}:${item.tool}`);
  return pairs.map(({ before, after }) => `${name(before)} ${name(after)}`);
}

describe('align', () => {
  it.each<[string, Item[], Item[], string[]]>([
    ['the same', items('a:x', 'b:y'), items('a:x', 'b:y'), ['a:x a:x', 'b:y b:y']],
    ['one put in before', items('a:x'), items('n:z', 'a:x'), ['- n:z', 'a:x a:x']],
    ['one put in behind', items('a:x', 'b:y'), items('a:x', 'n:z', 'b:y'), ['a:x a:x', '- n:z', 'b:y b:y']],
    ['one taken out', items('a:x', 'b:y'), items('b:y'), ['a:x -', 'b:y b:y']],
    ['other ids', items('a:x', 'b:y'), items('c:x', 'd:y'), ['a:x c:x', 'b:y d:y']],
    [
      'two calls of one tool, one more',
      items('a:x', 'b:x'),
      items('c:x', 'd:x', 'e:x'),
      ['a:x c:x', 'b:x d:x', '- e:x'],
    ],
    ['one that moved and kept its id', items('a:x', 'b:y'), items('b:y', 'a:x'), ['a:x a:x', 'b:y b:y']],
    ['another tool under an id', items('a:x'), items('a:y'), ['- a:y', 'a:x -']],
  ])('pairs %s', (_what, before, after, expected) => {
    expect(shown(align(before, after, KEYS))).toEqual(expected);
  });

  it('names every item once, pairs only what shares a key, and keeps the order of before', () => {
    const item = fc.record({ id: fc.constantFrom('a', 'b', 'c'), tool: fc.constantFrom('x', 'y') });
    const list = fc.array(item, { maxLength: 7 }).map((all) => all.map((one) => ({ ...one })));
    fc.assert(
      fc.property(list, list, (before, after) => {
        const pairs = align(before, after, KEYS);
        expect(pairs.flatMap((pair) => pair.before ?? [])).toEqual(before);
        expect(new Set(pairs.flatMap((pair) => pair.after ?? []))).toEqual(new Set(after));
        expect(pairs.flatMap((pair) => pair.after ?? [])).toHaveLength(after.length);
        for (const { before: a, after: b } of pairs) if (a && b) expect(a.tool).toBe(b.tool);
        // As many are paired as share a tool at all.
        const count = (all: Item[], tool: string) => all.filter((one) => one.tool === tool).length;
        const most =
          Math.min(count(before, 'x'), count(after, 'x')) + Math.min(count(before, 'y'), count(after, 'y'));
        expect(pairs.filter((pair) => pair.before && pair.after).length).toBeLessThanOrEqual(most);
      }),
    );
  });
});
