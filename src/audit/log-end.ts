import { parseEvent } from './event-check.ts';
import { MAX_LINE_BYTES } from './event-line.ts';
import { decodeLine } from './line-reader.ts';
import { logFiles } from './log-files.ts';
import { LogReader } from './log-reader.ts';

/** Where the whole lines of a log end: the sequence that comes next, and the byte. */
export type WholeEnd = { nextSequence: number; size: number };

/** The end of a log as it stands on disk; what is behind the last newline is left aside. Throws `AuditLineError`. */
export async function findLogEnd(auditFile: string): Promise<WholeEnd> {
  const last = (await logFiles(auditFile)).at(-1);
  if (last === undefined) return { nextSequence: 0, size: 0 };
  const end = last.offset + last.size;
  const tail = await new LogReader(auditFile).readBefore(end, 2 * (MAX_LINE_BYTES + 1));
  const newline = tail.lastIndexOf(10);
  if (newline < 0) return { nextSequence: Math.max(0, last.sequence), size: last.offset };
  const line = tail.subarray(tail.lastIndexOf(10, newline - 1) + 1, newline);
  const { sequence } = parseEvent(decodeLine(line));
  return { nextSequence: sequence + 1, size: end - (tail.length - newline - 1) };
}
