import { inclusionProof, rootOfInclusion } from '../tlog/proof.ts';
import { type Digest, leafHash } from '../tlog/tree-hash.ts';
import { lineOf } from './find-line.ts';
import { readLogLines } from './log-files.ts';
import type { LogStart } from './log-start.ts';
import { openTree, type TreeReader } from './tree-file.ts';

/** What was signed: so many events, and the root over them. */
type SignedTree = { size: number; root: string };

/** Events one of which is meant, both included. */
export type EventRange = { first: number; last: number };

/**
 * The first of the first `size` events whose line is not the one that was signed, as far as the tree beside the log shows it;
 * nothing where the tree is not the one whose `root` was signed, for then it tells nothing.
 *
 * A leaf counts where its way to the root holds, for the tree can be what is damaged: a line that is no such leaf was changed,
 * and one that is was not, nor was any before it, whose hash it has.
 *
 * `brokenAt`: where the chain of the log breaks. Then the lines before it are looked at, and nothing is answered where none of
 * them is seen to be another: what stands behind is told by the chain.
 */
export async function firstChangedEvent(
  auditFile: string,
  start: LogStart,
  signed: SignedTree,
  brokenAt?: number,
): Promise<EventRange | undefined> {
  const tree = openTree(auditFile);
  try {
    if (tree?.rootAt(signed.size) !== signed.root) return undefined;
    const to = Math.min(signed.size, brokenAt ?? signed.size);
    const other = await firstOther(auditFile, start, { tree, signed, to });
    if (other === undefined && brokenAt !== undefined) return undefined;
    const last = other ?? signed.size - 1;
    return { first: await behindSigned(auditFile, start, { tree, signed, last }), last };
  } finally {
    tree?.close();
  }
}

/**
 * Whether the line of an event is the one that a tree was made of. Every line holds the hash of the one before it, so whoever
 * changes one and does the hashes again has changed all behind it as well: the last one tells of all.
 */
export async function isLineInTree(auditFile: string, tree: TreeReader, sequence: number): Promise<boolean> {
  const line = await lineOf(auditFile, sequence);
  return line !== undefined && leafHash(line) === tree.read(0, sequence);
}

/** The first event before `to` with another line than its leaf, which was signed. */
async function firstOther(
  auditFile: string,
  start: LogStart,
  { tree, signed, to }: { tree: TreeReader; signed: SignedTree; to: number },
): Promise<number | undefined> {
  let index = start.sequence;
  for await (const lines of readLogLines(auditFile)) {
    for (const { raw } of lines) {
      if (index >= to) return undefined;
      const leaf = tree.read(0, index);
      if (leafHash(raw) !== leaf && isSigned(leaf, index, { tree, signed })) return index;
      index += 1;
    }
  }
  return undefined;
}

/** The event behind the last one up to `last` that is seen to be as it was signed: found in growing steps backwards. */
async function behindSigned(
  auditFile: string,
  start: LogStart,
  { tree, signed, last }: { tree: TreeReader; signed: SignedTree; last: number },
): Promise<number> {
  for (let step = 1; last - step >= start.sequence; step *= 2) {
    const line = await lineOf(auditFile, last - step);
    if (line !== undefined && isSigned(leafHash(line), last - step, { tree, signed })) return last - step + 1;
  }
  return start.sequence;
}

function isSigned(
  leaf: Digest,
  index: number,
  { tree, signed: { size, root } }: { tree: TreeReader; signed: SignedTree },
): boolean {
  const path = inclusionProof(index, size, (level, at) => tree.read(level, at));
  return rootOfInclusion({ index, size, leaf, path }) === root;
}
