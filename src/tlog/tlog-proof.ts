import { parseCount } from './checkpoint.ts';
import { NoteError } from './note-error.ts';
import { type Digest, digestFromBase64, digestToBase64 } from './tree-hash.ts';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** Levels of a tree with as many leaves as a count can say. */
const MAX_PATH = 53;

/** That a record stands in a log: its place, the way to the root, and the checkpoint that is the root's. */
export type TlogProof = { index: number; path: readonly Digest[]; checkpoint: string };

/** The text form of a proof (c2sp.org/tlog-proof). `checkpoint` is the signed note as it is. */
export function formatProof({ index, path, checkpoint }: TlogProof): string {
  return [FIRST_LINE, `index ${index}`, ...path.map(digestToBase64), '', checkpoint].join('\n');
}

/** Reads the text form of a proof and verifies nothing; an `extra` line is passed over. Throws `note_malformed`. */
export function parseProof(text: string): TlogProof {
  const split = text.indexOf('\n\n');
  const [first, ...lines] = split < 0 ? [] : text.slice(0, split).split('\n');
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const index = lines.shift();
  if (first !== FIRST_LINE || index?.startsWith('index ') !== true || lines.length > MAX_PATH)
    throw new NoteError('note_malformed', `this is not a proof: it has no first line "${FIRST_LINE}"`);
  return {
    index: parseCount(index.slice('index '.length)),
    path: lines.map(parseDigest),
    checkpoint: text.slice(split + 2),
  };
}

function parseDigest(line: string): Digest {
  const digest = digestFromBase64(line);
  if (digest === undefined)
    throw new NoteError('note_malformed', `"${line.slice(0, 60)}" is not the base64 of a digest`);
  return digest;
}
