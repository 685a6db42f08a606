import { dirname, join } from 'node:path';
import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts';
import { NoteError } from '../tlog/note-error.ts';
import type { NoteSigner, NoteVerifier } from '../tlog/note-key.ts';
import { openNote, parseNote } from '../tlog/signed-note.ts';
import { leafHash } from '../tlog/tree-hash.ts';
import { AuditOpenError } from './audit-error.ts';
import { checkpointPaths, findCheckpoint } from './checkpoint-file.ts';
import { Checkpointer } from './checkpointer.ts';
import { offsetOfEvent } from './find-line.ts';
import { readLogLines } from './log-files.ts';
import { TreeFile } from './tree-file.ts';

export type CheckpointOptions = {
  auditFile: string;
  log: { origin: string; nextSequence: number; size: number };
  /** Events that were found; those that opening itself has added come behind. */
  keptEvents: number;
  signer: NoteSigner;
  verifier: NoteVerifier;
  copy?: string;
  clock: () => number;
  onFailure: (cause: unknown, isFatal: boolean) => void;
};

/**
 * Brings the tree up to the end of the log and holds it against the newest checkpoint: what was signed MUST still be
 * there, line for line. Signs a first checkpoint of what is new. `isKeyNew` where the key has signed none before.
 *
 * Throws `AuditOpenError` `audit_damaged` where lines are missing or are not those that were signed, and where the
 * checkpoint is not one of this log.
 */
export async function openCheckpoints(
  options: CheckpointOptions,
): Promise<{ checkpointer: Checkpointer; isKeyNew: boolean }> {
  const { auditFile, log, keptEvents, signer, copy, clock, onFailure } = options;
  const paths = checkpointPaths(auditFile);
  const note = await findCheckpoint(paths.latest);
  const found = note === undefined ? undefined : readOwn(note, options, paths.latest);
  const checkpoint = found?.checkpoint;
  if (checkpoint !== undefined && checkpoint.size > keptEvents) {
    const missing = checkpoint.size - keptEvents;
    const message = `${auditFile} ends before event ${keptEvents}, and ${paths.latest} was signed when there were ${checkpoint.size}: ${missing} events are missing`;
    throw new AuditOpenError('audit_damaged', message);
  }
  const tree = new TreeFile(join(dirname(auditFile), 'tree'));
  try {
    // What the tree knows of lines that are there no more, it knows of others than those that came in their place.
    if (tree.size > keptEvents) tree.truncate(keptEvents);
    await growTree(tree, auditFile, log);
    if (checkpoint !== undefined) await assertSigned(tree, checkpoint, options);
  } catch (error) {
    tree.close();
    throw error;
  }
  const deps = { origin: log.origin, tree, signer, paths, clock, onFailure };
  const checkpointer = new Checkpointer(copy === undefined ? deps : { ...deps, copy }, checkpoint?.size ?? 0);
  await checkpointer.tick();
  return { checkpointer, isKeyNew: found?.isOurs !== true };
}

/**
 * A checkpoint that an earlier key signed says the same of the lines, but not who says so; the key file may have been
 * replaced on purpose. One that our key did not sign although it bears its name and id was made up.
 */
function readOwn(
  note: string,
  { log, verifier }: CheckpointOptions,
  file: string,
): { checkpoint: Checkpoint; isOurs: boolean } {
  try {
    const { text, signatures } = parseNote(note);
    const isOurs = signatures.some(({ name, id }) => name === verifier.name && id === verifier.id);
    if (isOurs) openNote(note, [verifier]);
    const checkpoint = parseCheckpoint(text);
    if (checkpoint.origin === log.origin) return { checkpoint, isOurs };
    throw new AuditOpenError('audit_damaged', `${file} is of another log: ${checkpoint.origin}`);
  } catch (cause) {
    if (!(cause instanceof NoteError)) throw cause;
    throw new AuditOpenError('audit_damaged', `${file} is not to be believed: ${cause.message}`, { cause });
  }
}

/** Adds the lines that the tree has not seen. */
async function growTree(tree: TreeFile, file: string, log: CheckpointOptions['log']): Promise<void> {
  if (tree.size === log.nextSequence) return;
  const offset = await offsetOfEvent(file, tree.size);
  if (offset === undefined)
    throw new AuditOpenError('audit_damaged', `${file} has no event ${tree.size}, although later ones`);
  for await (const lines of readLogLines(file, offset, log.size)) {
    for (const { raw, isWhole } of lines) if (isWhole) tree.add(leafHash(raw));
  }
}

async function assertSigned(
  tree: TreeFile,
  { size, root }: Checkpoint,
  { auditFile, log }: CheckpointOptions,
): Promise<void> {
  if (tree.rootAt(size) === root) return;
  // The tree is only a view of the log, and could be what is wrong.
  tree.truncate(0);
  await growTree(tree, auditFile, log);
  if (tree.rootAt(size) === root) return;
  throw new AuditOpenError(
    'audit_damaged',
    `the first ${size} events of ${auditFile} are not those that were signed: run verify to find the first that was changed`,
  );
}
