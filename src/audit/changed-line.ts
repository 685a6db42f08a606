import { leafHash } from '../tlog/tree-hash.ts';
import { lineOf } from './find-line.ts';
import type { RawLine } from './line-reader.ts';
import { readLogLines } from './log-files.ts';
import type { LogStart } from './log-start.ts';
import { openTree, type TreeReader } from './tree-file.ts';

/**
 * The first of the first `size` events whose line is not the one that the tree beside the log was made of; nothing where the
 * tree is not the one whose `root` was signed, for then it tells nothing, or where all lines are what they were.
 */
export async function firstChangedEvent(
  auditFile: string,
  start: LogStart,
  { size, root }: { size: number; root: string },
): Promise<number | undefined> {
  const tree = openTree(auditFile);
  try {
    if (tree === undefined || tree.rootAt(size) !== root) return undefined;
    let sequence = start.sequence;
    for await (const lines of readLogLines(auditFile)) {
      const found = changedAmong(tree, lines, { first: sequence, size });
      if (found !== undefined) return found;
      sequence += lines.length;
      if (sequence >= size) return undefined;
    }
    return undefined;
  } finally {
    tree?.close();
  }
}

/**
 * Whether the last of the first `size` events is the one that a tree was made of. Every line holds the hash of the one before
 * it, so whoever changes one and does the hashes again has changed the last one as well.
 */
export async function isLastInTree(auditFile: string, tree: TreeReader, size: number): Promise<boolean> {
  const line = await lineOf(auditFile, size - 1);
  return line !== undefined && leafHash(line) === tree.read(0, size - 1);
}

function changedAmong(
  tree: TreeReader,
  lines: readonly RawLine[],
  { first, size }: { first: number; size: number },
): number | undefined {
  const at = lines
    .slice(0, Math.max(0, size - first))
    .findIndex(({ raw }, index) => leafHash(raw) !== tree.read(0, first + index));
  return at < 0 ? undefined : first + at;
}
