import { type Digest, EMPTY_ROOT, nodeHash } from './tree-hash.ts';

/** A complete subtree: the node at `level` (0: leaves) and `index` from the left covers 2^level leaves. */
export type SubtreeSink = (level: number, index: number, digest: Digest) => void;

/**
 * A tree that only grows, of which only the roots of its complete subtrees are kept: one for each bit that is set in
 * its size. Enough for the root at any time, not for proofs.
 */
export class TreeFrontier {
  /** By level; what is there for a bit that is not set is out of date. */
  readonly #roots: Digest[] = [];
  #size = 0;

  /** `roots` are those of the complete subtrees of a tree of `size` leaves, from left to right, largest first. */
  static from(size: number, roots: readonly Digest[]): TreeFrontier {
    const frontier = new TreeFrontier();
    frontier.#size = size;
    for (const [position, level] of levelsOf(size).entries()) {
      const root = roots[position];
      if (root === undefined) throw new RangeError(`${size} leaves have a root at level ${level}`);
      frontier.#roots[level] = root;
    }
    return frontier;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds one leaf. `sink` is told of each subtree that is complete with it, the leaf first. */
  append(leaf: Digest, sink?: SubtreeSink): void {
    let digest = leaf;
    let index = this.#size;
    let level = 0;
    sink?.(0, index, digest);
    while (index % 2 === 1) {
      digest = nodeHash(this.#roots[level] ?? '', digest);
      index = (index - 1) / 2;
      level += 1;
      sink?.(level, index, digest);
    }
    this.#roots[level] = digest;
    this.#size += 1;
  }

  /** The roots of the complete subtrees, from left to right: what `from` takes. */
  roots(): Digest[] {
    return levelsOf(this.#size).map((level) => this.#roots[level] ?? '');
  }

  /** The RFC 6962 root of the leaves so far. */
  root(): Digest {
    let root: Digest | undefined;
    for (const level of levelsOf(this.#size).toReversed()) {
      const subtree = this.#roots[level] ?? '';
      root = root === undefined ? subtree : nodeHash(subtree, root);
    }
    return root ?? EMPTY_ROOT;
  }
}

/** The levels of the complete subtrees that `size` leaves fall into, from left to right: the bits set in `size`. */
export function levelsOf(size: number): number[] {
  const levels: number[] = [];
  let level = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) levels.unshift(level);
    level += 1;
  }
  return levels;
}
