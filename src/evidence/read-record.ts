import { AuditLineError } from '../audit/audit-error.ts';
import { blobReference } from '../audit/blob.ts';
import type { AuditEvent } from '../audit/event.ts';
import { checkLine } from '../audit/event-check.ts';
import { NO_HASH } from '../audit/event-line.ts';
import { linesOf } from '../audit/line-reader.ts';
import { canonicalHash } from '../json/canonical.ts';
import { parseJson } from '../json/parse-json.ts';
import type { JsonObject } from '../json/value.ts';
import type { Subtree } from '../tlog/cover.ts';
import { digestFromBase64 } from '../tlog/tree-hash.ts';
import { sha256 } from './bundle-files.ts';
import type { EvidenceRecord, Subject, Ways } from './record.ts';

/** A record as it was read from the files of a bundle, and everything about it that does not hold. */
export type ReadRecord = { record: EvidenceRecord; faults: string[] };

/** Reads the record that stands in a bundle. What is wrong is told of, never passed over and never thrown. */
export function readRecord(subject: Subject, files: ReadonlyMap<string, Buffer>): ReadRecord {
  const faults: string[] = [];
  const blobs = filesBelow(files, 'blobs/');
  const lines = readLines(files.get('events.jsonl') ?? Buffer.alloc(0), { subject, blobs, faults });
  const policies = new Map<string, JsonObject>();
  for (const [name, content] of filesBelow(files, 'policy/')) readPolicy(name, content, { policies, faults });
  const record: EvidenceRecord = { subject, lines, blobs, policies };
  const checkpoint = files.get('proof/checkpoint')?.toString('utf8');
  if (checkpoint === undefined) return { record, faults };
  return { record: { ...record, proof: { checkpoint, ways: waysIn(files, faults) } }, faults };
}

function waysIn(files: ReadonlyMap<string, Buffer>, faults: string[]): Ways {
  const cover = files.get('proof/cover.json');
  if (cover !== undefined) {
    const subtrees = subtreesIn(cover);
    if (subtrees === undefined) faults.push('proof/cover.json is no list of subtrees');
    return { cover: subtrees ?? [] };
  }
  const proofs = new Map<number, string>();
  for (const [name, content] of filesBelow(files, 'proof/')) {
    const sequence = /^(0|[1-9]\d*)\.tlog-proof$/.exec(name)?.[1];
    if (sequence !== undefined) proofs.set(Number(sequence), content.toString('utf8'));
  }
  return { proofs };
}

function subtreesIn(content: Buffer): Subtree[] | undefined {
  try {
    const { subtrees } = JSON.parse(content.toString('utf8')) as { subtrees: unknown[] };
    return subtrees.map((entry) => {
      const [level, index, text] = entry as [number, number, string];
      const digest = digestFromBase64(text);
      if (!Number.isSafeInteger(level) || !Number.isSafeInteger(index) || digest === undefined)
        throw new TypeError('no subtree');
      return { level, index, digest };
    });
  } catch {
    return undefined;
  }
}

function filesBelow(files: ReadonlyMap<string, Buffer>, directory: string): Map<string, Buffer> {
  const found = [...files].filter(([name]) => name.startsWith(directory));
  return new Map(found.map(([name, content]) => [name.slice(directory.length), content]));
}

type Reading = { subject: Subject; blobs: ReadonlyMap<string, Buffer>; faults: string[] };
type Line = EvidenceRecord['lines'][number];
/** Where the link is missing, nobody can say what it was: the events before were purged. */
type Head = { trace_sequence: number; hash: string | undefined };

function readLines(text: Buffer, reading: Reading): Line[] {
  const lines: Line[] = [];
  const heads = new Map<string, Head>();
  const found = linesOf({ bytes: text, offset: 0 });
  for (const { raw } of found.filter(({ isWhole }) => isWhole)) {
    const event = readLine(raw, lines.length + 1, reading);
    if (event === undefined) continue;
    const fault = orderFault(event, lines.at(-1)?.event) ?? linkFault(event, heads, reading.subject);
    if (fault !== undefined) reading.faults.push(`event ${event.sequence}: ${fault}`);
    lines.push({ raw, event: withBlob(event, reading) });
  }
  if (found.at(-1)?.isWhole === false) reading.faults.push('events.jsonl ends within a line');
  if (lines.length === 0 && reading.subject.kind === 'trace')
    reading.faults.push('events.jsonl has no event');
  return lines;
}

function readLine(raw: Buffer, line: number, { faults }: Reading): AuditEvent | undefined {
  try {
    return checkLine(raw);
  } catch (error) {
    if (!(error instanceof AuditLineError)) throw error;
    faults.push(`line ${line} of events.jsonl: ${error.reason}: ${error.message}`);
    return undefined;
  }
}

function orderFault({ sequence }: AuditEvent, before: AuditEvent | undefined): string | undefined {
  return before === undefined || sequence > before.sequence
    ? undefined
    : `it stands behind event ${before.sequence}: events are doubled or moved`;
}

/** How an event hangs on the one of its trace before it. `heads` learns of it. */
function linkFault(event: AuditEvent, heads: Map<string, Head>, subject: Subject): string | undefined {
  const { trace_id = '', hash } = event;
  if (subject.kind === 'trace' && trace_id !== subject.trace_id) return `it is of the trace ${trace_id}`;
  const before = heads.get(trace_id) ?? headBefore(trace_id, subject);
  const expected = before.trace_sequence + 1;
  heads.set(trace_id, { trace_sequence: event.trace_sequence ?? expected, hash });
  if (event.trace_sequence !== expected)
    return `trace_sequence is ${event.trace_sequence} where ${expected} was to come: events are missing, doubled or moved`;
  const isLinked = before.hash === undefined || event.trace_prev_hash === before.hash;
  return isLinked ? undefined : 'it does not follow from the one before it';
}

function headBefore(traceId: string, { purged = {} }: Subject): Head {
  const gone = Object.hasOwn(purged, traceId) ? (purged[traceId] ?? 0) : 0;
  return { trace_sequence: gone - 1, hash: gone > 0 ? undefined : NO_HASH };
}

function withBlob(event: AuditEvent, { blobs, faults }: Reading): AuditEvent {
  const reference = blobReference(event.payload);
  if (reference === undefined) return event;
  const name = reference.blob.slice('sha256:'.length);
  const content = blobs.get(name);
  if (content === undefined || sha256(content) !== name || content.length !== reference.bytes) {
    faults.push(
      `event ${event.sequence}: blobs/${name} ${content === undefined ? 'is missing' : 'is not what it is named for'}`,
    );
    return event;
  }
  return { ...event, payload: parseJson(content.toString('utf8')) as JsonObject };
}

function readPolicy(
  name: string,
  content: Buffer,
  { policies, faults }: { policies: Map<string, JsonObject>; faults: string[] },
): void {
  const version = `sha256:${name.replace(/\.json$/, '')}`;
  try {
    const value = parseJson(content.toString('utf8')) as JsonObject;
    if (canonicalHash(value) === version) policies.set(version, value);
    else faults.push(`policy/${name} is not the bundle it is named for`);
  } catch {
    faults.push(`policy/${name} is no JSON`);
  }
}
