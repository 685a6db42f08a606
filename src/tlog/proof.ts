import { levelsOf } from './tree-frontier.ts';
import { type Digest, EMPTY_ROOT, nodeHash } from './tree-hash.ts';

/** Gives the digest of a complete subtree: the node at `level` (0: leaves) and `index` from the left. */
export type SubtreeReader = (level: number, index: number) => Digest;

/** The root of the first `size` leaves. */
export function treeRoot(size: number, read: SubtreeReader): Digest {
  return size === 0 ? EMPTY_ROOT : rangeRoot({ start: 0, size }, read);
}

/**
 * Shows that a leaf is in a tree (RFC 6962 §2.1.1): the siblings on the way from the leaf to the root, from below.
 * Throws `RangeError` where the tree has no such leaf.
 */
export function inclusionProof(index: number, size: number, read: SubtreeReader): Digest[] {
  if (!isCount(index) || !isCount(size) || index >= size)
    throw new RangeError(`a tree of ${size} leaves has no leaf ${index}`);
  const path: Digest[] = [];
  let range: Range = { start: 0, size };
  while (range.size > 1) {
    const [left, right] = halves(range);
    const isLeft = index < right.start;
    path.unshift(rangeRoot(isLeft ? right : left, read));
    range = isLeft ? left : right;
  }
  return path;
}

/**
 * Shows that a tree is a larger one's beginning (RFC 6962 §2.1.2). Empty where the smaller has no leaves or both are
 * of one size. Throws `RangeError` where `oldSize` is larger than `size`.
 */
export function consistencyProof(oldSize: number, size: number, read: SubtreeReader): Digest[] {
  if (!isCount(oldSize) || !isCount(size) || oldSize > size)
    throw new RangeError(`a tree of ${oldSize} leaves is not the beginning of one of ${size}`);
  if (oldSize === 0 || oldSize === size) return [];
  const path: Digest[] = [];
  let range: Range = { start: 0, size };
  // The verifier knows the old root; only where the old tree is a subtree of the new one is it needed nowhere else.
  while (range.start + range.size > oldSize) {
    const [left, right] = halves(range);
    const isLeft = oldSize <= right.start;
    path.unshift(rangeRoot(isLeft ? right : left, read));
    range = isLeft ? left : right;
  }
  return range.start === 0 ? path : [rangeRoot(range, read), ...path];
}

/** The root that `path` leads to from a leaf; nothing where it is no path in a tree of that size. */
export function rootOfInclusion(claim: {
  index: number;
  size: number;
  leaf: Digest;
  path: readonly Digest[];
}): Digest | undefined {
  const { index, size, leaf, path } = claim;
  if (!isCount(index) || !isCount(size) || index >= size) return undefined;
  let root = leaf;
  const isWhole = climb({ node: index, last: size - 1 }, path, (sibling, isLeft) => {
    root = isLeft ? nodeHash(sibling, root) : nodeHash(root, sibling);
  });
  return isWhole ? root : undefined;
}

/** Two tree heads, the first of which is said to be the second's beginning. */
export type ConsistencyClaim = {
  oldSize: number;
  oldRoot: Digest;
  size: number;
  root: Digest;
  path: readonly Digest[];
};

/** Whether `path` shows that the tree of the old root is the beginning of the other (RFC 9162 §2.1.4.2). */
export function isConsistent({ oldSize, oldRoot, size, root, path }: ConsistencyClaim): boolean {
  if (!isCount(oldSize) || !isCount(size) || oldSize > size) return false;
  if (oldSize === size) return path.length === 0 && oldRoot === root;
  if (oldSize === 0) return path.length === 0 && oldRoot === EMPTY_ROOT;
  const [start, rest] = splitStart(oldSize, oldRoot, path);
  if (start === undefined) return false;
  return leadsToBoth({ oldSize, oldRoot, size, root, path: rest }, start);
}

/** The node the proof starts from: the old root itself where the old tree is one complete subtree. */
function splitStart(
  oldSize: number,
  oldRoot: Digest,
  path: readonly Digest[],
): [Digest | undefined, readonly Digest[]] {
  return levelsOf(oldSize).length === 1 ? [oldRoot, path] : [path[0], path.slice(1)];
}

function leadsToBoth({ oldSize, oldRoot, size, root, path }: ConsistencyClaim, start: Digest): boolean {
  let from: Place = { node: oldSize - 1, last: size - 1 };
  while (from.node % 2 === 1) from = above(from);
  let oldHash = start;
  let newHash = start;
  const isWhole = climb(from, path, (sibling, isLeft) => {
    newHash = isLeft ? nodeHash(sibling, newHash) : nodeHash(newHash, sibling);
    // What is right of the old tree's last node is no part of it.
    if (isLeft) oldHash = nodeHash(sibling, oldHash);
  });
  return isWhole && oldHash === oldRoot && newHash === root;
}

/** A node and the last one of its level, both by index from the left. */
type Place = { node: number; last: number };

/**
 * Goes up from a node, one sibling of `path` at a time. True where the path ends at the root: one that is too short
 * or too long for the tree is none.
 */
function climb(
  from: Place,
  path: readonly Digest[],
  step: (sibling: Digest, isLeft: boolean) => void,
): boolean {
  let place = from;
  for (const sibling of path) {
    if (place.last === 0) return false;
    const isLeft = place.node % 2 === 1 || place.node === place.last;
    step(sibling, isLeft);
    // A last node without a sibling moves up unchanged until it has one on its left.
    if (isLeft) while (place.node % 2 === 0 && place.node > 0) place = above(place);
    place = above(place);
  }
  return place.last === 0;
}

function above({ node, last }: Place): Place {
  return { node: Math.floor(node / 2), last: Math.floor(last / 2) };
}

/** Leaves `start` up to and without `start + size`; `start` is a multiple of the largest power of two below `size`. */
type Range = { start: number; size: number };

/** The left half is the largest complete subtree that is smaller than the whole. */
function halves({ start, size }: Range): [Range, Range] {
  let left = 1;
  while (left * 2 < size) left *= 2;
  return [
    { start, size: left },
    { start: start + left, size: size - left },
  ];
}

function rangeRoot({ start, size }: Range, read: SubtreeReader): Digest {
  let root: Digest | undefined;
  let end = start + size;
  // From the smallest subtree on the right to the largest on the left.
  for (const level of levelsOf(size).toReversed()) {
    const leaves = 2 ** level;
    end -= leaves;
    const subtree = read(level, end / leaves);
    root = root === undefined ? subtree : nodeHash(subtree, root);
  }
  return root ?? EMPTY_ROOT;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
