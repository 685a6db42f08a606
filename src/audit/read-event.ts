import { parseJson } from '../json/parse-json.ts';
import type { AuditEvent } from './event.ts';
import { checkLine } from './event-check.ts';
import { decodeLine } from './line-reader.ts';
import { scanLine } from './line-scan.ts';
import { readLogLines } from './log-files.ts';
import { withPayload } from './span-reader.ts';

/**
 * The event of a line, checked as `checkLine` does and in a third of its time, with its payload in place of the blob it
 * was moved to. Answers at once where nothing has to be fetched. Throws `AuditLineError`.
 */
export function readEvent(auditFile: string, raw: Buffer): AuditEvent | Promise<AuditEvent> {
  // What the scan lets through is an event that holds and that refers to no blob.
  if (scanLine(raw) !== undefined) return parseJson(decodeLine(raw)) as unknown as AuditEvent;
  return withPayload(auditFile, checkLine(raw));
}

/** The events of a log between two bytes, where lines begin, each with the byte behind it. Throws as `readEvent`. */
export async function* readEvents(
  auditFile: string,
  from: number,
  to: number,
): AsyncGenerator<{ event: AuditEvent; end: number }, void> {
  for await (const lines of readLogLines(auditFile, from, to)) {
    for (const { raw, offset, isWhole } of lines) {
      if (isWhole) yield { event: await readEvent(auditFile, raw), end: offset + raw.length + 1 };
    }
  }
}
