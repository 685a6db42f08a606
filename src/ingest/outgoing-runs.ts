import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { blobDirectory, blobReference } from '../audit/blob.ts';
import { checkpointPaths, findCheckpoint } from '../audit/checkpoint-file.ts';
import type { AuditEvent } from '../audit/event.ts';
import { parseEvent } from '../audit/event-check.ts';
import { offsetOfEvent } from '../audit/find-line.ts';
import { decodeLine } from '../audit/line-reader.ts';
import { readLogLines } from '../audit/log-files.ts';
import { openTree, type TreeReader } from '../audit/tree-file.ts';
import { BundleArchive } from '../bundles/bundle-archive.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { consistencyProof } from '../tlog/proof.ts';
import { parseNote } from '../tlog/signed-note.ts';
import { digestToBase64 } from '../tlog/tree-hash.ts';

/** One request that hands over a part of a log. */
export type OutgoingRun = {
  body: Buffer;
  /** Events of the log up to the end of it. */
  events: number;
  /** Nothing comes behind it. */
  isHead: boolean;
};

/** What of a log can be handed over: everything under its newest checkpoint. */
export type OutgoingLog = { origin: string; note: string; size: number };

/** The log has no checkpoint, or no tree that leads to it. */
export class OutgoingError extends Error {
  readonly code = 'log_not_signed';
}

/** A request is closed once it has so many bytes. */
const RUN_BYTES = 4 * 1024 * 1024;

/** The newest checkpoint of a log. Nothing is verified here: that is for whoever takes it. */
export async function outgoingLog(auditFile: string): Promise<OutgoingLog> {
  const note = await findCheckpoint(checkpointPaths(auditFile).latest);
  if (note === undefined)
    throw new OutgoingError(`${auditFile} has no checkpoint: only what is signed can be handed over`);
  const { origin, size } = parseCheckpoint(parseNote(note).text);
  return { origin, note, size };
}

/** Requests that hand over a log from an event on, up to its newest checkpoint, each of bounded size. */
export async function* outgoingRuns(
  auditFile: string,
  { note, size }: OutgoingLog,
  { from, runBytes = RUN_BYTES }: { from: number; runBytes?: number },
): AsyncGenerator<OutgoingRun, void> {
  const tree = openTree(auditFile);
  if (tree === undefined)
    throw new OutgoingError(`${auditFile} has no tree beside it: open the log once more`);
  const packing = new Packing(auditFile);
  const closed = (events: number): OutgoingRun => ({
    ...{ body: packing.take(headLine(tree, { note, size, events })), events },
    isHead: events >= size,
  });
  try {
    for await (const { raw, event } of eventsFrom(auditFile, from)) {
      if (event.sequence >= size) break;
      await packing.add(raw, event);
      if (packing.bytes >= runBytes && event.sequence + 1 < size) yield closed(event.sequence + 1);
    }
    yield closed(Math.max(from, size));
  } finally {
    tree.close();
  }
}

function headLine(
  tree: TreeReader,
  { note, size, events }: { note: string; size: number; events: number },
): string {
  const path = events < size ? consistencyProof(events, size, (level, index) => tree.read(level, index)) : [];
  return JSON.stringify({
    checkpoint: note,
    ...(path.length > 0 && { consistency: path.map(digestToBase64) }),
  });
}

async function* eventsFrom(
  auditFile: string,
  from: number,
): AsyncGenerator<{ raw: Buffer; event: AuditEvent }> {
  const offset = await offsetOfEvent(auditFile, from);
  if (offset === undefined) return;
  for await (const lines of readLogLines(auditFile, offset))
    for (const { raw, isWhole } of lines) if (isWhole) yield { raw, event: parseEvent(decodeLine(raw)) };
}

/** Gathers the lines of one request: before an event what it refers to and is not in its line. */
class Packing {
  readonly #auditFile: string;
  readonly #archive: BundleArchive;
  readonly #policies = new Set<string>();
  #lines: Buffer[] = [];
  bytes = 0;

  constructor(auditFile: string) {
    this.#auditFile = auditFile;
    this.#archive = new BundleArchive(join(dirname(auditFile), 'policies'));
  }

  async add(raw: Buffer, event: AuditEvent): Promise<void> {
    const reference = blobReference(event.payload);
    if (reference !== undefined) {
      const name = reference.blob.slice('sha256:'.length);
      const text = await readFile(join(blobDirectory(this.#auditFile), name), 'utf8');
      this.#push(Buffer.from(JSON.stringify({ blob: reference.blob, text })));
    }
    if (event.policy_bundle !== undefined) await this.#addPolicy(event.policy_bundle);
    this.#push(raw);
  }

  take(head: string): Buffer {
    this.#push(Buffer.from(head));
    const body = Buffer.concat(this.#lines);
    this.#lines = [];
    this.bytes = 0;
    return body;
  }

  /** A bundle that is not kept here is missing there as well: the events hold without it. */
  async #addPolicy(version: string): Promise<void> {
    if (this.#policies.has(version)) return;
    this.#policies.add(version);
    const content = await this.#archive.read(version);
    if (content !== undefined) this.#push(Buffer.from(JSON.stringify({ policy: version, content })));
  }

  #push(line: Buffer): void {
    this.#lines.push(line, NEWLINE);
    this.bytes += line.length + 1;
  }
}

const NEWLINE = Buffer.from('\n');
