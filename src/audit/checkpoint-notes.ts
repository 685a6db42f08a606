import { readFile } from 'node:fs/promises';
import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts';
import { NoteError } from '../tlog/note-error.ts';
import type { NoteVerifier } from '../tlog/note-key.ts';
import { openNote, parseNote } from '../tlog/signed-note.ts';
import { type EventRange, firstChangedEvent } from './changed-line.ts';
import { checkpointPaths, findCheckpoint, notesInHistory } from './checkpoint-file.ts';
import type { CheckpointMatch } from './checkpoint-walk.ts';
import type { KeyRotation } from './key-rotation.ts';
import { followRotations, type SignedCheckpoint, trustedThrough } from './key-trail.ts';
import { findLogStart, WHOLE_LOG } from './log-start.ts';

/** Something that a checkpoint has against the log, or that speaks against the checkpoint. */
export type CheckpointFault = {
  /** The file it came from. */
  source: string;
  size?: number;
  fault:
    | 'rewritten'
    | 'lines_missing'
    | 'tree_differs'
    | 'other_log'
    | 'forged'
    | 'retired_key'
    | 'purge_unsigned'
    | 'malformed';
  message: string;
  /** Where it is `rewritten` or `tree_differs`: the first event that was changed, as the tree beside the log shows. */
  first_changed?: number;
  /** The same where the tree does not show it: the event is among these, for what is before them holds. */
  changed_among?: EventRange;
};

/** A note before anybody has looked at its signature. */
export type FoundNote = {
  source: string;
  note: string;
  checkpoint: Checkpoint;
  /** From a history that is kept elsewhere: several logs may add to one. */
  isShared?: boolean;
};
type FoundNotes = { notes: FoundNote[]; unreadable: number; malformed: CheckpointFault[] };

/** Checkpoints beside a log, and in files that were given. Rejects where one of these cannot be read. */
export async function findNotes(file: string, given: readonly string[]): Promise<FoundNotes> {
  const { latest, history } = checkpointPaths(file);
  const texts = new Map<string, string>();
  for (const path of given) texts.set(path, await readFile(path, 'utf8'));
  for (const path of [latest, history]) {
    const text = await findCheckpoint(path);
    if (text !== undefined) texts.set(path, text);
  }
  const found: FoundNotes = { notes: [], unreadable: 0, malformed: [] };
  for (const [source, text] of texts)
    takeNotes(found, { source, text, isShared: isHistory(text) && given.includes(source) });
  return found;
}

type Notes = { source: string; text: string; isShared: boolean };

/** One by one: a history that is kept elsewhere has one for each second, which is more than a call takes as arguments. */
function takeNotes(found: FoundNotes, { source, text, isShared }: Notes): void {
  const { notes, unreadable } = notesIn(text);
  found.unreadable += unreadable;
  for (const note of notes) {
    const read = readNote(source, note, found.malformed);
    if (read !== undefined) found.notes.push(isShared ? { ...read, isShared } : read);
  }
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
  return isHistory(text) ? notesInHistory(text) : { notes: [text], unreadable: 0 };
}

function isHistory(text: string): boolean {
  return text.startsWith('{');
}

/** Without what a history that several logs share has of others; one that has nothing of this log is of another. */
export function notesOfLog(notes: readonly FoundNote[], origin: string | undefined): FoundNote[] {
  const isOwn = ({ checkpoint }: FoundNote) => checkpoint.origin === origin;
  const shared = new Set(notes.flatMap((found) => (found.isShared && isOwn(found) ? [found.source] : [])));
  return notes.filter((found) => isOwn(found) || !found.isShared || !shared.has(found.source));
}

/** Where the lines were changed that other checkpoints were signed over; nothing where all hold, or it does not show. */
type Changes = { held: number; among: EventRange | undefined };

/** `speaking`: the checkpoints whose word on that is taken. */
async function changesIn(
  file: string,
  { matches, brokenAt }: Pick<Judging, 'matches' | 'brokenAt'>,
  speaking: ReadonlySet<Checkpoint>,
): Promise<Changes> {
  const found = (result: CheckpointMatch['result']) =>
    matches.filter((match) => match.result === result).map(({ checkpoint }) => checkpoint);
  const heard = (result: CheckpointMatch['result']) =>
    found(result).filter((checkpoint) => speaking.has(checkpoint));
  const held = found('holds').reduce((most, { size }) => Math.max(most, size), 0);
  const start = (await findLogStart(file)) ?? WHOLE_LOG;
  for (const checkpoint of heard('rewritten').toReversed()) {
    const among = await firstChangedEvent(file, start, checkpoint);
    if (among !== undefined) return { held, among };
  }
  for (const checkpoint of heard('not_reached').toReversed()) {
    const among = await firstChangedEvent(file, start, checkpoint, brokenAt);
    if (among !== undefined) return { held, among };
  }
  return { held, among: undefined };
}

