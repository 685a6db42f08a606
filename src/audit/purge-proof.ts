import type { Checkpoint } from '../tlog/checkpoint.ts';
import { inclusionProof, rootOfInclusion } from '../tlog/proof.ts';
import { leafHash } from '../tlog/tree-hash.ts';
import { AuditOpenError } from './audit-error.ts';
import { checkLine } from './event-check.ts';
import { lineOf } from './find-line.ts';
import { type LogKeys, verifiersOf } from './log-keys.ts';
import { purgeSigners } from './purge-note.ts';
import type { RecordedPurge } from './purge-record.ts';
import { openTree } from './tree-file.ts';

/** The newest checkpoint of the log, which its lines are known to fit, and by what. */
export type Vouching = {
  checkpoint: Checkpoint;
  isKeyKnown: boolean;
  isTreeSound: boolean;
  keys: LogKeys;
};

/**
 * Believes that the beginning of a log was purged only where the event that says so stands in it, under a checkpoint
 * that one of our keys signed, and was itself signed by one: whoever has no key could delete files and write an event.
 *
 * Throws `audit_damaged`.
 */
export async function assertPurgeSigned(
  auditFile: string,
  purge: RecordedPurge,
  { checkpoint, isKeyKnown, isTreeSound, keys }: Vouching,
): Promise<void> {
  const { sequence, hash } = purge;
  if (!isOwnPurge(checkpoint.origin, purge, keys))
    throw unvouched(auditFile, purge, 'none of our keys has signed it');
  if (!isKeyKnown) throw unvouched(auditFile, purge, 'the newest checkpoint is signed by none of our keys');
  if (sequence >= checkpoint.size)
    throw unvouched(auditFile, purge, `the newest checkpoint covers only ${checkpoint.size} events`);
  const line = await lineOf(auditFile, sequence);
  if (line === undefined || checkLine(line).hash !== hash)
    throw unvouched(auditFile, purge, 'the log does not hold that event');
  // Where the tree had to be made again from all lines, this one was among them.
  if (isTreeSound && !isInTree(auditFile, { line, sequence, checkpoint }))
    throw unvouched(auditFile, purge, 'it is not among the events that were signed');
}

/** Whether one of our keys, of now or of before, has signed that a segment may be gone. */
export function isOwnPurge(origin: string, purge: RecordedPurge, keys: LogKeys): boolean {
  const { signing, retired } = verifiersOf(origin, keys);
  return purgeSigners(origin, purge, [...signing, ...retired]).length > 0;
}

/** The events before the first line are gone, and what speaks for their purge does not suffice. */
export function unvouched(auditFile: string, { sequence, last }: RecordedPurge, why: string): AuditOpenError {
  const message = `${auditFile} lacks the events up to ${last}, and event ${sequence}, which says that they were purged, is not to be believed: ${why}. Put back what is missing: segments, the newest checkpoint, or the key file`;
  return new AuditOpenError('audit_damaged', message);
}

function isInTree(
  auditFile: string,
  { line, sequence, checkpoint: { size, root } }: { line: Buffer; sequence: number; checkpoint: Checkpoint },
): boolean {
  const tree = openTree(auditFile);
  try {
    const path = tree && inclusionProof(sequence, size, (level, index) => tree.read(level, index));
    if (path === undefined) return false;
    return rootOfInclusion({ index: sequence, size, leaf: leafHash(line), path }) === root;
  } finally {
    tree?.close();
  }
}
