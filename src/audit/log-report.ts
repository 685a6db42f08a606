import { readFile } from 'node:fs/promises';
import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts';
import { NoteError } from '../tlog/note-error.ts';
import { type NoteVerifier, parseVerifierKey } from '../tlog/note-key.ts';
import { openNote, parseNote } from '../tlog/signed-note.ts';
import { firstChangedEvent } from './changed-line.ts';
import { checkpointPaths, findCheckpoint, notesInHistory } from './checkpoint-file.ts';
import type { CheckpointMatch } from './checkpoint-walk.ts';
import type { KeyRotation } from './key-rotation.ts';
import { followRotations, type HandOver, type SignedCheckpoint, trustedThrough } from './key-trail.ts';
import { findLogStart, WHOLE_LOG } from './log-start.ts';
import type { RecordedPurge } from './purge-record.ts';
import { unsignedPurge } from './purge-report.ts';
import { type Verification, type VerifyOptions, verifyLog } from './verify-log.ts';

/** Something that a checkpoint has against the log, or that speaks against the checkpoint. */
export type CheckpointFault = {
  /** The file it came from. */
  source: string;
  size?: number;
  fault:
    | 'rewritten'
    | 'lines_missing'
    | 'other_log'
    | 'forged'
    | 'retired_key'
    | 'purge_unsigned'
    | 'malformed';
  message: string;
  /** Where it is `rewritten`: the first event that was changed, as the tree beside the log shows. */
  first_changed?: number;
  /** The same without such a tree: the event is among these, both included, for the checkpoint before them holds. */
  changed_among?: { first: number; last: number };
};

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
  signer: { status: 'established' | 'claimed' | 'unknown' | 'foreign'; key?: string };
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

/** A note before anybody has looked at its signature. */
type FoundNote = { source: string; note: string; checkpoint: Checkpoint };
type FoundNotes = { notes: FoundNote[]; unreadable: number };

/**
 * Verifies a log and all checkpoints there are: those beside it, and those given. Rejects where a file that was given
 * cannot be read; whatever is wrong with what is in it is part of the report.
 */
