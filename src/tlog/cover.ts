import { type SubtreeReader, treeRoot } from './proof.ts';
import { levelsOf } from './tree-frontier.ts';
import { type Digest, nodeHash } from './tree-hash.ts';

/** A complete subtree: the node at `level` (0: leaves) and `index` from the left, with its digest. */
export type Subtree = { level: number; index: number; digest: Digest };

/**
 * Shows at once that many leaves are in a tree: the fewest complete subtrees that hold all other leaves, from the left. With
 * the leaves at `indexes` (ascending, none twice) they give the root. A row of neighbours needs no more than one proof does.
 */
export function coverOf(indexes: readonly number[], size: number, read: SubtreeReader): Subtree[] {
  const subtrees: Subtree[] = [];
  const visit = (level: number, index: number): void => {
    if (!hasLeafIn(indexes, level, index)) subtrees.push({ level, index, digest: read(level, index) });
    else if (level > 0) {
      visit(level - 1, 2 * index);
      visit(level - 1, 2 * index + 1);
    }
  };
  let start = 0;
  for (const level of levelsOf(size)) {
    visit(level, start / 2 ** level);
    start += 2 ** level;
  }
  return subtrees;
}

/**
 * The root that leaves and the cover of the others lead to; nothing where they do not make up a tree of that size exactly: a
 * subtree that is missing, one too many, or one over a leaf that is to be shown.
 */
export function rootOfCover(
  size: number,
  leaves: ReadonlyMap<number, Digest>,
  subtrees: readonly Subtree[],
): Digest | undefined {
  const indexes = [...leaves.keys()].toSorted((a, b) => a - b);
  const known = new Map(subtrees.map(({ level, index, digest }) => [placeOf(level, index), digest]));
  let used = 0;
  const read = (level: number, index: number): Digest => {
    used += 1;
    if (!hasLeafIn(indexes, level, index)) return known.get(placeOf(level, index)) ?? missing();
    if (level === 0) return leaves.get(index) ?? missing();
    used -= 1;
    return nodeHash(read(level - 1, 2 * index), read(level - 1, 2 * index + 1));
  };
  try {
    const root = treeRoot(size, read);
    return used === leaves.size + subtrees.length ? root : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function missing(): never {
  throw new RangeError('a subtree is missing');
}

function placeOf(level: number, index: number): string {
  return `${level}/${index}`;
}

/** Whether one of the ascending indexes is among the leaves of the subtree. */
function hasLeafIn(indexes: readonly number[], level: number, index: number): boolean {
  const start = index * 2 ** level;
  let [low, high] = [0, indexes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((indexes[middle] ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  const found = indexes[low];
  return found !== undefined && found < start + 2 ** level;
}
