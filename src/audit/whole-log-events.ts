import { AuditLineError } from './audit-error.ts';
import type { AuditEvent, EventType } from './event.ts';
import { checkLine } from './event-check.ts';
import type { RawLine } from './line-reader.ts';
import { readLogLines } from './log-files.ts';
import { findLogStart, WHOLE_LOG } from './log-start.ts';
import { LogWalk } from './log-walk.ts';

/**
 * The events of some types in a log, for whoever has to know that there are no others: every line of the log is held against its hash and the
 * chains, and nothing that was changed passes for a line of another kind. Blobs are not read.
 */
export async function* eventsOfWholeLog(
  auditFile: string,
  types: readonly EventType[],
): AsyncGenerator<AuditEvent, void> {
  const walk = new LogWalk(auditFile, (await findLogStart(auditFile)) ?? WHOLE_LOG, { checksBlobs: false });
  let number = 0;
  for await (const lines of readLogLines(auditFile)) {
    for (const line of lines) {
      number += 1;
      const { event_type } = await taken(walk, line, number);
      if (types.includes(event_type as EventType)) yield checkLine(line.raw);
    }
  }
  const fault = walk.faultAtEnd();
  if (fault !== undefined) throw new AuditLineError(fault.reason, `${auditFile}: ${fault.message}`);
}

async function taken(walk: LogWalk, line: RawLine, number: number): Promise<{ event_type: string }> {
  try {
    return await walk.next(line);
  } catch (error) {
    if (!(error instanceof AuditLineError)) throw error;
    throw new AuditLineError(error.reason, `line ${number} of the log does not hold: ${error.message}`);
  }
}