export async function reportLog(file: string, options: ReportOptions): Promise<LogReport> {
  const faults: CheckpointFault[] = [];
  const { notes, unreadable } = await findNotes(file, options.checkpointFiles, faults);
  const {
    checkpoints: matches,
    announced_keys,
    rotations,
    purges,
    ok: _,
    ...walk
  } = await verifyLog(file, {
    checkpoints: notes.map(({ checkpoint }) => checkpoint),
    ...(options.onProgress && { onProgress: options.onProgress }),
  });
  const results = new Map(matches.map(({ checkpoint, result }) => [checkpoint, result]));
  const changed = await changesIn(file, matches);
  const replaced = rotations.flatMap(({ old_key, new_key }) => [old_key, new_key]);
  const claimed = [...announced_keys, ...replaced].flatMap(readKey);
  const known = [...options.keys, ...claimed];
  const good: SignedCheckpoint[] = [];
  for (const found of notes) {
    const fault = faultOf(found, { origin: walk.origin, result: results.get(found.checkpoint), changed });
    const signers = fault ?? signersOf(found, known);
    if (!Array.isArray(signers)) faults.push(signers);
    else
      good.push({
        ...{ source: found.source, size: found.checkpoint.size, signers },
        isHeld: results.get(found.checkpoint) === 'holds',
      });
  }
  const held = good.filter(({ isHeld }) => isHeld);
  faults.push(...retiredSignatures(good, rotations));
  const handOvers = followRotations(rotations, held, options.keys);
  const believed = [
    ...options.keys,
    ...handOvers.flatMap((step) => (step.believed ? readKey(step.new_key) : [])),
  ];
  const vouching = trustedThrough(handOvers, believed).flatMap(readKey);
  const unsigned = unsignedPurge({ ...walk, purges }, { held, believed, vouching });
  if (unsigned !== undefined) faults.push({ source: file, fault: 'purge_unsigned', ...unsigned });
  const bySize = notes.toSorted((a, b) => a.checkpoint.size - b.checkpoint.size);
  const newestHeld = bySize.findLast(({ checkpoint }) => results.get(checkpoint) === 'holds');
  const holds = walk.first_bad === undefined;
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

function countOf(matches: readonly CheckpointMatch[], wanted: CheckpointMatch['result']): number {
  return matches.filter(({ result }) => result === wanted).length;
}

async function findNotes(
  file: string,
  given: readonly string[],
  faults: CheckpointFault[],
): Promise<FoundNotes> {
  const { latest, history } = checkpointPaths(file);
  const texts = new Map<string, string>();
  for (const path of given) texts.set(path, await readFile(path, 'utf8'));
  for (const path of [latest, history]) {
    const text = await findCheckpoint(path);
    if (text !== undefined) texts.set(path, text);
  }
  const found: FoundNotes = { notes: [], unreadable: 0 };
  for (const [source, text] of texts) {
    const { notes, unreadable } = notesIn(text);
    found.unreadable += unreadable;
    found.notes.push(...notes.flatMap((note) => readNote(source, note, faults) ?? []));
  }
  return found;
}

function readNote(source: string, note: string, faults: CheckpointFault[]): FoundNote | undefined {
  try {
    return { source, note, checkpoint: parseCheckpoint(parseNote(note).text) };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    faults.push({ source, fault: 'malformed', message: error.message });
    return undefined;
  }
}

/** A file holds one note, or a history: a JSON object with a `note` a line. */
function notesIn(text: string): { notes: string[]; unreadable: number } {
  return text.startsWith('{') ? notesInHistory(text) : { notes: [text], unreadable: 0 };
}

/** Where the lines were changed that other checkpoints were signed over; nothing where all hold. */
type Changes = { held: number; first: number | undefined };

async function changesIn(file: string, matches: readonly CheckpointMatch[]): Promise<Changes> {
  const sizes = (result: string) => matches.filter((match) => match.result === result);
  const held = Math.max(0, ...sizes('holds').map(({ checkpoint }) => checkpoint.size));
  const start = (await findLogStart(file)) ?? WHOLE_LOG;
  for (const { checkpoint } of sizes('rewritten').toReversed()) {
    const first = await firstChangedEvent(file, start, checkpoint);
    if (first !== undefined) return { held, first };
  }
  return { held, first: undefined };
}

function rewrittenFault(source: string, size: number, { held, first }: Changes): CheckpointFault {
  const what = `the first ${size} events are not those that were signed`;
  const fault = { source, size, fault: 'rewritten' as const };
  if (first !== undefined && first < size) {
    const message = `${what}: event ${first} is the first that was changed, as the tree beside the log shows`;
    return { ...fault, message, first_changed: first };
  }
  if (held >= size)
    return { ...fault, message: `${what}, and another checkpoint over as many holds: two logs were signed` };
  const among = { first: held, last: size - 1 };
  const message = `${what}: the first that was changed is among events ${among.first} to ${among.last}`;
  return { ...fault, message, changed_among: among };
}

function faultOf(
  { source, checkpoint }: FoundNote,
  { origin, result, changed }: { origin: string | undefined; result: string | undefined; changed: Changes },
): CheckpointFault | undefined {
  const { size } = checkpoint;
  if (origin !== undefined && checkpoint.origin !== origin)
    return { source, size, fault: 'other_log', message: `it is of the log ${checkpoint.origin}` };
  if (result === 'rewritten') return rewrittenFault(source, size, changed);
  if (result === 'lines_missing')
    return { source, size, fault: result, message: `${size} events were signed, and the log has fewer` };
  return undefined;
}

/** Who of those we know has signed a checkpoint; a fault where the signature of one of them does not fit. */
function signersOf({ source, note, checkpoint }: FoundNote, keys: readonly NoteVerifier[]) {
  try {
    return openNote(note, keys).signers.map(String);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    // Unsigned by anyone we know proves nothing, and is said of the signer.
    if (error.code === 'note_unsigned') return [];
    return { source, size: checkpoint.size, fault: 'forged' as const, message: error.message };
  }
}

/** A replaced key signs nothing beyond its end but the checkpoint that hands over. */
function retiredSignatures(good: readonly SignedCheckpoint[], rotations: readonly KeyRotation[]) {
  return rotations.flatMap(({ sequence, old_key, new_key }) =>
    good
      .filter(
        ({ size, signers }) => size > sequence && signers.includes(old_key) && !signers.includes(new_key),
      )
      .map(({ source, size }) => ({
        ...{ source, size, fault: 'retired_key' as const },
        message: `it is signed by ${old_key}, which event ${sequence} had replaced`,
      })),
  );
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
  if (established !== undefined) return { status: 'established', key: established };
  const named = newestHeld && signerAmong(newestHeld, claimed);
  return named === undefined ? { status: 'unknown' } : { status: 'claimed', key: named };
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
