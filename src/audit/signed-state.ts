import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { ifThere } from '../disk/if-there.ts';
import type { Checkpoint } from '../tlog/checkpoint.ts';
import { noteVerifier } from '../tlog/note-key.ts';
import { type Digest, EMPTY_ROOT, leafHash } from '../tlog/tree-hash.ts';
import { AuditOpenError } from './audit-error.ts';
import { firstChangedEvent, isLineInTree } from './changed-line.ts';
import { logKeyRotations } from './key-rotation.ts';
import { logFiles, readLogLines } from './log-files.ts';
import type { LogKeys } from './log-keys.ts';
import { findLogStart, frontierAt, type LogStart, WHOLE_LOG } from './log-start.ts';
import type { LogStand } from './open-audit-log.ts';
import { assertPurgeSigned, unvouched } from './purge-proof.ts';
import { type Claim, signedClaims } from './signed-claims.ts';
import { openTree, treePath } from './tree-file.ts';
import { assertNeverSigned, assertTail } from './unsigned-tail.ts';

/** What the newest checkpoint of a log covers. */
export type Signed = {
  /** Events; 0 where none was signed yet. */
  size: number;
  /** The key has signed a checkpoint of this log before. */
  isKeyKnown: boolean;
  /** The tree beside the log says of these events what was signed. */
  isTreeSound: boolean;
  /** Where the lines of the log begin. */
  start: LogStart;
};

export const NOTHING_SIGNED: Signed = { size: 0, isKeyKnown: false, isTreeSound: false, start: WHOLE_LOG };

export type Signers = {
  keys: LogKeys;
  /** A second history of checkpoints, where one is kept. */
  copy?: string;
};

/**
 * Holds a log against all that was signed over it, and what stands behind that against what else tells of it: what was
 * signed MUST still be there, line for line, and a log that lives has been signed. Only reads.
 *
 * Throws `AuditOpenError` `audit_damaged` where lines are missing or are not those that were signed, where the
 * checkpoint is not one of this log, and where a rotation has replaced the key that signed it or that is to sign.
 */
export async function checkSigned(
  auditFile: string,
  found: LogStand,
  { keys, copy }: Signers,
): Promise<Signed> {
  const start = await findLogStart(auditFile);
  await assertWhole(auditFile, start);
  assertTreeIsFile(treePath(auditFile));
  const { origin, events } = found;
  const [newest, ours] = await signedClaims({ auditFile, origin, keys, ...(copy !== undefined && { copy }) });
  if (newest === undefined) {
    if (start?.purge !== undefined) throw unvouched(auditFile, start.purge, 'no checkpoint is beside it');
    await assertTail(auditFile, { size: 0, root: EMPTY_ROOT }, events);
    if (events > 0) await assertNeverSigned(auditFile);
    return NOTHING_SIGNED;
  }
  const { checkpoint, isKeyKnown } = newest;
  if (!isKeyKnown) await assertNotReplaced(auditFile, checkpoint.origin, keys.current);
  const begin = start ?? WHOLE_LOG;
  const isTreeSound = await holdsAgainst(newest, { auditFile, start: begin, events });
  if (ours !== undefined) await holdsAgainst(ours, { auditFile, start: begin, events });
  await assertTail(auditFile, checkpoint, events);
  if (begin.purge !== undefined)
    await assertPurgeSigned(auditFile, begin.purge, {
      ...{ checkpoint, isKeyKnown, isTreeSound, keys },
    });
  return { size: checkpoint.size, isKeyKnown, isTreeSound, start: begin };
}

/** Whether the tree shows that a log holds what was signed; throws where it does not hold it. */
async function holdsAgainst(
  { file, checkpoint }: Claim,
  { auditFile, start, events }: { auditFile: string; start: LogStart; events: number },
): Promise<boolean> {
  const { size, root } = checkpoint;
  if (size > events) {
    const message = `${auditFile} ends before event ${events}, and ${file} was signed when there were ${size}: ${size - events} events are missing`;
    throw new AuditOpenError('audit_damaged', message);
  }
  if (await hasSoundTree(auditFile, start, checkpoint)) return true;
  // The tree is only a view of the log, and could be what is wrong.
  if ((await rootOfLines(auditFile, start, size)) === root) return false;
  throw new AuditOpenError('audit_damaged', await changedText(auditFile, start, checkpoint));
}

/** Every byte of a log is in one of its files: each begins where the one before it ends, and the first at the start. */
async function assertWhole(auditFile: string, start: LogStart | undefined): Promise<void> {
  let end = start?.offset ?? 0;
  for (const { path, offset, size } of (await ifThere(logFiles(auditFile))) ?? []) {
    if (offset !== end) {
      const purged = end === 0 ? ', and no event says that it was purged' : '';
      const message = `${path} begins at byte ${offset} of the log, and what is before it ends at byte ${end}: a file of the log is missing${purged}`;
      throw new AuditOpenError('audit_damaged', message);
    }
    end = offset + size;
  }
}

function assertTreeIsFile(path: string): void {
  if (!existsSync(path) || statSync(path).isFile()) return;
  throw new AuditOpenError('audit_unwritable', `${path} is no file: move it away, and it is made again`);
}

/** A key file from before a rotation must not sign again: whoever verifies would take it for a forger's. */
async function assertNotReplaced(auditFile: string, origin: string, key: KeyObject): Promise<void> {
  const verifierKey = `${noteVerifier(origin, createPublicKey(key))}`;
  const rotation = (await logKeyRotations(auditFile)).find(({ old_key }) => old_key === verifierKey);
  if (rotation === undefined) return;
  const message = `event ${rotation.sequence} of ${auditFile} replaced the key that the key file holds: put back the key file of after the rotation`;
  throw new AuditOpenError('audit_damaged', message);
}

/** Whether the tree beside a log is the one that was signed, and the log still ends with what it was made of. */
async function hasSoundTree(
  auditFile: string,
  start: LogStart,
  { size, root }: Checkpoint,
): Promise<boolean> {
  const tree = openTree(auditFile);
  try {
    if (tree?.rootAt(size) !== root) return false;
    return size <= start.sequence || (await isLineInTree(auditFile, tree, size - 1));
  } finally {
    tree?.close();
  }
}

async function changedText(auditFile: string, start: LogStart, checkpoint: Checkpoint): Promise<string> {
  const { size } = checkpoint;
  const what = `the first ${size} events of ${auditFile} are not those that were signed`;
  const among = await firstChangedEvent(auditFile, start, checkpoint);
  if (among === undefined) return what;
  const { first, last } = among;
  if (first === last) return `${what}: event ${first} is the first that was changed`;
  return `${what}: the first that was changed is among events ${first} to ${last}`;
}

/** The root over the first `size` lines of a log, made anew from all that are there. */
async function rootOfLines(auditFile: string, start: LogStart, size: number): Promise<Digest | undefined> {
  const frontier = frontierAt(start);
  if (frontier.size > size) return undefined;
  for await (const lines of readLogLines(auditFile)) {
    for (const { raw } of lines) {
      if (frontier.size === size) return frontier.root();
      frontier.append(leafHash(raw));
    }
  }
  return frontier.root();
}
