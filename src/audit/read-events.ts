import { checkedEvent } from './checked-event.ts';
import type { AuditEvent } from './event.ts';
import { readLogLines } from './log-files.ts';
import { withPayload } from './span-reader.ts';

/**
 * The events of a log between two bytes, where lines begin, each with the byte behind it; payloads that were moved to a
 * blob are back in their place. Throws `AuditLineError` for a line that does not hold.
 */
export async function* readEvents(
  auditFile: string,
  from: number,
  to: number,
): AsyncGenerator<{ event: AuditEvent; end: number }, void> {
  for await (const lines of readLogLines(auditFile, from, to)) {
    for (const { raw, offset, isWhole } of lines) {
      if (!isWhole) continue;
      yield { event: await withPayload(auditFile, checkedEvent(raw)), end: offset + raw.length + 1 };
    }
  }
}
