import { AuditLineError } from './audit-error.ts';
import { checkLine, type LogLink, linkFault } from './event-check.ts';
import { scanLine } from './line-scan.ts';

/**
 * Follows lines that stand in a row, for readers that go on behind one that is not what was written: whether each holds by
 * itself, and follows from the one before. Where it does not, one of the two was changed, or lines are missing between them.
 */
export class LineChain {
  #last: LogLink | undefined;

  /** Takes the next line; the first one, and the one behind a line that does not hold, follow from anything. */
  follows(raw: Buffer): boolean {
    const before = this.#last;
    this.#last = linkOf(raw);
    return this.#last !== undefined && linkFault(this.#last, before) === undefined;
  }
}

function linkOf(raw: Buffer): LogLink | undefined {
  try {
    return scanLine(raw) ?? checkLine(raw);
  } catch (error) {
    if (error instanceof AuditLineError) return undefined;
    throw error;
  }
}
