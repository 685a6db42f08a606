import { checkedEvent } from './checked-event.ts';
import type { AuditEvent } from './event.ts';
import { placedIn, readLogLines } from './log-files.ts';
import { withPayload } from './span-reader.ts';

/**
 * The events of a log between two bytes, where lines begin, each with the byte behind it; payloads that were moved to a
 * blob are back in their place. Throws `AuditLineError` for a line that does not hold, with its place.
 */
export async function* readEvents(
  auditFile: string,
  from: number,
  to: number,
): AsyncGenerator<{ event: AuditEvent; end: number }, void> {
  let last: number | undefined;
  for await (const lines of readLogLines(auditFile, from, to)) {
    for (const { raw, offset, isWhole } of lines) {
      if (!isWhole) continue;
      const event = await readEvent(auditFile, raw).catch(async (error) => {
        throw await placedIn(auditFile, error, { offset, after: last });
      });
      last = event.sequence;
      yield { event, end: offset + raw.length + 1 };
    }
  }
}

async function readEvent(auditFile: string, raw: Buffer): Promise<AuditEvent> {
  return withPayload(auditFile, checkedEvent(raw));
}
