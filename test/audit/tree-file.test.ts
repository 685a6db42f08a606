import { appendFileSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { digestPosition, digestsOf, TreeFile } from '../../src/audit/tree-file.ts';
import { inclusionProof, rootOfInclusion } from '../../src/tlog/proof.ts';
import { leafHash } from '../../src/tlog/tree-hash.ts';
import { naiveReader, naiveRoot, recordsOf } from '../tlog/naive-tree.ts';
import { tempLogFile } from './log-fixture.ts';

const RECORDS = recordsOf(40);
const READ = naiveReader(RECORDS);
const rootOf = (size: number): string => naiveRoot(RECORDS.slice(0, size)).toString('latin1');

function openTree(file = join(dirname(tempLogFile()), 'tree')): { tree: TreeFile; file: string } {
  const tree = new TreeFile(file);
  onTestFinished(() => tree.close());
  return { tree, file };
}

function fill(tree: TreeFile, upTo: number): void {
  for (const record of RECORDS.slice(tree.size, upTo)) tree.add(leafHash(record));
}

describe('a tree file', () => {
  it('holds every complete subtree at its place, written or waiting', () => {
    for (let size = 0; size <= RECORDS.length; size += 1) {
      const { tree, file } = openTree();
      fill(tree, Math.floor(size / 2));
      tree.flush();
      fill(tree, size);
      expect(tree.root()).toBe(rootOf(size));
      const expectSubtree = (level: number, index: number): void =>
        expect(tree.read(level, index)).toBe(READ(level, index));
      for (let level = 0; 2 ** level <= size; level += 1) {
        for (let index = 0; (index + 1) * 2 ** level <= size; index += 1) expectSubtree(level, index);
        expect(() => tree.read(level, Math.floor(size / 2 ** level))).toThrow(RangeError);
      }
      tree.flush();
      expect(statSync(file).size).toBe(digestsOf(size) * 32);
    }
  });

  it('puts no two digests in one place, and leaves no place empty', () => {
    const places = new Map<number, string>();
    for (let level = 0; level <= 5; level += 1) {
      for (let index = 0; (index + 1) * 2 ** level <= 40; index += 1)
        places.set(digestPosition(level, index), `${level}/${index}`);
    }
    expect([...places.keys()].toSorted((a, b) => a - b)).toEqual([...Array(digestsOf(40)).keys()]);
  });

  it('goes on from any size, and from whatever a crash left of it', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.nat(31), fc.nat(40), (size, torn, end) => {
        const file = join(dirname(tempLogFile()), 'tree');
        const first = new TreeFile(file);
        fill(first, size);
        first.close();
        appendFileSync(file, Buffer.alloc(torn, 7));
        const second = new TreeFile(file);
        expect(second.size).toBe(size);
        fill(second, end);
        expect(second.root()).toBe(rootOf(Math.max(size, end)));
        second.close();
      }),
    );
  });

  it('keeps whole leaves when its end is missing', () => {
    const { tree, file } = openTree();
    fill(tree, 40);
    tree.flush();
    const whole = readFileSync(file);
    for (let bytes = whole.length; bytes >= 0; bytes -= 17) {
      truncateSync(file, bytes);
      const cut = new TreeFile(file);
      expect(digestsOf(cut.size) * 32).toBeLessThanOrEqual(bytes);
      expect(digestsOf(cut.size + 1) * 32).toBeGreaterThan(bytes);
      expect(cut.root()).toBe(rootOf(cut.size));
      cut.close();
    }
  });

  it('forgets leaves when told to, and knows the roots it had', () => {
    const { tree } = openTree();
    fill(tree, 40);
    for (const size of [40, 33, 32, 7, 0]) {
      expect(tree.rootAt(size)).toBe(rootOf(size));
      tree.truncate(size);
      expect(tree.root()).toBe(rootOf(size));
    }
    fill(tree, 40);
    expect(tree.root()).toBe(rootOf(40));
  });

  it('proves leaves among thousands', () => {
    const { tree } = openTree();
    const leaf = (index: number): string => leafHash(Buffer.from(`leaf ${index}`));
    for (let index = 0; index < 5_000; index += 1) tree.add(leaf(index));
    for (const index of [0, 1, 2_047, 2_048, 4_095, 4_096, 4_999]) {
      const path = inclusionProof(index, 5_000, (level, at) => tree.read(level, at));
      expect(rootOfInclusion({ index, size: 5_000, leaf: leaf(index), path })).toBe(tree.root());
    }
  });
});
