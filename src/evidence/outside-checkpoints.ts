import { notesInHistory } from '../audit/checkpoint-file.ts';
import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts';
import { NoteError } from '../tlog/note-error.ts';
import type { NoteVerifier } from '../tlog/note-key.ts';
import { openNote, parseNote } from '../tlog/signed-note.ts';
import { type BundleCheck, check, type OutsideCheckpoints } from './bundle-check.ts';

/**
 * Holds checkpoints that were kept elsewhere against the one of a bundle. One over as many events must be the same;
 * whether one over more or fewer goes with it, only the log could show.
 */
export function outsideCheck(
  own: Checkpoint | undefined,
  outside: readonly OutsideCheckpoints[],
  keys: readonly NoteVerifier[],
): BundleCheck {
  const found = outside.flatMap(({ source, text }) =>
    notesIn(text).map((note) => ({ source, ...compare(readNote(note, keys), own) })),
  );
  const faults = found.flatMap(({ source, fault }) => (fault === undefined ? [] : [`${source}: ${fault}`]));
  if (faults.length > 0 || found.some(({ isSame }) => isSame))
    return check(
      'checkpoints',
      faults,
      `the log had the same ${own?.size} events where checkpoints were kept`,
    );
  const message = `none of the ${found.length} given is over as many events as the one here; hold them against the log`;
  return { name: 'checkpoints', result: 'not_shown', message };
}

function notesIn(text: string): string[] {
  return text.startsWith('{') ? notesInHistory(text).notes : [text];
}

function compare(
  found: Checkpoint | string,
  own: Checkpoint | undefined,
): { fault?: string; isSame?: boolean } {
  if (typeof found === 'string') return { fault: found };
  const fault = faultOf(found, own);
  return fault === undefined ? { isSame: found.size === own?.size } : { fault };
}

function faultOf({ origin, size, root }: Checkpoint, own: Checkpoint | undefined): string | undefined {
  if (own === undefined) return undefined;
  if (origin !== own.origin) return `it is of the log ${origin}`;
  return size === own.size && root !== own.root
    ? `the first ${size} events of the log are not those that were signed`
    : undefined;
}

/** A checkpoint, or what is wrong with it. That nobody we know has signed it says nothing against it. */
function readNote(note: string, keys: readonly NoteVerifier[]): Checkpoint | string {
  try {
    const checkpoint = parseCheckpoint(parseNote(note).text);
    if (keys.length > 0) openNote(note, keys);
    return checkpoint;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    return error.code === 'note_unsigned' ? parseCheckpoint(parseNote(note).text) : error.message;
  }
}
