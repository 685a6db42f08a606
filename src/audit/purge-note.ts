import { NoteError } from '../tlog/note-error.ts';
import type { NoteSigner, NoteVerifier } from '../tlog/note-key.ts';
import { openNote, signNote } from '../tlog/signed-note.ts';
import { digestToBase64 } from '../tlog/tree-hash.ts';
import type { PurgeRecord, RecordedPurge } from './purge-record.ts';

/** No origin is this, so such a note is never taken for a checkpoint. */
const FIRST_LINE = 'aisecops-purge/1';

/**
 * That a segment of a log may be gone, signed by the log's key: a line alone would not do, because whoever can write
 * to the end of a stopped log has it signed by the next start.
 */
export function signPurge(origin: string, record: PurgeRecord, signer: NoteSigner): string {
  return signNote(textOf(origin, record), [signer]);
}

/** Who of `keys` has signed that this segment of this log may be gone; nobody where the note says something else. */
export function purgeSigners(
  origin: string,
  purge: RecordedPurge,
  keys: readonly NoteVerifier[],
): NoteVerifier[] {
  try {
    const { text, signers } = openNote(purge.note, keys);
    return text === textOf(origin, purge) ? signers : [];
  } catch (error) {
    if (error instanceof NoteError) return [];
    throw error;
  }
}

function textOf(origin: string, { first, last, offset, bytes, sha256, end_hash, root }: PurgeRecord): string {
  const lines = [FIRST_LINE, origin, `${first} ${last}`, `${offset} ${bytes}`, sha256, end_hash];
  return `${[...lines, digestToBase64(root)].join('\n')}\n`;
}
