import { z } from 'zod';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { NoteError } from '../tlog/note-error.ts';
import { type NoteVerifier, parseVerifierKey } from '../tlog/note-key.ts';
import { isConsistent } from '../tlog/proof.ts';
import { openNote } from '../tlog/signed-note.ts';
import { type Digest, digestFromBase64 } from '../tlog/tree-hash.ts';
import { conflict, refused } from './run-check.ts';

/** The last line of a run: a checkpoint, and where it covers more events than came so far the way to it. */
export const headLineSchema = z.strictObject({
  checkpoint: z.string().max(100_000),
  consistency: z.array(z.string().max(64)).max(64).optional(),
});
export type HeadLine = z.infer<typeof headLineSchema>;

/** The checkpoint a run ends with. */
export type RunHead = { note: string; size: number };

/** The tree of a log with what a run adds to it. */
export type RunTree = {
  origin: string;
  verifierKey: string;
  /** Events that were taken over before this run, and with it. */
  before: number;
  after: number;
  /** Events up to the last one that the run had: fewer than `before` in one that comes a second time. */
  through: number;
  /** The root of the first `size` events, at most `after`. */
  rootAt(size: number): Digest;
};

/**
 * Holds the checkpoint of a run against the tree: signed by the registered key, over these very events or over more, of
 * which they are the beginning. Throws `RefusedRun`.
 */
export function checkHead({ checkpoint: note, consistency = [] }: HeadLine, tree: RunTree): RunHead {
  const { origin, size, root } = signedHead(note, tree.verifierKey);
  const { before, after, through } = tree;
  if (origin !== tree.origin)
    throw refused('foreign_log', undefined, `the checkpoint is of the log ${origin}, not of ${tree.origin}`);
  if (after > before && size < after)
    throw refused('not_covered', size, `the checkpoint ends before event ${size}, and ${after - 1} was sent`);
  if (size <= before && tree.rootAt(size) !== root)
    throw conflict(
      'fork',
      undefined,
      `the first ${size} events here are others than the checkpoint was signed for`,
    );
  if (size <= before) return { note, size };
  const claim = { oldSize: through, oldRoot: tree.rootAt(through), size, root, path: digestsOf(consistency) };
  if (isConsistent(claim)) return { note, size };
  throw refused(
    'checkpoint_mismatch',
    undefined,
    `the first ${through} events are not what the checkpoint over ${size} was signed for, or the way to it is missing`,
  );
}

function signedHead(note: string, verifierKey: string) {
  const verifier: NoteVerifier = parseVerifierKey(verifierKey);
  try {
    return parseCheckpoint(openNote(note, [verifier]).text);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw refused(
      'wrong_signature',
      undefined,
      `the checkpoint is not signed by the registered key: ${error.message}`,
    );
  }
}

function digestsOf(consistency: readonly string[]): Digest[] {
  return consistency.map((text) => {
    const digest = digestFromBase64(text);
    if (digest === undefined)
      throw refused('checkpoint_mismatch', undefined, 'consistency holds base64 of digests');
    return digest;
  });
}
