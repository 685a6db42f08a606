import type { Checkpoint } from '../tlog/checkpoint.ts';
import { consistencyProof, isConsistent } from '../tlog/proof.ts';
import type { TreeFrontier } from '../tlog/tree-frontier.ts';
import { leafHash } from '../tlog/tree-hash.ts';
import { frontierAt, type LogStart } from './log-start.ts';
import { openTree, type TreeReader } from './tree-file.ts';

/** How a checkpoint, the very object that was given, stands to the lines of the log. */
export type CheckpointMatch = {
  checkpoint: Checkpoint;
  /**
   * `holds`: the first `size` lines are those that were signed. `rewritten`: they are others. `lines_missing`: there
   * are fewer. `not_reached`: the log stops holding before. `not_shown`: its lines were purged, and the tree beside
   * the log, which could tell, is missing or damaged.
   */
  result: 'holds' | 'rewritten' | 'lines_missing' | 'not_reached' | 'not_shown';
};

/** Grows the tree with the lines, as far as there are checkpoints to compare it with. */
export class CheckpointWalk {
  readonly matches: CheckpointMatch[];
  readonly #waiting: Checkpoint[];
  readonly #tree: TreeFrontier;

  constructor(auditFile: string, start: LogStart, checkpoints: readonly Checkpoint[]) {
    this.#tree = frontierAt(start);
    const bySize = checkpoints.toSorted((a, b) => a.size - b.size);
    this.#waiting = bySize.filter(({ size }) => size >= start.sequence);
    const purged = bySize.filter(({ size }) => size < start.sequence);
    this.matches = purged.length > 0 ? matchPurged(auditFile, start, purged) : [];
    this.#compare();
  }

  next(raw: Uint8Array): void {
    if (this.#waiting.length === 0) return;
    this.#tree.append(leafHash(raw));
    this.#compare();
  }

  end(result: 'lines_missing' | 'not_reached'): void {
    for (const checkpoint of this.#waiting.splice(0)) this.matches.push({ checkpoint, result });
  }

  #compare(): void {
    while (this.#waiting[0]?.size === this.#tree.size) {
      const checkpoint = this.#waiting.shift() as Checkpoint;
      const holds = checkpoint.root === this.#tree.root();
      this.matches.push({ checkpoint, result: holds ? 'holds' : 'rewritten' });
    }
  }
}

/** Checkpoints whose lines are gone: the tree shows whether they were the beginning of what the purge has left. */
function matchPurged(
  auditFile: string,
  start: LogStart,
  checkpoints: readonly Checkpoint[],
): CheckpointMatch[] {
  const tree = openTree(auditFile);
  try {
    return checkpoints.map((checkpoint) => {
      const root = provenRoot(tree, start, checkpoint.size);
      if (root === undefined) return { checkpoint, result: 'not_shown' };
      return { checkpoint, result: root === checkpoint.root ? 'holds' : 'rewritten' };
    });
  } finally {
    tree?.close();
  }
}

/** The root over the first `oldSize` events, where the tree proves it against the root that the purge has left. */
function provenRoot(tree: TreeReader | undefined, { sequence: size, purge }: LogStart, oldSize: number) {
  const oldRoot = tree?.rootAt(oldSize);
  if (tree?.rootAt(size) === undefined || oldRoot === undefined || purge === undefined) return undefined;
  const path = consistencyProof(oldSize, size, (level, index) => tree.read(level, index));
  return isConsistent({ oldSize, oldRoot, size, root: purge.root, path }) ? oldRoot : undefined;
}
