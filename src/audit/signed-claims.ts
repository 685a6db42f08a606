import { open } from 'node:fs/promises';
import { ifThere } from '../disk/if-there.ts';
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

/** A history is read from its end, so many bytes at a time: some hundred checkpoints. */
const HISTORY_PART_BYTES = 256 * 1024;

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
  const beside = await lastNotes(history, () => true);
  // A file that is kept elsewhere may have the checkpoints of several logs, and end with many of another.
  const isOwn = (found: FoundNote) => found.checkpoint.origin === origin;
  const elsewhere = copy === undefined || origin === undefined ? [] : await lastNotes(copy, isOwn);
  if (note === undefined) return [...beside, ...elsewhere];
  return [readLatest(latest, note, { auditFile, keys }), ...beside, ...elsewhere];
}

/** The file that every start and every checkpoint replaces whole: nothing in it is there by a crash. */
function readLatest(
  file: string,
  note: string,
  { auditFile, keys }: Pick<ClaimSources, 'auditFile' | 'keys'>,
): FoundNote {
  return orNotBelieved({ file, auditFile }, () => {
    const found = readNote(file, note);
    signersAmong(found, keys);
    return found;
  });
}

function readNote(file: string, note: string): FoundNote {
  const { text, signatures } = parseNote(note);
  return { file, note, checkpoint: parseCheckpoint(text), signatures };
}

/**
 * The notes at the end of a history that are `wanted`: of the last part that has one. What a crash cut short is no note, and
 * none where the file is not there.
 */
async function lastNotes(file: string, wanted: (found: FoundNote) => boolean): Promise<FoundNote[]> {
  for await (const lines of partsFromEnd(file)) {
    const notes = readableNotes(file, lines).filter(wanted);
    if (notes.length > 0) return notes;
  }
  return [];
}

/** The lines of a file in parts, the last part first; a line is in the part in which it begins. */
async function* partsFromEnd(file: string): AsyncGenerator<string, void> {
  const handle = await ifThere(open(file, 'r'));
  if (handle === undefined) return;
  try {
    let rest = Buffer.alloc(0);
    for (let { size: end } = await handle.stat(); end > 0; ) {
      const bytes = Buffer.alloc(Math.min(end, HISTORY_PART_BYTES));
      end -= bytes.length;
      await handle.read(bytes, 0, bytes.length, end);
      const all = Buffer.concat([bytes, rest]);
      const begin = end === 0 ? 0 : all.indexOf(NEWLINE) + 1;
      rest = all.subarray(0, begin);
      yield all.toString('utf8', begin);
    }
  } finally {
    await handle.close();
  }
}

const NEWLINE = 10;

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
  const { auditFile, keys } = sources;
  const { ours, replaced } = orNotBelieved({ file, auditFile }, () => signersAmong(found, keys));
  if (checkpoint.origin !== sources.origin)
    throw new AuditOpenError('audit_damaged', otherLog(checkpoint, { ...sources, file }));
  if (ours.length > 0 || replaced.length === 0) return { file, checkpoint, isKeyKnown: ours.length > 0 };
  const message = `${file} is signed by ${replaced[0]?.id} alone, a key that was replaced: put back the newest checkpoint of ${auditFile}`;
  throw new AuditOpenError('audit_damaged', message);
}

function orNotBelieved<T>({ file, auditFile }: { file: string; auditFile: string }, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof NoteError)) throw cause;
    const message = `${file} is not to be believed: ${cause.message}; put back the checkpoint that belongs to ${auditFile}`;
    throw new AuditOpenError('audit_damaged', message, { cause });
  }
}

function otherLog(
  { origin, size }: Checkpoint,
  { file, auditFile, origin: own }: ClaimSources & { file: string },
): string {
  if (own !== undefined) return `${file} is of another log: ${origin}, and ${auditFile} is ${own}`;
  return `${auditFile} is missing or holds no event, and ${file} was signed when it had ${size}: put the log back, or move checkpoint, checkpoints.jsonl and tree away to begin a new log`;
}
