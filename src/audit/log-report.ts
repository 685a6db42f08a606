import { readFile } from 'node:fs/promises';
import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts';
import { NoteError } from '../tlog/note-error.ts';
import { type NoteVerifier, parseVerifierKey } from '../tlog/note-key.ts';
import { openNote, parseNote } from '../tlog/signed-note.ts';
import { checkpointPaths, findCheckpoint, notesInHistory } from './checkpoint-file.ts';
import { type Verification, type VerifyOptions, verifyLog } from './verify-log.ts';

/** Something that a checkpoint has against the log, or that speaks against the checkpoint. */
export type CheckpointFault = {
  /** The file it came from. */
  source: string;
  size?: number;
  fault: 'rewritten' | 'lines_missing' | 'other_log' | 'forged' | 'malformed';
  message: string;
};

/** What can be said of a log, each thing for itself: none of them stands for another. */
export type LogReport = {
  file: string;
  /** False where anything is wrong; what could not be checked is not wrong. */
  ok: boolean;
  integrity: Omit<Verification, 'checkpoints' | 'announced_keys' | 'ok'> & { holds: boolean };
  completeness: {
    checkpoints: number;
    /** Events that the newest checkpoint covers; 0 without one. */
    covered: number;
    /** Lines of histories that hold no note: a full disk or a crash cut them short. */
    unreadable: number;
    faults: CheckpointFault[];
  };
  /**
   * `established`: the newest checkpoint is signed by a key that was given. `claimed`: by one that only the log itself
   * names. `unknown`: by none of them, or there is no checkpoint.
   */
  signer: { status: 'established' | 'claimed' | 'unknown'; key?: string };
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
    ok: _,
    ...walk
  } = await verifyLog(file, {
    checkpoints: notes.map(({ checkpoint }) => checkpoint),
    ...(options.onProgress && { onProgress: options.onProgress }),
  });
  const results = new Map(matches.map(({ checkpoint, result }) => [checkpoint, result]));
  const claimed = announced_keys.flatMap(readKey);
  for (const found of notes) {
    const fault = faultOf(found, { origin: walk.origin, result: results.get(found.checkpoint) });
    const forged = fault ?? forgery(found, [...options.keys, ...claimed]);
    if (forged !== undefined) faults.push(forged);
  }
  const newest = notes.toSorted((a, b) => a.checkpoint.size - b.checkpoint.size).at(-1);
  const holds = walk.first_bad === undefined;
  return {
    file,
    ok: holds && faults.length === 0,
    integrity: { holds, ...walk },
    completeness: {
      checkpoints: notes.length,
      covered: newest?.checkpoint.size ?? 0,
      unreadable,
      faults,
    },
    signer: signerOf(newest, { given: options.keys, claimed }),
  };
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

function faultOf(
  { source, checkpoint }: FoundNote,
  { origin, result }: { origin: string | undefined; result: string | undefined },
): CheckpointFault | undefined {
  const { size } = checkpoint;
  if (origin !== undefined && checkpoint.origin !== origin)
    return { source, size, fault: 'other_log', message: `it is of the log ${checkpoint.origin}` };
  if (result === 'rewritten')
    return {
      source,
      size,
      fault: result,
      message: `the first ${size} events are not those that were signed`,
    };
  if (result === 'lines_missing')
    return { source, size, fault: result, message: `${size} events were signed, and the log has fewer` };
  return undefined;
}

function forgery({ source, note, checkpoint }: FoundNote, keys: readonly NoteVerifier[]) {
  try {
    openNote(note, keys);
    return undefined;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    // Unsigned by anyone we know proves nothing, and is said of the signer.
    if (error.code === 'note_unsigned') return undefined;
    return { source, size: checkpoint.size, fault: 'forged' as const, message: error.message };
  }
}

function signerOf(
  newest: FoundNote | undefined,
  { given, claimed }: { given: readonly NoteVerifier[]; claimed: readonly NoteVerifier[] },
): LogReport['signer'] {
  const established = newest && signerAmong(newest, given);
  if (established !== undefined) return { status: 'established', key: established };
  const named = newest && signerAmong(newest, claimed);
  return named === undefined ? { status: 'unknown' } : { status: 'claimed', key: named };
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
