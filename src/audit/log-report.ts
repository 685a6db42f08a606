import type { Checkpoint } from '../tlog/checkpoint.ts';
import { NoteError } from '../tlog/note-error.ts';
import { type NoteVerifier, parseVerifierKey } from '../tlog/note-key.ts';
import { openNote } from '../tlog/signed-note.ts';
import { EMPTY_ROOT } from '../tlog/tree-hash.ts';
import {
  type CheckpointFault,
  type FoundNote,
  findNotes,
  judgeNotes,
  notesOfLog,
  retiredSignatures,
} from './checkpoint-notes.ts';
import type { CheckpointMatch } from './checkpoint-walk.ts';
import type { KeyRotation } from './key-rotation.ts';
import { followRotations, type HandOver, trustedThrough } from './key-trail.ts';
import type { RecordedPurge } from './purge-record.ts';
import { unsignedPurge } from './purge-report.ts';
import { treePath } from './tree-file.ts';
import { tailFault } from './unsigned-tail.ts';
import { type Verification, type VerifyOptions, verifyLog } from './verify-log.ts';

/** What can be said of a log, each thing for itself: none of them stands for another. */
export type LogReport = {
  file: string;
  /** False where anything is wrong; what could not be checked is not wrong. */
  ok: boolean;
  integrity: Omit<Verification, 'checkpoints' | 'announced_keys' | 'rotations' | 'purges' | 'ok'> & {
    holds: boolean;
  };
  completeness: {
    checkpoints: number;
    /** Those of them that the lines of the log are held to be. */
    holding: number;
    /** Events that the newest checkpoint that holds covers; 0 without one. */
    covered: number;
    /** Lines of histories that hold no note: a full disk or a crash cut them short. */
    unreadable: number;
    /** Checkpoints over events of which all were purged, and that nothing here can be held against. */
    not_shown: number;
    faults: CheckpointFault[];
  };
  /**
   * `established`: the newest checkpoint that holds is signed by a key that was given. `claimed`: by one that only the log
   * itself names. `unknown`: by none of them, or there is no such checkpoint. A key counts as given where one that was given has
   * handed over to it: `rotations` says how. `foreign`: keys were given, the newest checkpoint is signed by others, and
   * the log does not even say that one given was replaced. Then the log is not what was to be verified: not `ok`.
   */
  signer: {
    status: 'established' | 'claimed' | 'unknown' | 'foreign';
    key?: string;
    /** Events that `key` has signed, by the newest checkpoint of it that holds; what stands behind them it says nothing of. */
    covered?: number;
  };
  /** What the log says of segments that were purged, oldest first. */
  purges: RecordedPurge[];
  /** Each time another key took over, oldest first. */
  rotations: HandOver[];
};

export type ReportOptions = Pick<VerifyOptions, 'onProgress'> & {
  /** Verifier keys from a source that is trusted, `name+id+base64`. */
  keys: readonly NoteVerifier[];
  /** Files with checkpoints that were kept elsewhere: a note each, or a history. */
  checkpointFiles: readonly string[];
};

/**
 * Verifies a log and all checkpoints there are: those beside it, and those given. Rejects where a file that was given
 * cannot be read; whatever is wrong with what is in it is part of the report.
 */
