import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts';
import { inclusionProof } from '../tlog/proof.ts';
import { parseNote } from '../tlog/signed-note.ts';
import { formatProof } from '../tlog/tlog-proof.ts';
import { levelsOf } from '../tlog/tree-frontier.ts';
import { type Digest, leafHash } from '../tlog/tree-hash.ts';
import { AuditLineError } from './audit-error.ts';
import { readLogLines } from './log-files.ts';
import { findLogStart, frontierAt, type LogStart, WHOLE_LOG } from './log-start.ts';

/**
 * The proof that an event stands in the log that a checkpoint was signed over, as text (c2sp.org/tlog-proof): whoever
 * has it, the line of the event and the key needs nothing else of us. Reads the log once and keeps only what the proof
 * is made of.
 *
 * Throws `RangeError` where the checkpoint does not cover the event or it was purged, `AuditLineError` where the log is not what was
 * signed, and `NoteError` for a text that is no checkpoint. Its signature is not looked at here.
 */
export async function proveEvent(file: string, sequence: number, note: string): Promise<string> {
  const checkpoint = parseCheckpoint(parseNote(note).text);
  if (sequence >= checkpoint.size)
    throw new RangeError(
      `the checkpoint covers ${checkpoint.size} events, and ${sequence} is not among them`,
    );
  const start = (await findLogStart(file)) ?? WHOLE_LOG;
  if (sequence < start.sequence)
    throw new RangeError(`the events before ${start.sequence} were purged, and ${sequence} is among them`);
  const wanted = new Map<string, Digest>();
  // A first run only says which subtrees the proof needs.
  inclusionProof(sequence, checkpoint.size, (level, index) => {
    wanted.set(`${level}/${index}`, '');
    return '';
  });
  await collect(file, { ...checkpoint, start }, wanted);
  const path = inclusionProof(
    sequence,
    checkpoint.size,
    (level, index) => wanted.get(`${level}/${index}`) ?? '',
  );
  return formatProof({ index: sequence, path, checkpoint: note });
}

type Signed = Checkpoint & { start: LogStart };

async function collect(
  file: string,
  { size, root, start }: Signed,
  wanted: Map<string, Digest>,
): Promise<void> {
  const tree = frontierAt(start);
  if (tree.size > size)
    throw new RangeError(`the checkpoint covers ${size} events, and all of them were purged`);
  takePurged(start, wanted);
  for await (const lines of readLogLines(file)) {
    for (const { raw, isWhole } of lines) {
      if (tree.size === size || !isWhole) break;
      tree.append(leafHash(raw), (level, index, digest) => {
        const key = `${level}/${index}`;
        if (wanted.has(key)) wanted.set(key, digest);
      });
    }
    if (tree.size === size) break;
  }
  if (tree.size < size)
    throw new AuditLineError('torn_tail', `the log has ${tree.size} events; ${size} were signed`);
  if (tree.root() !== root)
    throw new AuditLineError('hash_mismatch', `the first ${size} events are not those that were signed`);
}

/** Of what was purged, a way from a later leaf touches only the largest complete subtrees. */
function takePurged({ sequence, purge }: LogStart, wanted: Map<string, Digest>): void {
  let end = 0;
  for (const [position, level] of levelsOf(sequence).entries()) {
    end += 2 ** level;
    const key = `${level}/${end / 2 ** level - 1}`;
    if (wanted.has(key)) wanted.set(key, purge?.frontier[position] ?? '');
  }
}
