import type { NoteSigner } from '../tlog/note-key.ts';
import { EMPTY_ROOT, leafHash } from '../tlog/tree-hash.ts';
import { AuditOpenError } from './audit-error.ts';
import { checkpointPaths } from './checkpoint-file.ts';
import { Checkpointer } from './checkpointer.ts';
import { offsetOfEvent } from './find-line.ts';
import { readLogLines } from './log-files.ts';
import type { LogStart } from './log-start.ts';
import type { Signed } from './signed-state.ts';
import { TreeFile, treePath } from './tree-file.ts';

export type CheckpointOptions = {
  auditFile: string;
  log: { origin: string; nextSequence: number; size: number };
  /** What `checkSigned` said of the events that were found. */
  signed: Signed;
  signer: NoteSigner;
  /** The key that `signer` follows, where the checkpoint that both sign may not have been written. */
  before?: NoteSigner;
  copy?: string;
  clock: () => number;
  onFailure: (cause: unknown, isFatal: boolean) => void;
};

/** Brings the tree up to the end of the log and signs a first checkpoint of what is new. */
export async function openCheckpoints(options: CheckpointOptions): Promise<Checkpointer> {
  const { auditFile, log, signed, signer, before, copy, clock, onFailure } = options;
  const tree = new TreeFile(treePath(auditFile));
  try {
    // Nobody has vouched for what the tree has behind the last signature: a crash may have left anything there.
    if (!signed.isTreeSound) beginTree(tree, signed.start);
    else if (tree.size > signed.size) tree.truncate(signed.size);
    await growTree(tree, auditFile, log);
  } catch (error) {
    tree.close();
    throw error;
  }
  const deps = {
    ...{ origin: log.origin, tree, signer, paths: checkpointPaths(auditFile), clock, onFailure },
    ...(before && { before }),
    ...(copy !== undefined && { copy }),
  };
  // One that both keys have signed is needed, also where nothing is new.
  const checkpointer = new Checkpointer(deps, before === undefined ? signed.size : 0);
  await checkpointer.tick();
  return checkpointer;
}

/** Keeps of the tree what is behind the beginning of the log, for nobody can make it again. */
function beginTree(tree: TreeFile, { sequence, purge }: LogStart): void {
  if (tree.size >= sequence && tree.rootAt(sequence) === (purge?.root ?? EMPTY_ROOT)) tree.truncate(sequence);
  else tree.startAt(sequence, purge?.frontier ?? []);
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