export async function reportLog(file: string, options: ReportOptions): Promise<LogReport> {
  const { notes: found, unreadable, malformed } = await findNotes(file, options.checkpointFiles);
  const {
    checkpoints: allMatches,
    announced_keys,
    rotations,
    purges,
    ok: _,
    ...walk
  } = await verifyLog(file, {
    checkpoints: found.map(({ checkpoint }) => checkpoint),
    ...(options.onProgress && { onProgress: options.onProgress }),
  });
  const notes = notesOfLog(found, walk.origin);
  const own = new Set(notes.map(({ checkpoint }) => checkpoint));
  const matches = allMatches.filter(({ checkpoint }) => own.has(checkpoint));
  const replaced = rotations.flatMap(({ old_key, new_key }) => [old_key, new_key]);
  const claimed = [...announced_keys, ...replaced].flatMap(readKey);
  const known = [...options.keys, ...claimed];
  const { good, faults: againstNotes } = await judgeNotes(file, notes, {
    ...{ matches, origin: walk.origin, known, given: options.keys, rotations },
    ...(walk.first_bad && { brokenAt: walk.first_bad.sequence }),
  });
  const held = good.filter(({ isHeld }) => isHeld);
  const faults = [...againstNotes, ...malformed, ...retiredSignatures(good, rotations)];
  const handOvers = followRotations(rotations, held, options.keys);
  const believed = [
    ...options.keys,
    ...handOvers.flatMap((step) => (step.believed ? readKey(step.new_key) : [])),
  ];
  const vouching = trustedThrough(handOvers, believed).flatMap(readKey);
  const unsigned = unsignedPurge({ ...walk, purges }, { held, believed, vouching });
  if (unsigned !== undefined) faults.push({ source: file, fault: 'purge_unsigned', ...unsigned });
  const bySize = notes.toSorted((a, b) => a.checkpoint.size - b.checkpoint.size);
  const newestHeld = bySize.findLast(({ checkpoint }) => isHeldIn(matches, checkpoint));
  const holds = walk.first_bad === undefined;
  if (holds && faults.length === 0)
    faults.push(...(await unsignedFaults(file, newestHeld?.checkpoint, walk.events)));
  const signer = signerOf({ newest: bySize.at(-1), newestHeld }, { given: believed, claimed, rotations });
  return {
    file,
    ok: holds && faults.length === 0 && signer.status !== 'foreign',
    integrity: { holds, ...walk },
    completeness: {
      checkpoints: notes.length,
      holding: countOf(matches, 'holds'),
      covered: newestHeld?.checkpoint.size ?? 0,
      unreadable,
      not_shown: countOf(matches, 'not_shown'),
      faults,
    },
    signer,
    purges,
    rotations: handOvers,
  };
}

/** The tree may be ahead of a log that is read while it is written, so that alone is no fault here. */
async function unsignedFaults(
  file: string,
  signed: Checkpoint | undefined,
  events: number,
): Promise<CheckpointFault[]> {
  const fault = await tailFault(file, signed ?? { size: 0, root: EMPTY_ROOT }, events);
  if (fault?.changed === undefined) return [];
  const { changed, message } = fault;
  return [{ source: treePath(file), fault: 'tree_differs', message, first_changed: changed }];
}

function isHeldIn(matches: readonly CheckpointMatch[], checkpoint: Checkpoint): boolean {
  return matches.some((match) => match.checkpoint === checkpoint && match.result === 'holds');
}

function countOf(matches: readonly CheckpointMatch[], wanted: CheckpointMatch['result']): number {
  return matches.filter(({ result }) => result === wanted).length;
}

function signerOf(
  { newest, newestHeld }: { newest: FoundNote | undefined; newestHeld: FoundNote | undefined },
  { given, claimed, rotations }: SignerKeys,
): LogReport['signer'] {
  const isOurs = newest === undefined || signerAmong(newest, given) !== undefined;
  if (!isOurs && given.length > 0 && !isReplaced(given, rotations)) {
    const named = signerAmong(newest, claimed);
    return { status: 'foreign', ...(named !== undefined && { key: named }) };
  }
  const established = newestHeld && signerAmong(newestHeld, given);
  const covered = newestHeld?.checkpoint.size ?? 0;
  if (established !== undefined) return { status: 'established', key: established, covered };
  const named = newestHeld && signerAmong(newestHeld, claimed);
  return named === undefined ? { status: 'unknown' } : { status: 'claimed', key: named, covered };
}

type SignerKeys = {
  given: readonly NoteVerifier[];
  claimed: readonly NoteVerifier[];
  rotations: readonly KeyRotation[];
};

/** Whether the log says of a key that was given that another took its place; that may be true, and is not shown. */
function isReplaced(given: readonly NoteVerifier[], rotations: readonly KeyRotation[]): boolean {
  const keys = new Set(given.map(String));
  return rotations.some(({ old_key }) => keys.has(old_key));
}

function signerAmong({ note }: FoundNote, keys: readonly NoteVerifier[]): string | undefined {
  try {
    return openNote(note, keys).signers[0]?.toString();
  } catch (error) {
    if (error instanceof NoteError) return undefined;
    throw error;
  }
}

function readKey(text: string): NoteVerifier[] {
  try {
    return [parseVerifierKey(text)];
  } catch (error) {
    if (error instanceof NoteError) return [];
    throw error;
  }
}
