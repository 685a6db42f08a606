import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  constants as open,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { treeRoot } from '../tlog/proof.ts';
import { levelsOf, TreeFrontier } from '../tlog/tree-frontier.ts';
import { DIGEST_BYTES, type Digest } from '../tlog/tree-hash.ts';

/** Digests that are gathered before they are written: those of about a thousand events. */
const PENDING_DIGESTS = 2_048;

/** Where the tree of a log is: beside it. */
export function treePath(auditFile: string): string {
  return join(dirname(auditFile), 'tree');
}

/**
 * The Merkle tree over the lines of a log, in one file: the digest of each complete subtree, 32 bytes, in the order in
 * which they became complete. So the file only grows, any digest is one read away, and all of it can be made again
 * from the log. Nothing is synced: what a crash loses is read from the log at the next start.
 */
export class TreeFile {
  readonly #fd: number;
  #frontier: TreeFrontier;
  readonly #pending = Buffer.alloc(PENDING_DIGESTS * DIGEST_BYTES);
  /** Digests in `#pending`. */
  #waiting = 0;
  /** Digests in the file. */
  #written: number;

  /** Opens the file, or makes it. What a crash left unfinished at its end is cut off. Throws what the system throws. */
  constructor(file: string) {
    this.#fd = openSync(file, open.O_RDWR | open.O_CREAT, 0o640);
    const size = leavesWithin(Math.floor(fstatSync(this.#fd).size / DIGEST_BYTES));
    this.#written = digestsOf(size);
    this.#frontier = this.#frontierAt(size);
    ftruncateSync(this.#fd, this.#written * DIGEST_BYTES);
  }

  /** Leaves so far. */
  get size(): number {
    return this.#frontier.size;
  }

  root(): Digest {
    return this.#frontier.root();
  }

  /** The root when there were `size` leaves, from what is kept. */
  rootAt(size: number): Digest {
    return treeRoot(size, (level, index) => this.read(level, index));
  }

  add(leaf: Digest): void {
    this.#frontier.append(leaf, (_level, _index, digest) => {
      if (this.#waiting === PENDING_DIGESTS) this.flush();
      this.#pending.write(digest, this.#waiting * DIGEST_BYTES, DIGEST_BYTES, 'latin1');
      this.#waiting += 1;
    });
  }

  /** The digest of a complete subtree. Throws `RangeError` where there is none. */
  read(level: number, index: number): Digest {
    const position = digestPosition(level, index);
    if (position >= this.#written + this.#waiting || (index + 1) * 2 ** level > this.size)
      throw new RangeError(`a tree of ${this.size} leaves has no subtree ${index} at level ${level}`);
    if (position >= this.#written) return digestAt(this.#pending, position - this.#written);
    return this.#readWritten(position);
  }

  /** Forgets all leaves from `size` on. */
  truncate(size: number): void {
    this.flush();
    this.#frontier = this.#frontierAt(size);
    this.#written = digestsOf(size);
    ftruncateSync(this.#fd, this.#written * DIGEST_BYTES);
  }

  /**
   * Begins anew behind leaves that are gone: of them only the roots of the complete subtrees are known, from left to
   * right, and what is below these is left empty.
   */
  startAt(size: number, roots: readonly Digest[]): void {
    this.truncate(0);
    let end = 0;
    for (const [position, level] of levelsOf(size).entries()) {
      end += 2 ** level;
      const place = digestPosition(level, end / 2 ** level - 1) * DIGEST_BYTES;
      writeSync(this.#fd, Buffer.from(roots[position] ?? '', 'latin1'), 0, DIGEST_BYTES, place);
    }
    this.#frontier = TreeFrontier.from(size, roots);
    this.#written = digestsOf(size);
  }

  /** Hands what waits to the system. */
  flush(): void {
    let done = 0;
    const end = this.#waiting * DIGEST_BYTES;
    const start = this.#written * DIGEST_BYTES;
    while (done < end) done += writeSync(this.#fd, this.#pending, done, end - done, start + done);
    this.#written += this.#waiting;
    this.#waiting = 0;
  }

  close(): void {
    this.flush();
    closeSync(this.#fd);
  }

  #frontierAt(size: number): TreeFrontier {
    let end = 0;
    const roots = levelsOf(size).map((level) => {
      end += 2 ** level;
      return this.#readWritten(digestPosition(level, end / 2 ** level - 1));
    });
    return TreeFrontier.from(size, roots);
  }

  #readWritten(position: number): Digest {
    return readDigest(this.#fd, position);
  }
}

/** A tree file for reading alone, also while it is written to. */
export type TreeReader = {
  /** How many leaves the file has whole. */
  leaves(): number;
  /** The digest of a complete subtree. Throws `RangeError` where the file has none. */
  read(level: number, index: number): Digest;
  /** The root over the first `size` leaves; nothing where the file has fewer. */
  rootAt(size: number): Digest | undefined;
  close(): void;
};

/** Opens the tree beside a log, which is not changed; nothing where there is none. */
export function openTree(auditFile: string): TreeReader | undefined {
  const file = treePath(auditFile);
  if (!existsSync(file)) return undefined;
  const fd = openSync(file, 'r');
  const digests = (): number => Math.floor(fstatSync(fd).size / DIGEST_BYTES);
  const hasFor = (count: number): boolean => digests() >= count;
  const read = (level: number, index: number): Digest => {
    const position = digestPosition(level, index);
    if (!hasFor(position + 1)) throw new RangeError(`the tree has no subtree ${index} at level ${level}`);
    return readDigest(fd, position);
  };
  return {
    leaves: () => leavesWithin(digests()),
    read,
    rootAt: (size) => (hasFor(digestsOf(size)) ? treeRoot(size, read) : undefined),
    close: () => closeSync(fd),
  };
}

function readDigest(fd: number, position: number): Digest {
  const digest = Buffer.alloc(DIGEST_BYTES);
  readSync(fd, digest, 0, DIGEST_BYTES, position * DIGEST_BYTES);
  return digest.toString('latin1');
}

function digestAt(digests: Buffer, position: number): Digest {
  return digests.toString('latin1', position * DIGEST_BYTES, (position + 1) * DIGEST_BYTES);
}

/** Complete subtrees in a tree of `size` leaves: each leaf adds one, and each pair makes one more. */
export function digestsOf(size: number): number {
  return 2 * size - levelsOf(size).length;
}

/** Where the digest of a subtree stands: behind all that were complete before its last leaf, and its own lower ones. */
export function digestPosition(level: number, index: number): number {
  const lastLeaf = (index + 1) * 2 ** level - 1;
  return digestsOf(lastLeaf) + level;
}

/** Most leaves whose subtrees are all among the first `digests`. */
function leavesWithin(digests: number): number {
  let size = Math.floor(digests / 2);
  while (digestsOf(size + 1) <= digests) size += 1;
  return size;
}