function rewrittenFault(
  { source, checkpoint: { size } }: FoundNote,
  { held, among: shown }: Changes,
  isHeard: boolean,
): CheckpointFault {
  const among = isHeard && shown !== undefined && shown.first < size ? shown : undefined;
  const what = `the first ${size} events are not those that were signed`;
  const fault = { source, size, fault: 'rewritten' as const };
  if (among !== undefined && among.first === among.last) {
    const message = `${what}: event ${among.first} is the first that was changed, as the tree beside the log shows`;
    return { ...fault, message, first_changed: among.first };
  }
  if (held >= size)
    return { ...fault, message: `${what}, and another checkpoint over as many holds: two logs were signed` };
  // Whoever has no key can have it say anything.
  if (!isHeard) return { ...fault, message: `${what}, by a key that is not known here` };
  const first = Math.max(held, among?.first ?? 0);
  const last = Math.min(size - 1, among?.last ?? size - 1);
  const message = `${what}: the first that was changed is among events ${first} to ${last}`;
  return { ...fault, message, changed_among: { first, last } };
}

type Standing = {
  origin: string | undefined;
  result: CheckpointMatch['result'] | undefined;
  changed: Changes;
  /** Its word on what was changed is taken. */
  isHeard: boolean;
};

function faultOf(
  found: FoundNote,
  { origin, result, changed, isHeard }: Standing,
): CheckpointFault | undefined {
  const { source, checkpoint } = found;
  const { size } = checkpoint;
  if (origin !== undefined && checkpoint.origin !== origin)
    return { source, size, fault: 'other_log', message: `it is of the log ${checkpoint.origin}` };
  // Where the log stops holding, what stands before that may be what was changed.
  const isShown = isHeard && changed.among !== undefined && changed.among.first < size;
  if (result === 'rewritten' || (result === 'not_reached' && isShown))
    return rewrittenFault(found, changed, isHeard);
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
export function retiredSignatures(good: readonly SignedCheckpoint[], rotations: readonly KeyRotation[]) {
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

/** What was found, held against the log: what nothing speaks against with its signers, and what speaks against the others. */
export async function judgeNotes(
  file: string,
  notes: readonly FoundNote[],
  judging: Judging,
): Promise<{ good: SignedCheckpoint[]; faults: CheckpointFault[] }> {
  const { matches, origin, known } = judging;
  const results = new Map(matches.map(({ checkpoint, result }) => [checkpoint, result]));
  const signers = new Map(notes.map((found) => [found.checkpoint, signersOf(found, known)]));
  const signed = notes.flatMap(({ source, checkpoint }): SignedCheckpoint[] => {
    const by = signers.get(checkpoint) ?? [];
    const isHeld = results.get(checkpoint) === 'holds';
    return Array.isArray(by) ? [{ source, size: checkpoint.size, signers: by, isHeld }] : [];
  });
  const heard = new Set(heardKeys(signed, judging));
  const isHeard = (by: ReturnType<typeof signersOf> | undefined) =>
    Array.isArray(by) && by.some((signer) => heard.has(signer));
  const speaking = new Set([...signers].flatMap(([checkpoint, by]) => (isHeard(by) ? [checkpoint] : [])));
  const changed = await changesIn(file, judging, speaking);
  const [good, faults]: [SignedCheckpoint[], CheckpointFault[]] = [[], []];
  for (const found of notes) {
    const { source, checkpoint } = found;
    const result = results.get(checkpoint);
    const standing = { origin, result, changed, isHeard: speaking.has(checkpoint) };
    const by = faultOf(found, standing) ?? signers.get(checkpoint) ?? [];
    if (!Array.isArray(by)) faults.push(by);
    else good.push({ source, size: checkpoint.size, signers: by, isHeld: result === 'holds' });
  }
  return { good, faults };
}

/** Keys whose word is taken on what was changed: those given and all that hangs on them, or those the log names. */
function heardKeys(signed: readonly SignedCheckpoint[], { known, given, rotations }: Judging): string[] {
  if (given.length === 0) return known.map(String);
  const steps = followRotations(
    rotations,
    signed.filter(({ isHeld }) => isHeld),
    given,
  );
  const next = steps.flatMap(({ believed, new_key }) => (believed ? [new_key] : []));
  return trustedThrough(steps, [...given, ...next]);
}

/** How the checkpoints stand to the log, of which log they must be, and who may have signed them. */
type Judging = {
  matches: readonly CheckpointMatch[];
  origin: string | undefined;
  /** Keys that were given, and those that the log names. */
  known: readonly NoteVerifier[];
  given: readonly NoteVerifier[];
  rotations: readonly KeyRotation[];
  /** The event at which the log stops holding. */
  brokenAt?: number;
};
