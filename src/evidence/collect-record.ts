import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blobDirectory, blobReference } from '../audit/blob.ts';
import { checkpointPaths, findCheckpoint } from '../audit/checkpoint-file.ts';
import type { AuditEvent } from '../audit/event.ts';
import { openTree } from '../audit/tree-file.ts';
import type { JsonObject } from '../json/value.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { coverOf } from '../tlog/cover.ts';
import { inclusionProof, type SubtreeReader } from '../tlog/proof.ts';
import { parseNote } from '../tlog/signed-note.ts';
import { formatProof } from '../tlog/tlog-proof.ts';
import type { Digest } from '../tlog/tree-hash.ts';
import type { EvidenceRecord, Subject, Ways } from './record.ts';

/** Events with their exact lines, as the log has them. */
export type RecordLines = EvidenceRecord['lines'];

/** Gathers what speaks for events beside their lines: blobs, bundles, checkpoint and proofs, all from files of the log. */
export async function collectRecord(
  auditFile: string,
  { subject, lines, asWritten }: { subject: Subject; lines: RecordLines; asWritten: readonly AuditEvent[] },
  policy: (version: string) => Promise<JsonObject | undefined>,
): Promise<EvidenceRecord> {
  const blobs = new Map<string, Buffer>();
  for (const { payload } of asWritten) {
    const reference = blobReference(payload);
    if (reference === undefined) continue;
    const name = reference.blob.slice('sha256:'.length);
    blobs.set(name, await readFile(join(blobDirectory(auditFile), name)));
  }
  const policies = new Map<string, JsonObject>();
  for (const version of new Set(asWritten.flatMap(({ policy_bundle }) => policy_bundle ?? []))) {
    const content = await policy(version);
    if (content !== undefined) policies.set(version, content);
  }
  const record: EvidenceRecord = { subject, lines, blobs, policies };
  const proof = await proofOf(auditFile, record);
  return proof === undefined ? record : { ...record, proof };
}

/** The newest checkpoint, and the way to it from each event that it covers. */
async function proofOf(
  auditFile: string,
  { subject, lines }: EvidenceRecord,
): Promise<EvidenceRecord['proof'] | undefined> {
  const checkpoint = await findCheckpoint(checkpointPaths(auditFile).latest);
  if (checkpoint === undefined) return undefined;
  const { size, root } = parseCheckpoint(parseNote(checkpoint).text);
  const tree = openTree(auditFile);
  try {
    // Without a tree that says what was signed, nothing ties the events to the checkpoint: it would only look as if.
    if (tree?.rootAt(size) !== root) return undefined;
    const read = remembering((level, index) => tree.read(level, index));
    const covered = lines.map(({ event }) => event.sequence).filter((sequence) => sequence < size);
    const ways: Ways =
      subject.kind === 'period'
        ? { cover: coverOf(covered, size, read) }
        : { proofs: proofsOf(covered, { size, read, checkpoint }) };
    return { checkpoint, ways };
  } finally {
    tree?.close();
  }
}

function proofsOf(
  indexes: readonly number[],
  { size, read, checkpoint }: { size: number; read: SubtreeReader; checkpoint: string },
): Map<number, string> {
  const proofs = indexes.map((index): [number, string] => [
    index,
    formatProof({ index, path: inclusionProof(index, size, read), checkpoint }),
  ]);
  return new Map(proofs);
}

/** Neighbours share most of their way, so most digests are read once. */
function remembering(read: SubtreeReader): SubtreeReader {
  const known = new Map<string, Digest>();
  return (level, index) => {
    const place = `${level}/${index}`;
    const digest = known.get(place) ?? read(level, index);
    known.set(place, digest);
    return digest;
  };
}
