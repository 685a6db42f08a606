import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ConsistencyClaim,
  consistencyProof,
  inclusionProof,
  isConsistent,
  rootOfInclusion,
  treeRoot,
} from '../../src/tlog/proof.ts';
import { EMPTY_ROOT, leafHash } from '../../src/tlog/tree-hash.ts';
import { naiveConsistency, naiveInclusion, naiveReader, naiveRoot, recordsOf } from './naive-tree.ts';

const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31, 32, 33];
const PLACES = SIZES.flatMap((size) => Array.from({ length: size }, (_, index) => ({ index, size })));
const RECORDS = recordsOf(33);
const READ = naiveReader(RECORDS);
const latin1 = (digests: readonly Buffer[]): string[] => digests.map((digest) => digest.toString('latin1'));
const rootAt = (size: number): string => naiveRoot(RECORDS.slice(0, size)).toString('latin1');
const leafAt = (index: number): string => leafHash(RECORDS[index] ?? Buffer.alloc(0));

/** A list with one of its digests changed, dropped, doubled or swapped. */
function damaged(path: readonly string[]): string[][] {
  const others = [[...path, EMPTY_ROOT], path.slice(0, -1), path.slice(1), [EMPTY_ROOT, ...path]];
  for (let at = 0; at < path.length; at += 1) others.push(path.with(at, EMPTY_ROOT));
  if (path.length > 1) others.push(path.toReversed());
  return others.filter((other) => other.join() !== path.join());
}

describe('inclusion', () => {
  it('is proven for every leaf of every tree as RFC 6962 writes it', () => {
    for (const { index, size } of PLACES) {
      const path = inclusionProof(index, size, READ);
      expect(path).toEqual(latin1(naiveInclusion(index, RECORDS.slice(0, size))));
      expect(rootOfInclusion({ index, size, leaf: leafAt(index), path })).toBe(rootAt(size));
    }
  });

  it('is refused for another leaf, another place or another path', () => {
    for (const { index, size } of PLACES) {
      const path = inclusionProof(index, size, READ);
      const claim = { index, size, leaf: leafAt(index), path };
      const otherPlaces = Array.from({ length: size + 2 }, (_, other) => other).filter(
        (other) => other !== index,
      );
      const others = [
        { leaf: leafHash(Buffer.from('another')) },
        ...otherPlaces.map((other) => ({ index: other })),
        ...damaged(path).map((other) => ({ path: other })),
      ];
      for (const other of others) expect(rootOfInclusion({ ...claim, ...other })).not.toBe(rootAt(size));
    }
  });

  it.each([
    { index: 1, size: 1 },
    { index: -1, size: 4 },
    { index: 0.5, size: 4 },
    { index: 0, size: Number.NaN },
    { index: 0, size: 0 },
    { index: 2 ** 53, size: 2 ** 54 },
  ])('is neither made nor believed for leaf $index of $size', ({ index, size }) => {
    expect(() => inclusionProof(index, size, READ)).toThrow(RangeError);
    expect(rootOfInclusion({ index, size, leaf: leafAt(0), path: [] })).toBeUndefined();
  });

  it('is verified in the largest trees without going through them', () => {
    const size = 2 ** 52 + 12_345;
    const read = (level: number, index: number): string => leafHash(Buffer.from(`${level}/${index}`));
    const index = 2 ** 51 + 77;
    const path = inclusionProof(index, size, read);
    const root = rootOfInclusion({ index, size, leaf: read(0, index), path });
    expect(path.length).toBe(53);
    expect(root).toBeDefined();
    expect(rootOfInclusion({ index: index + 1, size, leaf: read(0, index), path })).not.toBe(root);
  });
});

describe('consistency', () => {
  it('is proven between all sizes as RFC 6962 writes it', () => {
    for (const size of SIZES) {
      for (let oldSize = 1; oldSize <= size; oldSize += 1) {
        const path = consistencyProof(oldSize, size, READ);
        expect(path).toEqual(latin1(naiveConsistency(oldSize, RECORDS.slice(0, size))));
        expect(isConsistent({ oldSize, oldRoot: rootAt(oldSize), size, root: rootAt(size), path })).toBe(
          true,
        );
      }
    }
  });

  it('is refused for another root, another size or another path', () => {
    for (const size of SIZES) {
      for (let oldSize = 1; oldSize <= size; oldSize += 1) {
        const path = consistencyProof(oldSize, size, READ);
        const claim: ConsistencyClaim = { oldSize, oldRoot: rootAt(oldSize), size, root: rootAt(size), path };
        expect(isConsistent({ ...claim, oldRoot: EMPTY_ROOT })).toBe(false);
        expect(isConsistent({ ...claim, root: EMPTY_ROOT })).toBe(false);
        expect(isConsistent({ ...claim, oldSize: oldSize - 1 })).toBe(false);
        expect(isConsistent({ ...claim, size: oldSize - 1 })).toBe(false);
        for (const other of damaged(path)) expect(isConsistent({ ...claim, path: other })).toBe(false);
      }
    }
  });

  it('is refused when the history was rewritten', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 33 }), fc.nat(32), fc.nat(32), (size, oldAt, changedAt) => {
        const oldSize = (oldAt % size) + 1;
        const changed = RECORDS.with(changedAt % oldSize, Buffer.from('rewritten'));
        const path = consistencyProof(oldSize, size, naiveReader(changed));
        const root = naiveRoot(changed.slice(0, size)).toString('latin1');
        expect(isConsistent({ oldSize, oldRoot: rootAt(oldSize), size, root, path })).toBe(false);
      }),
    );
  });

  it('holds from the empty tree, and from a tree to itself, without a path', () => {
    const root = rootAt(5);
    expect(consistencyProof(0, 5, READ)).toEqual([]);
    expect(isConsistent({ oldSize: 0, oldRoot: EMPTY_ROOT, size: 5, root, path: [] })).toBe(true);
    expect(isConsistent({ oldSize: 0, oldRoot: root, size: 5, root, path: [] })).toBe(false);
    expect(isConsistent({ oldSize: 5, oldRoot: root, size: 5, root, path: [] })).toBe(true);
    expect(isConsistent({ oldSize: 5, oldRoot: root, size: 5, root, path: [root] })).toBe(false);
    expect(() => consistencyProof(6, 5, READ)).toThrow(RangeError);
    expect(treeRoot(0, READ)).toBe(EMPTY_ROOT);
  });
});
