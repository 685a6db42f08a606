import { NoteError } from './note-error.ts';
import { type Digest, digestFromBase64, digestToBase64 } from './tree-hash.ts';

/** The head of a log's tree: what its signature commits to. */
export type Checkpoint = { origin: string; size: number; root: Digest };

/** The text of the note that a checkpoint is (c2sp.org/tlog-checkpoint): origin, size, root, a line each. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  // A newline in the origin would make another checkpoint of it.
  if (origin === '' || /[\r\n]/.test(origin))
    throw new NoteError('note_malformed', 'the origin of a checkpoint is one line');
  return `${origin}\n${size}\n${digestToBase64(root)}\n`;
}

/** Reads the text of a checkpoint's note; lines after the third are passed over. Throws `note_malformed`. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = '', ...extensions] = text.endsWith('\n')
    ? text.slice(0, -1).split('\n')
    : [];
  const digest = digestFromBase64(root);
  if (origin === '' || digest === undefined || extensions.includes(''))
    throw new NoteError('note_malformed', 'this is not a checkpoint: origin, size and root, a line each');
  return { origin, size: parseCount(size), root: digest };
}

/** A number of leaves, or the index of one, in its only spelling. Throws `note_malformed`. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text) || !Number.isSafeInteger(count))
    throw new NoteError('note_malformed', `"${text.slice(0, 30)}" is not a number of leaves`);
  return count;
}
