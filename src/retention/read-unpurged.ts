import { AuditLineError } from '../audit/audit-error.ts';
import type { PurgedRange } from '../store/carried-state.ts';
import { PurgedError } from './purged-error.ts';

/** Reads as `read` does; what cannot be read because it was purged meanwhile is told from what is damaged. */
export function readingUnpurged<Span extends { first_sequence: number; last_sequence: number }, Events>(
  read: (span: Span) => Promise<Events>,
  purges: () => Promise<PurgedRange[]>,
): (span: Span) => Promise<Events> {
  return async (span) => {
    try {
      return await read(span);
    } catch (error) {
      const { first_sequence: first, last_sequence: last } = span;
      const isPurged =
        error instanceof AuditLineError && (await purges()).some((range) => range.last >= last);
      throw isPurged ? new PurgedError(`events ${first} to ${last} were purged`) : error;
    }
  };
}
