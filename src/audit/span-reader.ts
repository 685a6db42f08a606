import { AuditLineError, placed } from './audit-error.ts';
import { blobDirectory, blobReference, loadBlob } from './blob.ts';
import { checkedEvent } from './checked-event.ts';
import type { AuditEvent } from './event.ts';
import { linesOf } from './line-reader.ts';
import { placeOf } from './log-files.ts';
import type { LogReader } from './log-reader.ts';

/**
 * The events in a span of whole lines, as a `CommittedGroup` names it; payloads that were moved to a blob are
 * back in their place.
 *
 * Each line's own hash is checked, its links to other lines are not. Throws `AuditLineError` when the span is
 * not what was committed there or cannot be read.
 */
export async function readSpan(log: LogReader, span: LineSpan): Promise<AuditEvent[]> {
  const lines = await readSpanLines(log, span);
  return Promise.all(
    lines.map(({ event }) =>
      withPayload(log.auditFile, event).catch((error) => {
        throw placed(error, { sequence: event.sequence, where: log.auditFile });
      }),
    ),
  );
}

/** Where whole lines stand in the log, and the event that the first of them is. */
export type LineSpan = { offset: number; bytes: number; first_sequence: number };

/** The same with the exact lines; what was moved to a blob is not put back. */
export async function readSpanLines(
  log: LogReader,
  { offset, bytes, first_sequence }: LineSpan,
): Promise<{ raw: Buffer; event: AuditEvent }[]> {
  const at = (byte: number) => placeOf(log.auditFile, byte);
  const span = await log.read(offset, bytes).catch(async (error) => {
    throw placed(error, { sequence: first_sequence, where: await at(offset) });
  });
  const lines: { raw: Buffer; event: AuditEvent }[] = [];
  let end = offset;
  for (const { raw, isWhole } of linesOf({ bytes: span, offset })) {
    if (!isWhole) break;
    try {
      lines.push({ raw, event: checkedEvent(raw) });
    } catch (error) {
      throw placed(error, { sequence: first_sequence + lines.length, where: await at(end) });
    }
    end += raw.length + 1;
  }
  if (end !== offset + bytes) {
    const torn = new AuditLineError('torn_tail', `the log has no whole lines at byte ${offset}`);
    throw placed(torn, { sequence: first_sequence + lines.length, where: await at(end) });
  }
  return lines;
}

/** The event with its payload in place of the blob it was moved to. Throws `AuditLineError` for a bad blob. */
export async function withPayload(file: string, event: AuditEvent): Promise<AuditEvent> {
  const reference = blobReference(event.payload);
  if (reference === undefined) return event;
  return { ...event, payload: await loadBlob(blobDirectory(file), reference) };
}
