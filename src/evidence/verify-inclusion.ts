import type { Checkpoint } from '../tlog/checkpoint.ts';
import { rootOfCover, type Subtree } from '../tlog/cover.ts';
import { NoteError } from '../tlog/note-error.ts';
import { type NoteVerifier, parseVerifierKey } from '../tlog/note-key.ts';
import { rootOfInclusion } from '../tlog/proof.ts';
import { openNote } from '../tlog/signed-note.ts';
import { parseProof } from '../tlog/tlog-proof.ts';
import { leafHash } from '../tlog/tree-hash.ts';
import { type BundleCheck, check, jsonOf } from './bundle-check.ts';
import { checkpointOf } from './note-checkpoint.ts';
import type { EvidenceRecord } from './record.ts';

/** Whether the events are in the log that somebody has signed, and who has. */
export function inclusionChecks(
  record: EvidenceRecord,
  keys: readonly NoteVerifier[],
  files: ReadonlyMap<string, Buffer>,
): BundleCheck[] {
  const { proof, lines } = record;
  if (proof === undefined) {
    const message = 'there is no checkpoint, so nothing ties the events to a log';
    return [
      { name: 'inclusion', result: 'not_shown', message },
      { name: 'signer', result: 'not_shown', message },
    ];
  }
  const checkpoint = checkpointOf(proof.checkpoint);
  if (checkpoint === undefined) return [check('inclusion', ['proof/checkpoint is no checkpoint'], '')];
  const { faults, proven } =
    'cover' in proof.ways
      ? byCover(lines, proof.ways.cover, checkpoint)
      : byProofs(lines, proof.ways.proofs, { checkpoint, note: proof.checkpoint });
  const { origin, size } = checkpoint;
  const inclusion = check(
    'inclusion',
    faults,
    `${proven} of ${lines.length} events are in the log ${origin} as it was signed with ${size} events`,
  );
  if (inclusion.result === 'holds' && proven < lines.length) inclusion.result = 'not_shown';
  return [inclusion, signer(proof.checkpoint, keys, files)];
}

type Shown = { faults: string[]; proven: number };
type Lines = EvidenceRecord['lines'];

function byProofs(
  lines: Lines,
  proofs: ReadonlyMap<number, string>,
  log: { checkpoint: Checkpoint; note: string },
): Shown {
  // An event behind the checkpoint has none. One before its end that has none was never in that log, or its proof was taken away.
  const covered = lines.filter(({ event }) => event.sequence < log.checkpoint.size);
  const faults = covered.flatMap(({ raw, event: { sequence } }) => {
    const proof = proofs.get(sequence);
    if (proof === undefined)
      return [
        `event ${sequence} is before the end of the checkpoint, and has no proof that it is in the log`,
      ];
    const isShown = isIncluded(proof, { raw, sequence, ...log });
    return isShown ? [] : [`the proof of event ${sequence} does not lead to the signed root`];
  });
  const behind = lines.filter(({ event: { sequence } }) => sequence >= log.checkpoint.size);
  for (const { event } of behind.filter(({ event }) => proofs.has(event.sequence)))
    faults.push(`event ${event.sequence} is behind the checkpoint, and has a proof of it`);
  return { faults, proven: covered.length };
}

function byCover(lines: Lines, cover: readonly Subtree[], { size, root }: Checkpoint): Shown {
  const covered = lines.filter(({ event }) => event.sequence < size);
  const leaves = new Map(covered.map(({ raw, event }) => [event.sequence, leafHash(raw)]));
  const isShown = rootOfCover(size, leaves, cover) === root;
  return { faults: isShown ? [] : ['the events do not lead to the signed root'], proven: covered.length };
}

function isIncluded(
  text: string,
  {
    raw,
    sequence,
    checkpoint,
    note,
  }: { raw: Buffer; sequence: number; checkpoint: Checkpoint; note: string },
): boolean {
  try {
    const { index, path, checkpoint: own } = parseProof(text);
    const { size, root } = checkpoint;
    return (
      index === sequence &&
      own === note &&
      rootOfInclusion({ index, size, leaf: leafHash(raw), path }) === root
    );
  } catch (error) {
    if (error instanceof NoteError) return false;
    throw error;
  }
}

function signer(
  note: string,
  keys: readonly NoteVerifier[],
  files: ReadonlyMap<string, Buffer>,
): BundleCheck {
  const claimed = claimedKey(files);
  try {
    const { signers } = openNote(note, keys.length > 0 ? keys : claimed);
    const [first] = signers;
    if (keys.length > 0)
      return { name: 'signer', result: 'holds', message: `the checkpoint is signed by ${first}` };
    const message = `not established: proof/keys.json claims ${first}; give the key with --key if you have it from elsewhere`;
    return { name: 'signer', result: 'not_shown', message };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    if (error.code !== 'note_unsigned') return { name: 'signer', result: 'broken', message: error.message };
    // Whoever gives a key wants to know that it has signed: then another signature speaks against the bundle.
    if (keys.length === 0) return { name: 'signer', result: 'not_shown', message: error.message };
    const message = `${error.message}; where the key was replaced since, give the one that took its place`;
    return { name: 'signer', result: 'broken', message };
  }
}

function claimedKey(files: ReadonlyMap<string, Buffer>): NoteVerifier[] {
  const { log } = Object(jsonOf(files.get('proof/keys.json'))) as { log?: unknown };
  if (typeof log !== 'string') return [];
  try {
    return [parseVerifierKey(log)];
  } catch (error) {
    if (error instanceof NoteError) return [];
    throw error;
  }
}
