import { parseJson } from '../json/parse-json.ts';
import type { AuditEvent } from './event.ts';
import { checkLine } from './event-check.ts';
import { decodeLine } from './line-reader.ts';
import { scanLine } from './line-scan.ts';

/**
 * The event of a line, checked as `checkLine` does and in less than half of its time: what the walk over its bytes lets
 * through is an event that holds. Throws `AuditLineError`.
 */
export function checkedEvent(raw: Buffer): AuditEvent {
  if (scanLine(raw) === undefined) return checkLine(raw);
  return parseJson(decodeLine(raw)) as unknown as AuditEvent;
}
