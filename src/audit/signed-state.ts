import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts';
import { NoteError } from '../tlog/note-error.ts';
import { type NoteVerifier, noteVerifier } from '../tlog/note-key.ts';
import { openNote, parseNote } from '../tlog/signed-note.ts';
import { type Digest, leafHash } from '../tlog/tree-hash.ts';
import { AuditOpenError } from './audit-error.ts';
import { firstChangedEvent, isLastInTree } from './changed-line.ts';
import { checkpointPaths, findCheckpoint, notesInHistory } from './checkpoint-file.ts';
import { logKeyRotations } from './key-rotation.ts';
import { type LogFile, logFiles, readLogLines } from './log-files.ts';
import { type LogKeys, verifiersOf } from './log-keys.ts';
import { findLogStart, frontierAt, type LogStart, WHOLE_LOG } from './log-start.ts';
import type { LogStand } from './open-audit-log.ts';
import { assertPurgeSigned, unvouched } from './purge-proof.ts';
import { openTree, treePath } from './tree-file.ts';

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

/**
 * Holds a log against the newest checkpoint beside it: what was signed MUST still be there, line for line. Only reads.
 *
 * Throws `AuditOpenError` `audit_damaged` where lines are missing or are not those that were signed, where the
 * checkpoint is not one of this log, and where a rotation has replaced the key that signed it or that is to sign.
 */
export async function checkSigned(auditFile: string, found: LogStand, keys: LogKeys): Promise<Signed> {
  const start = await findLogStart(auditFile);
  await assertWhole(auditFile, start);
  assertTreeIsFile(treePath(auditFile));
  const { file, note } = await newestNote(auditFile);
  if (note === undefined) {
    if (start?.purge !== undefined) throw unvouched(auditFile, start.purge, 'no checkpoint is beside it');
    return NOTHING_SIGNED;
  }
  const { checkpoint, isKeyKnown } = readOwn(note, { file, auditFile, keys, origin: found.origin });
  if (!isKeyKnown) await assertNotReplaced(auditFile, checkpoint.origin, keys.current);
  const { size, root } = checkpoint;
  if (size > found.events) {
    const message = `${auditFile} ends before event ${found.events}, and ${file} was signed when there were ${size}: ${size - found.events} events are missing`;
    throw new AuditOpenError('audit_damaged', message);
  }
  const begin = start ?? WHOLE_LOG;
  const isTreeSound = await hasSoundTree(auditFile, begin, checkpoint);
  // The tree is only a view of the log, and could be what is wrong.
  if (!isTreeSound && (await rootOfLines(auditFile, begin, size)) !== root)
    throw new AuditOpenError('audit_damaged', await changedText(auditFile, begin, checkpoint));
  if (begin.purge !== undefined)
    await assertPurgeSigned(auditFile, begin.purge, {
      ...{ checkpoint, isKeyKnown, isTreeSound, keys },
    });
  return { size, isKeyKnown, isTreeSound, start: begin };
}

/** The newest checkpoint beside a log, and where it was found; the history serves where the other file is gone. */
async function newestNote(auditFile: string): Promise<{ file: string; note: string | undefined }> {
  const { latest, history } = checkpointPaths(auditFile);
  const note = await findCheckpoint(latest);
  if (note !== undefined) return { file: latest, note };
  const lines = (await findCheckpoint(history)) ?? '';
  return { file: history, note: notesInHistory(lines).notes.at(-1) };
}

/** Every byte of a log is in one of its files: each begins where the one before it ends, and the first at the start. */
async function assertWhole(auditFile: string, start: LogStart | undefined): Promise<void> {
  let end = start?.offset ?? 0;
  for (const { path, offset, size } of await filesOf(auditFile)) {
    if (offset !== end) {
      const purged = end === 0 ? ', and no event says that it was purged' : '';
      const message = `${path} begins at byte ${offset} of the log, and what is before it ends at byte ${end}: a file of the log is missing${purged}`;
      throw new AuditOpenError('audit_damaged', message);
    }
    end = offset + size;
  }
}

async function filesOf(auditFile: string): Promise<LogFile[]> {
  try {
    return await logFiles(auditFile);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function assertTreeIsFile(path: string): void {
  if (!existsSync(path) || statSync(path).isFile()) return;
  throw new AuditOpenError('audit_unwritable', `${path} is no file: move it away, and it is made again`);
}

type Expected = { file: string; auditFile: string; origin: string | undefined; keys: LogKeys };

/**
 * A checkpoint that an unknown key signed says the same of the lines, but not who says so; the key file may have been
 * replaced on purpose. One that our key did not sign although it bears its name and id was made up, and so was one by
 * a key that had been replaced: after a rotation the last one is signed by both.
 */
function readOwn(note: string, expected: Expected): { checkpoint: Checkpoint; isKeyKnown: boolean } {
  const { file, auditFile, keys } = expected;
  try {
    const { text, signatures } = parseNote(note);
    const checkpoint = parseCheckpoint(text);
    const { signing, retired: replaced } = verifiersOf(checkpoint.origin, keys);
    const hasSigned = ({ name, id }: NoteVerifier) =>
      signatures.some((line) => line.name === name && line.id === id);
    const [ours, retired] = [signing.filter(hasSigned), replaced.filter(hasSigned)];
    if (ours.length + retired.length > 0) openNote(note, [...ours, ...retired]);
    if (checkpoint.origin !== expected.origin)
      throw new AuditOpenError('audit_damaged', otherLog(checkpoint, expected));
    if (ours.length > 0 || retired.length === 0) return { checkpoint, isKeyKnown: ours.length > 0 };
    const message = `${file} is signed by ${retired[0]?.id} alone, a key that was replaced: put back the newest checkpoint of ${auditFile}`;
    throw new AuditOpenError('audit_damaged', message);
  } catch (cause) {
    if (!(cause instanceof NoteError)) throw cause;
    const message = `${file} is not to be believed: ${cause.message}; put back the checkpoint that belongs to ${auditFile}`;
    throw new AuditOpenError('audit_damaged', message, { cause });
  }
}

/** A key file from before a rotation must not sign again: whoever verifies would take it for a forger's. */
async function assertNotReplaced(auditFile: string, origin: string, key: KeyObject): Promise<void> {
  const verifierKey = `${noteVerifier(origin, createPublicKey(key))}`;
  const rotation = (await logKeyRotations(auditFile)).find(({ old_key }) => old_key === verifierKey);
  if (rotation === undefined) return;
  const message = `event ${rotation.sequence} of ${auditFile} replaced the key that the key file holds: put back the key file of after the rotation`;
  throw new AuditOpenError('audit_damaged', message);
}

function otherLog({ origin, size }: Checkpoint, { file, auditFile, origin: own }: Expected): string {
  if (own !== undefined) return `${file} is of another log: ${origin}, and ${auditFile} is ${own}`;
  return `${auditFile} is missing or holds no event, and ${file} was signed when it had ${size}: put the log back, or move the checkpoint away to begin a new log`;
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
    return size <= start.sequence || (await isLastInTree(auditFile, tree, size));
  } finally {
    tree?.close();
  }
}

async function changedText(auditFile: string, start: LogStart, checkpoint: Checkpoint): Promise<string> {
  const { size } = checkpoint;
  const what = `the first ${size} events of ${auditFile} are not those that were signed`;
  const first = await firstChangedEvent(auditFile, start, checkpoint);
  return first === undefined ? what : `${what}: event ${first} is the first that was changed`;
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
