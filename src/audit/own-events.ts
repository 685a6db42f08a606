import type { AuditEvent, EventType } from './event.ts';
import { checkLine } from './event-check.ts';
import { readLogLines } from './log-files.ts';

/**
 * The events of some types in a log, from its oldest file to its end, found by a search through the bytes: a hundred
 * thousand lines take some hundredths of a second. Each is held against its own hash. Throws `AuditLineError`.
 */
export async function* eventsOfTypes(
  auditFile: string,
  types: readonly EventType[],
): AsyncGenerator<AuditEvent, void> {
  const needles = types.map((type) => Buffer.from(`"event_type":"${type}"`));
  for await (const lines of readLogLines(auditFile)) {
    for (const { raw, isWhole } of lines) {
      if (!isWhole || !needles.some((needle) => raw.includes(needle))) continue;
      const event = checkLine(raw);
      // The words may stand in the payload of another event.
      if (types.includes(event.event_type)) yield event;
    }
  }
}
