import { AuditLineError } from './audit-error.ts';
import { blobDirectory, blobReference, loadBlob } from './blob.ts';
import { checkedEvent } from './checked-event.ts';
import type { AuditEvent } from './event.ts';
import type { LogReader } from './log-reader.ts';

/**
 * The events in a span of whole lines, as a `CommittedGroup` names it; payloads that were moved to a blob are
 * back in their place.
 *
 * Each line's own hash is checked, its links to other lines are not. Throws `AuditLineError` when the span is
 * not what was committed there or cannot be read.
 */
export async function readSpan(log: LogReader, offset: number, bytes: number): Promise<AuditEvent[]> {
  const lines = await readSpanLines(log, offset, bytes);
  return Promise.all(lines.map(({ event }) => withPayload(log.auditFile, event)));
}

/** The same with the exact lines; what was moved to a blob is not put back. */
export async function readSpanLines(
  log: LogReader,
  offset: number,
  bytes: number,
): Promise<{ raw: Buffer; event: AuditEvent }[]> {
  const span = await log.read(offset, bytes);
  const lines: { raw: Buffer; event: AuditEvent }[] = [];
  let start = 0;
  for (let end = span.indexOf(10); end >= 0; end = span.indexOf(10, start)) {
    const raw = span.subarray(start, end);
    lines.push({ raw, event: checkedEvent(raw) });
    start = end + 1;
  }
  if (start !== bytes) throw new AuditLineError('torn_tail', `the log has no whole lines at byte ${offset}`);
  return lines;
}

/** The event with its payload in place of the blob it was moved to. Throws `AuditLineError` for a bad blob. */
export async function withPayload(file: string, event: AuditEvent): Promise<AuditEvent> {
  const reference = blobReference(event.payload);
  if (reference === undefined) return event;
  return { ...event, payload: await loadBlob(blobDirectory(file), reference) };
}
