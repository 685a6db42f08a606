import { hash as digest } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { AuditLineError, AuditOpenError } from './audit-error.ts';
import type { AuditEvent, TraceHead } from './event.ts';
import type { LogEnd } from './event-chain.ts';
import { ChainCheck, checkLine } from './event-check.ts';
import { MAX_LINE_BYTES, NO_HASH } from './event-line.ts';

/** How much of the end is verified at start: no batch that a crash could have torn reaches further back. */
const CHECKED_BYTES = 1024 * 1024;

/** How every file starts that this log may repair. */
const FIRST_BYTES = Buffer.from('{"event_id":"');

/** Bytes that a crash left after the last whole line, and the file they were moved to. */
export type TornTail = { recovered_size: number; torn_bytes: number; torn_hash: string; torn_file: string };

/** What was found at start. */
export type FoundLog = {
  end: LogEnd;
  /** Absent: the log has no event yet. */
  origin?: string;
  torn?: TornTail;
  /** Last events of the traces seen in the checked part. */
  heads: ReadonlyMap<string, TraceHead>;
};

/**
 * Finds the end of the log behind `fd`, and makes it one from which the chain can go on.
 *
 * Only what a crash leaves is repaired: bytes after the last newline, or NUL bytes at the end, are copied to
 * `<file>.torn-<offset>` and cut off; both are durable when this returns. Any other bad line in the last 1 MiB,
 * or a first line that opens no log, throws `audit_damaged` and changes nothing.
 */
export function recoverLog(fd: number, file: string): FoundLog {
  const size = fstatSync(fd).size;
  const goodSize = wholeLinesEnd(fd, size);
  if (goodSize === 0) assertOwnBeginning(fd, size, file);
  const origin = goodSize === 0 ? undefined : readOrigin(fd, goodSize, file);
  const chain = checkTail(fd, goodSize, file);
  const found: FoundLog = { end: endOf(chain.last, goodSize), heads: chain.heads };
  if (origin !== undefined) found.origin = origin;
  const torn = goodSize < size ? cutTail(fd, file, { from: goodSize, to: size }) : unnotedTail(file, size);
  if (torn !== undefined) found.torn = torn;
  return found;
}

function endOf(last: AuditEvent | undefined, size: number): LogEnd {
  if (last === undefined) return { sequence: 0, hash: NO_HASH, size, lastMs: 0 };
  return { sequence: last.sequence + 1, hash: last.hash, size, lastMs: Date.parse(last.timestamp) };
}

/** Where the last whole line ends, NUL bytes at the end left aside; 0 when there is none. */
function wholeLinesEnd(fd: number, size: number): number {
  let end = size;
  let isInNuls = true;
  while (end > 0) {
    const start = Math.max(0, end - CHECKED_BYTES);
    const chunk = readRange(fd, start, end);
    let length = chunk.length;
    while (isInNuls && length > 0 && chunk[length - 1] === 0) length -= 1;
    if (length > 0) isInNuls = false;
    const newline = length === 0 ? -1 : chunk.lastIndexOf(10, length - 1);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}

/** A file without a whole line is ours only if a crash cut its very first line, or left NUL bytes. */
function assertOwnBeginning(fd: number, size: number, file: string): void {
  const start = readRange(fd, 0, Math.min(size, FIRST_BYTES.length));
  const isOurs = start.equals(FIRST_BYTES.subarray(0, start.length)) || start.every((byte) => byte === 0);
  if (!isOurs) throw new AuditOpenError('audit_damaged', `${file} is not an audit log: it is left as it is`);
}

function readOrigin(fd: number, goodSize: number, file: string): string {
  const start = readRange(fd, 0, Math.min(goodSize, MAX_LINE_BYTES + 1));
  const newline = start.indexOf(10);
  try {
    const first = checkLine(newline < 0 ? start : start.subarray(0, newline));
    const origin = first.payload?.['origin'];
    if (new ChainCheck(true).next(first) === undefined && typeof origin === 'string') return origin;
  } catch (cause) {
    throw damaged(file, 0, cause);
  }
  throw new AuditOpenError('audit_damaged', `the first event of ${file} (sequence 0) does not open a log`);
}

/** Verifies the whole lines of the last 1 MiB, and how they hang together. */
function checkTail(fd: number, goodSize: number, file: string): ChainCheck {
  const from = Math.max(0, goodSize - CHECKED_BYTES);
  const window = readRange(fd, from, goodSize);
  const chain = new ChainCheck(from === 0);
  let start = from === 0 ? 0 : window.indexOf(10) + 1;
  for (let end = window.indexOf(10, start); end >= 0; end = window.indexOf(10, start)) {
    checkNext(chain, window.subarray(start, end), { file, offset: from + start });
    start = end + 1;
  }
  if (chain.last === undefined && goodSize > 0) {
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
  const message = `${file}: the event at byte ${offset}${after} is damaged: ${cause.reason}: ${cause.message}`;
  return new AuditOpenError('audit_damaged', message, { cause });
}

/** Keeps the torn bytes in a file of their own, durable before they leave the log. */
function cutTail(fd: number, file: string, range: { from: number; to: number }): TornTail {
  const bytes = readRange(fd, range.from, range.to);
  const tornFile = keepTorn(tornName(file, range.from), bytes);
  syncDirectory(dirname(file));
  ftruncateSync(fd, range.from);
  fdatasyncSync(fd);
  return tornTail(tornFile, range.from, bytes);
}

/** What an earlier start cut off here, if a crash kept it from writing the event that says so. */
function unnotedTail(file: string, size: number): TornTail | undefined {
  const tornFile = tornName(file, size);
  return existsSync(tornFile) ? tornTail(tornFile, size, readFileSync(tornFile)) : undefined;
}

function tornName(file: string, offset: number): string {
  return `${file}.torn-${offset}`;
}

function tornTail(tornFile: string, offset: number, bytes: Buffer): TornTail {
  return {
    recovered_size: offset,
    torn_bytes: bytes.length,
    torn_hash: `sha256:${digest('sha256', bytes, 'hex')}`,
    torn_file: basename(tornFile),
  };
}

/** Writes the torn bytes beside the log. What an earlier start kept under that name is never overwritten. */
function keepTorn(path: string, bytes: Buffer): string {
  for (let attempt = 1; ; attempt += 1) {
    const candidate = attempt === 1 ? path : `${path}.${attempt}`;
    if (existsSync(candidate)) {
      if (readFileSync(candidate).equals(bytes)) return candidate;
      continue;
    }
    const fd = openSync(candidate, 'wx', 0o640);
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    return candidate;
  }
}

/** Makes the names in a directory durable. */
export function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function readRange(fd: number, from: number, to: number): Buffer {
  const buffer = Buffer.alloc(to - from);
  let done = 0;
  while (done < buffer.length) {
    const count = readSync(fd, buffer, done, buffer.length - done, from + done);
    if (count === 0) break;
    done += count;
  }
  return buffer.subarray(0, done);
}
