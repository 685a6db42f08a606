import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AuditLineError, WAY_OUT } from '../audit/audit-error.ts';
import { blobDirectory, blobReference } from '../audit/blob.ts';
import { checkpointPaths, findCheckpoint } from '../audit/checkpoint-file.ts';
import type { AuditEvent } from '../audit/event.ts';
import { openTree } from '../audit/tree-file.ts';
import type { JsonObject } from '../json/value.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { coverOf, rootOfCover } from '../tlog/cover.ts';
import { inclusionProof, rootOfInclusion, type SubtreeReader } from '../tlog/proof.ts';
import { parseNote } from '../tlog/signed-note.ts';
import { formatProof } from '../tlog/tlog-proof.ts';
import { type Digest, leafHash } from '../tlog/tree-hash.ts';
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

/**
 * The newest checkpoint, and the way to it from each event that it covers. Without a tree that says what was signed, nothing
 * ties the events to the checkpoint: it would only look as if. Throws `AuditLineError` for an event that the tree shows to be
 * another than was signed: nobody may take it for the record.
 */
async function proofOf(
  auditFile: string,
  { subject, lines }: EvidenceRecord,
): Promise<EvidenceRecord['proof'] | undefined> {
  const checkpoint = await findCheckpoint(checkpointPaths(auditFile).latest);
  if (checkpoint === undefined) return undefined;
  const { size, root } = parseCheckpoint(parseNote(checkpoint).text);
  const tree = openTree(auditFile);
  try {
    if (tree?.rootAt(size) !== root) return undefined;
    const signed = { size, root, read: remembering((level, index) => tree.read(level, index)) };
    const covered = lines.filter(({ event }) => event.sequence < size);
    const ways =
      subject.kind === 'period' ? coverWay(covered, signed) : proofsWay(covered, signed, checkpoint);
    if (ways !== undefined) return { checkpoint, ways };
    assertNoneChanged(covered, signed);
    return undefined;
  } finally {
    tree?.close();
  }
}

type SignedTree = { size: number; root: Digest; read: SubtreeReader };

/** One cover for all; nothing where it does not lead to the root. */
function coverWay(covered: RecordLines, { size, root, read }: SignedTree): Ways | undefined {
  const leaves = new Map(covered.map(({ raw, event }) => [event.sequence, leafHash(raw)]));
  const cover = coverOf([...leaves.keys()], size, read);
  return rootOfCover(size, leaves, cover) === root ? { cover } : undefined;
}

/** A proof for each; nothing where one does not lead to the root. */
function proofsWay(covered: RecordLines, signed: SignedTree, checkpoint: string): Ways | undefined {
  const proofs = new Map<number, string>();
  for (const { raw, event } of covered) {
    const { sequence: index } = event;
    const path = inclusionProof(index, signed.size, signed.read);
    if (!isSigned(leafHash(raw), { index, path }, signed)) return undefined;
    proofs.set(index, formatProof({ index, path, checkpoint }));
  }
  return { proofs };
}

/** Where a leaf leads to the root, and the line is no such leaf, the line is what was changed; else the tree is damaged. */
function assertNoneChanged(covered: RecordLines, signed: SignedTree): void {
  for (const { raw, event } of covered) {
    const { sequence: index } = event;
    const [leaf, path] = [signed.read(0, index), inclusionProof(index, signed.size, signed.read)];
    if (leafHash(raw) === leaf || !isSigned(leaf, { index, path }, signed)) continue;
    const message = `event ${index} is not the one that was signed. ${WAY_OUT}`;
    throw new AuditLineError('hash_mismatch', message, { sequence: index });
  }
}

function isSigned(
  leaf: Digest,
  { index, path }: { index: number; path: readonly Digest[] },
  { size, root }: SignedTree,
): boolean {
  return rootOfInclusion({ index, size, leaf, path }) === root;
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
