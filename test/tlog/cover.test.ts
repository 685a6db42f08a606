import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverOf, rootOfCover, type Subtree } from '../../src/tlog/cover.ts';
import { EMPTY_ROOT, leafHash } from '../../src/tlog/tree-hash.ts';
import { naiveReader, naiveRoot, recordsOf } from './naive-tree.ts';

const RECORDS = recordsOf(70);
const READ = naiveReader(RECORDS);
const rootAt = (size: number): string => naiveRoot(RECORDS.slice(0, size)).toString('latin1');
const leafAt = (index: number): string => leafHash(RECORDS[index] ?? Buffer.alloc(0));

/** A tree and some of its leaves. */
const choice = fc.integer({ min: 1, max: RECORDS.length }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    indexes: fc.subarray(Array.from({ length: size }, (_, index) => index)),
  }),
);

const leavesOf = (indexes: readonly number[]) => new Map(indexes.map((index) => [index, leafAt(index)]));

describe('a cover', () => {
  it('gives with the leaves the root that all leaves give', () => {
    fc.assert(
      fc.property(choice, ({ size, indexes }) => {
        expect(rootOfCover(size, leavesOf(indexes), coverOf(indexes, size, READ))).toBe(rootAt(size));
      }),
    );
  });

  it('covers every other leaf once, and by no two subtrees where one would do', () => {
    fc.assert(
      fc.property(choice, ({ size, indexes }) => {
        const cover = coverOf(indexes, size, READ);
        const covered = cover.flatMap(({ level, index }) =>
          Array.from({ length: 2 ** level }, (_, leaf) => index * 2 ** level + leaf),
        );
        const others = Array.from({ length: size }, (_, index) => index).filter(
          (index) => !indexes.includes(index),
        );
        expect(covered).toEqual(others);
        const places = new Set(cover.map(({ level, index }) => `${level}/${index}`));
        for (const { level, index } of cover)
          expect(
            index % 2 === 0 && places.has(`${level}/${index + 1}`) && (index + 2) * 2 ** level <= size,
          ).toBe(false);
      }),
    );
  });

  it('is refused with another leaf, a leaf more or less, and any subtree changed, left out or added', () => {
    fc.assert(
      fc.property(choice, ({ size, indexes }) => {
        const cover = coverOf(indexes, size, READ);
        const root = rootAt(size);
        const others: [ReadonlyMap<number, string>, readonly Subtree[]][] = [
          ...indexes.map((index): [Map<number, string>, Subtree[]] => [
            new Map(leavesOf(indexes)).set(index, leafHash(Buffer.from('another'))),
            cover,
          ]),
          ...indexes.map((index): [Map<number, string>, Subtree[]] => [
            leavesOf(indexes.filter((other) => other !== index)),
            cover,
          ]),
          [new Map(leavesOf(indexes)).set(size, leafAt(0)), cover],
          ...cover.map((_, at): [Map<number, string>, Subtree[]] => [
            leavesOf(indexes),
            cover.toSpliced(at, 1),
          ]),
          ...cover.map((subtree, at): [Map<number, string>, Subtree[]] => [
            leavesOf(indexes),
            cover.with(at, { ...subtree, digest: EMPTY_ROOT }),
          ]),
          ...indexes.map((index): [Map<number, string>, Subtree[]] => [
            leavesOf(indexes),
            [...cover, { level: 0, index, digest: leafAt(index) }],
          ]),
        ];
        for (const [leaves, subtrees] of others) expect(rootOfCover(size, leaves, subtrees)).not.toBe(root);
      }),
    );
  });

  it('of a row of neighbours is no longer than two proofs', () => {
    const indexes = Array.from({ length: 20 }, (_, index) => 23 + index);
    expect(coverOf(indexes, 70, READ).length).toBeLessThanOrEqual(2 * 7);
  });

  it('answers at once where a claim names a giant tree', () => {
    expect(rootOfCover(2 ** 52, leavesOf([1]), [])).toBeUndefined();
  });
});
