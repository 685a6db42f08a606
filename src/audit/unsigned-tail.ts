import { AuditOpenError } from './audit-error.ts';
import { isLineInTree } from './changed-line.ts';
import type { EventType } from './event.ts';
import { checkLine } from './event-check.ts';
import { readLogLines } from './log-files.ts';
import { openTree, type TreeReader } from './tree-file.ts';

/** What a start may write before its first checkpoint, without which it does not go on. */
const OPENING: readonly EventType[] = [
  'log_opened',
  'log_key_announced',
  'segment_opened',
  'audit_recovered',
  // Where the clock was set back meanwhile, as it is when a machine has just come up.
  'clock_stepped',
];
/** What a page of the tree has that never came to the disk. */
const NO_LEAF = '\0'.repeat(32);

/**
 * Believes that a log without any checkpoint was never signed only where it has nothing but the events of its opening: the
 * first checkpoint comes before all others, so where it is gone, somebody took it. Throws `audit_damaged`.
 */
export async function assertNeverSigned(auditFile: string): Promise<void> {
  const sequence = await firstBehindOpening(auditFile);
  if (sequence === undefined) return;
  const message = `no checkpoint is beside ${auditFile}, and every log is signed before its event ${sequence} is written: put back checkpoint and checkpoints.jsonl, or keep the log as it is and begin a new one in another place`;
  throw new AuditOpenError('audit_damaged', message);
}

async function firstBehindOpening(auditFile: string): Promise<number | undefined> {
  for await (const lines of readLogLines(auditFile)) {
    for (const { raw, isWhole } of lines) {
      if (!isWhole) return undefined;
      const { event_type, sequence } = checkLine(raw);
      if (!OPENING.includes(event_type)) return sequence;
    }
  }
  return undefined;
}

/** What a tree has against the events behind a checkpoint. */
export type TailFault = {
  /** The first of them with another line than the tree was made of; absent where the log only ends before it. */
  changed?: number;
  message: string;
};

/**
 * Holds the events behind the newest checkpoint against the tree, which has a leaf for each that was durable. Where the newest
 * checkpoint was exchanged for an older one, most of the log is behind it. One line is looked at, the last that has a leaf: it
 * has the hash of all before it. What a crash took from the tree are zeros, and says nothing; nor does a tree that is not
 * what was signed.
 */
export async function tailFault(
  auditFile: string,
  signed: { size: number; root: string },
  events: number,
): Promise<TailFault | undefined> {
  const tree = openTree(auditFile);
  try {
    if (tree?.rootAt(signed.size) !== signed.root) return undefined;
    const last = lastLeaf(tree, signed.size, tree.leaves());
    const shared = lastLeaf(tree, signed.size, events);
    if (shared !== undefined && !(await isLineInTree(auditFile, tree, shared))) {
      const changed = await firstDifferent(auditFile, tree, { from: signed.size, to: shared });
      return { changed, message: `event ${changed} is another than the tree beside the log was made of` };
    }
    if (last === undefined || last < events) return undefined;
    return { message: `it ends before event ${last}, which the tree beside it was made of` };
  } finally {
    tree?.close();
  }
}

/** Throws `audit_damaged` where the tree speaks against what stands behind the newest checkpoint. */
export async function assertTail(
  auditFile: string,
  signed: { size: number; root: string },
  events: number,
): Promise<void> {
  const fault = await tailFault(auditFile, signed, events);
  if (fault === undefined) return;
  const message = `${auditFile} is not to be believed: ${fault.message}, and no checkpoint here covers it. Put back log and newest checkpoint that belong together; where you know that the tree is what is damaged, move it away, and it is made again`;
  throw new AuditOpenError('audit_damaged', message);
}

function lastLeaf(tree: TreeReader, from: number, to: number): number | undefined {
  for (let index = Math.min(to, tree.leaves()) - 1; index >= from; index -= 1)
    if (tree.read(0, index) !== NO_LEAF) return index;
  return undefined;
}

/** Where lines part from the tree: from there on all do. */
async function firstDifferent(
  auditFile: string,
  tree: TreeReader,
  { from, to }: { from: number; to: number },
): Promise<number> {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await isLineInTree(auditFile, tree, middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
