import { open } from 'node:fs/promises';
import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts';
import { NoteError } from '../tlog/note-error.ts';
import type { NoteVerifier } from '../tlog/note-key.ts';
import { openNote, parseNote } from '../tlog/signed-note.ts';
import { AuditOpenError } from './audit-error.ts';
import { checkpointPaths, findCheckpoint, notesInHistory } from './checkpoint-file.ts';
import { type LogKeys, verifiersOf } from './log-keys.ts';

/** A checkpoint that a log is held against, and where it was found. */
export type Claim = {
  file: string;
  checkpoint: Checkpoint;
  /** One of our keys has signed it, of those that sign or are to sign. */
  isKeyKnown: boolean;
};

export type ClaimSources = {
  auditFile: string;
  origin: string | undefined;
  keys: LogKeys;
  /** A history that is kept elsewhere as well. */
  copy?: string;
};

/** Of a history, the end is read: some hundred checkpoints. */
const HISTORY_TAIL_BYTES = 256 * 1024;

/**
 * What was last signed over a log, by all that tells of it: the newest checkpoint, and the newest by one of our keys where
 * that is another. One file alone is not believed: whoever puts an older checkpoint in its place, or one of a key of his own,
 * would have the log held against that. Newest first; none where nothing was ever signed.
 *
 * Throws `AuditOpenError` `audit_damaged` for a checkpoint that is not to be believed, and for one of another log.
 */
export async function signedClaims(sources: ClaimSources): Promise<Claim[]> {
  const found = (await notesOf(sources)).toSorted((a, b) => b.checkpoint.size - a.checkpoint.size);
  const [newest] = found;
  if (newest === undefined) return [];
  const ours = found.find((note) => isBy(note, verifiersOf(note.checkpoint.origin, sources.keys).signing));
  const claims = ours === undefined || ours === newest ? [newest] : [newest, ours];
  return claims.map((note) => believed(note, sources));
}

type FoundNote = {
  file: string;
  note: string;
  checkpoint: Checkpoint;
  signatures: readonly NoteVerifierName[];
};
type NoteVerifierName = Pick<NoteVerifier, 'name' | 'id'>;

async function notesOf({ auditFile, origin, keys, copy }: ClaimSources): Promise<FoundNote[]> {
  const { latest, history } = checkpointPaths(auditFile);
  const note = await findCheckpoint(latest);
  const beside = await lastNotes(history);
  // A file that is kept elsewhere may have the checkpoints of several logs.
  const elsewhere =
    copy === undefined ? [] : (await lastNotes(copy)).filter((at) => at.checkpoint.origin === origin);
  if (note === undefined) return [...beside, ...elsewhere];
  return [readLatest(latest, note, { auditFile, keys }), ...beside, ...elsewhere];
}

/** The file that every start and every checkpoint replaces whole: nothing in it is there by a crash. */
function readLatest(
  file: string,
  note: string,
  { auditFile, keys }: Pick<ClaimSources, 'auditFile' | 'keys'>,
): FoundNote {
  try {
    const found = readNote(file, note);
    signersAmong(found, keys);
    return found;
  } catch (cause) {
    if (!(cause instanceof NoteError)) throw cause;
    throw notBelieved({ file, auditFile }, cause);
  }
}

function readNote(file: string, note: string): FoundNote {
  const { text, signatures } = parseNote(note);
  return { file, note, checkpoint: parseCheckpoint(text), signatures };
}

/** The notes at the end of a history; of all of it, where none is there. What a crash cut short is no note. */
async function lastNotes(file: string): Promise<FoundNote[]> {
  const tail = await readTail(file, HISTORY_TAIL_BYTES);
  if (tail === undefined) return [];
  const notes = readableNotes(file, tail);
  return notes.length > 0 ? notes : readableNotes(file, (await findCheckpoint(file)) ?? '');
}

function readableNotes(file: string, lines: string): FoundNote[] {
  return notesInHistory(lines).notes.flatMap((note) => {
    try {
      return [readNote(file, note)];
    } catch (error) {
      if (error instanceof NoteError) return [];
      throw error;
    }
  });
}

async function readTail(file: string, length: number): Promise<string | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const bytes = Buffer.alloc(Math.min(size, length));
      await handle.read(bytes, 0, bytes.length, size - bytes.length);
      return bytes.toString('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isBy({ signatures }: FoundNote, keys: readonly NoteVerifier[]): boolean {
  return keys.some(({ name, id }) => signatures.some((line) => line.name === name && line.id === id));
}

/** Who of us has signed a note, by name; throws `note_forged` where the signature of one does not fit. */
function signersAmong(found: FoundNote, keys: LogKeys): { ours: NoteVerifier[]; replaced: NoteVerifier[] } {
  const { signing, retired } = verifiersOf(found.checkpoint.origin, keys);
  const ours = signing.filter((key) => isBy(found, [key]));
  const replaced = retired.filter((key) => isBy(found, [key]));
  if (ours.length + replaced.length > 0) openNote(found.note, [...ours, ...replaced]);
  return { ours, replaced };
}

/**
 * A checkpoint that an unknown key signed says the same of the lines, but not who says so; the key file may have been
 * replaced on purpose. One that our key did not sign although it bears its name and id was made up, and so was one by
 * a key that had been replaced: after a rotation the last one is signed by both.
 */
function believed(found: FoundNote, sources: ClaimSources): Claim {
  const { file, checkpoint } = found;
  const { ours, replaced } = authentic(found, sources);
  if (checkpoint.origin !== sources.origin)
    throw new AuditOpenError('audit_damaged', otherLog(checkpoint, { ...sources, file }));
  if (ours.length > 0 || replaced.length === 0) return { file, checkpoint, isKeyKnown: ours.length > 0 };
  const message = `${file} is signed by ${replaced[0]?.id} alone, a key that was replaced: put back the newest checkpoint of ${sources.auditFile}`;
  throw new AuditOpenError('audit_damaged', message);
}

function authentic(
  found: FoundNote,
  { auditFile, keys }: ClaimSources,
): { ours: NoteVerifier[]; replaced: NoteVerifier[] } {
  try {
    return signersAmong(found, keys);
  } catch (cause) {
    if (!(cause instanceof NoteError)) throw cause;
    throw notBelieved({ file: found.file, auditFile }, cause);
  }
}

function notBelieved(
  { file, auditFile }: { file: string; auditFile: string },
  cause: NoteError,
): AuditOpenError {
  const message = `${file} is not to be believed: ${cause.message}; put back the checkpoint that belongs to ${auditFile}`;
  return new AuditOpenError('audit_damaged', message, { cause });
}

function otherLog(
  { origin, size }: Checkpoint,
  { file, auditFile, origin: own }: ClaimSources & { file: string },
): string {
  if (own !== undefined) return `${file} is of another log: ${origin}, and ${auditFile} is ${own}`;
  return `${auditFile} is missing or holds no event, and ${file} was signed when it had ${size}: put the log back, or move checkpoint, checkpoints.jsonl and tree away to begin a new log`;
}
