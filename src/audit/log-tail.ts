import { readSync } from 'node:fs';
import { AuditLineError, AuditOpenError, WAY_OUT } from './audit-error.ts';
import type { AuditEvent } from './event.ts';
import { ChainCheck, checkLine } from './event-check.ts';
import { MAX_LINE_BYTES, NO_HASH } from './event-line.ts';
import { linesOf } from './line-reader.ts';

/** How much of the end is verified at start: no batch that a crash could have torn reaches further back. */
export const CHECKED_BYTES = 1024 * 1024;

/** A file of a log whose whole lines end at byte `size`; `offset` are the bytes of the log before it. */
export type WholeLines = { fd: number; file: string; offset: number; size: number };

/** The first event of a file that has whole lines. Throws `audit_damaged` where its line does not hold. */
export function readFirstEvent({ fd, file, size }: Omit<WholeLines, 'offset'>): AuditEvent {
  const start = readRange(fd, 0, Math.min(size, MAX_LINE_BYTES + 1));
  const newline = start.indexOf(10);
  try {
    return checkLine(newline < 0 ? start : start.subarray(0, newline));
  } catch (cause) {
    throw damaged(file, 0, cause);
  }
}

/** Verifies the whole lines of the last 1 MiB, and how they hang together. Throws `audit_damaged`. */
export function checkTail({ fd, file, offset, size }: WholeLines): ChainCheck {
  const from = Math.max(0, size - CHECKED_BYTES);
  const window = readRange(fd, from, size);
  const chain = new ChainCheck(offset + from === 0 ? { sequence: 0, hash: NO_HASH } : undefined);
  const lines = linesOf({ bytes: window, offset: from }).filter(({ isWhole }) => isWhole);
  // What the window begins with may be the end of a line.
  for (const { raw, offset: at } of from === 0 ? lines : lines.slice(1))
    checkNext(chain, raw, { file, offset: at });
  if (chain.last === undefined && size > 0) {
    throw new AuditOpenError('audit_damaged', `${file} ends in a line of more than ${CHECKED_BYTES} bytes`);
  }
  return chain;
}

function checkNext(chain: ChainCheck, raw: Buffer, where: { file: string; offset: number }): void {
  let event: AuditEvent;
  try {
    event = checkLine(raw);
  } catch (cause) {
    const after = chain.last === undefined ? '' : `, after event ${chain.last.sequence}`;
    throw damaged(where.file, where.offset, cause, after);
  }
  const fault = chain.next(event);
  if (fault === undefined) return;
  const name = `event ${event.sequence} (${event.event_id}) at byte ${where.offset}`;
  throw new AuditOpenError(
    'audit_damaged',
    `${where.file}: ${name} does not follow the one before it: ${fault}`,
  );
}

function damaged(file: string, offset: number, cause: unknown, after = ''): unknown {
  if (!(cause instanceof AuditLineError)) return cause;
  const message = `${file}: the event at byte ${offset}${after} is damaged: ${cause.reason}: ${cause.message}. ${WAY_OUT}`;
  return new AuditOpenError('audit_damaged', message, { cause });
}

export function readRange(fd: number, from: number, to: number): Buffer {
  const buffer = Buffer.alloc(to - from);
  let done = 0;
  while (done < buffer.length) {
    const count = readSync(fd, buffer, done, buffer.length - done, from + done);
    if (count === 0) break;
    done += count;
  }
  return buffer.subarray(0, done);
}
