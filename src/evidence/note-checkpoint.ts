import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts';
import { NoteError } from '../tlog/note-error.ts';
import { parseNote } from '../tlog/signed-note.ts';

/** What a note says as a checkpoint, whoever signed it; nothing where it is none. */
export function checkpointOf(note: string): Checkpoint | undefined {
  try {
    return parseCheckpoint(parseNote(note).text);
  } catch (error) {
    if (error instanceof NoteError) return undefined;
    throw error;
  }
}
