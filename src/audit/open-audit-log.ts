import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, constants as open, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ActiveFile } from './active-file.ts';
import { AuditOpenError } from './audit-error.ts';
import type { OpenedAuditLog } from './audit-log.ts';
import type { EventGroup } from './event.ts';
import { EventChain, FORMAT } from './event-chain.ts';
import { type FileIo, nodeFileIo, syncDirectory } from './file-io.ts';
import { type FoundLog, findLog } from './find-log.ts';
import { type LogLimits, LogWriter, type OnCommit } from './log-writer.ts';
import { PendingBytes } from './pending-bytes.ts';
import { setTornAside, type TornTail } from './torn-tail.ts';
import { TraceHeads } from './trace-heads.ts';
import { acquireWriterLock, type WriterLock } from './writer-lock.ts';

const DEFAULT_LIMITS: LogLimits = {
  maxWaitingEvents: 4_096,
  maxWaitingBytes: 64 * 1024 * 1024,
  maxBatchGroups: 256,
  maxBatchBytes: 1024 * 1024,
  maxTraceHeads: 10_000,
  maxSegmentBytes: 1024 * 1024 * 1024,
};

/** A name that can stand in a signed checkpoint: printable ASCII without space and plus. */
const ORIGIN = /^[!-*,-~]{1,128}$/;

/** A log as it was found. Without origin it has no event yet. */
export type LogStand = { origin: string | undefined; events: number; size: number };

export type AuditLogOptions = {
  /** Path of the log, usually `audit/events.jsonl`; its directory is created. */
  file: string;
  /** Names a new log; an existing one keeps the name it has. Default: one made up at random. */
  origin?: string;
  /** Milliseconds since 1970. */
  clock: () => number;
  /**
   * Called once a batch, in the order of the log, when it is durable and before it is answered. The next batch
   * waits for it. MUST bring the index up to date: if it fails, the batch is answered as durable, and the log is
   * broken from then on. Events that opening itself writes are not passed here; they are found by reading on
   * from where the index stands.
   */
  onCommit: OnCommit;
  /**
   * Called with what was found while nothing is written yet, nor can another process write. What it throws refuses
   * the log and leaves it as it is.
   */
  accept?: (found: LogStand) => Promise<void>;
  limits?: Partial<LogLimits>;
  io?: FileIo;
};

/** What opening found and did. */
export type AuditRecovery = {
  isNew: boolean;
  /** Events that were there before opening added its own. */
  kept_events: number;
  /** Bytes of an unfinished write that were set aside; noted in the log as `audit_recovered`. */
  torn?: TornTail;
};

/**
 * Opens a log for appending, and keeps every other process from doing so until it is closed.
 *
 * A new log starts with `log_opened`. What a crash left at the end is set aside and noted as `audit_recovered`.
 * Throws `AuditOpenError`: `audit_locked`, `audit_damaged`, `audit_unwritable` or `origin_invalid`.
 */
export async function openAuditLog(options: AuditLogOptions): Promise<Opened> {
  const { file, origin } = options;
  if (origin !== undefined && !ORIGIN.test(origin)) {
    throw new AuditOpenError(
      'origin_invalid',
      'an origin is printable ASCII without space and plus, up to 128 long',
    );
  }
  const lock = await orUnwritable(file, () => lockOf(file));
  try {
    const found = await orUnwritable(file, () => findLog(file));
    await options.accept?.({ origin: found.origin, events: found.end.sequence, size: found.end.size });
    return await orUnwritable(file, () => start(options, found, () => lock.release()));
  } catch (cause) {
    lock.release();
    throw cause;
  }
}

function lockOf(file: string): WriterLock {
  makeDirectory(dirname(resolve(file)));
  return acquireWriterLock(file);
}

/** A log that is durable in a directory whose name is not would be gone with it. */
function makeDirectory(directory: string): void {
  const first = mkdirSync(directory, { recursive: true, mode: 0o750 });
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) syncDirectory(dirname(made));
}

async function orUnwritable<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof AuditOpenError) throw cause;
    const message = `the audit log ${file} cannot be opened for writing: ${messageOf(cause)}`;
    throw new AuditOpenError('audit_unwritable', message, { cause });
  }
}

type Opened = { log: OpenedAuditLog; recovery: AuditRecovery };

async function start(options: AuditLogOptions, found: FoundLog, release: () => void): Promise<Opened> {
  const fd = openSync(options.file, open.O_RDWR | open.O_CREAT, 0o640);
  try {
    syncDirectory(dirname(options.file));
    return await takeUp(options, { found, fd, release });
  } catch (cause) {
    closeSync(fd);
    throw cause;
  }
}

/** Sets aside what is torn, sets the writer to work, and notes what the log has to say of its opening. */
async function takeUp(
  options: AuditLogOptions,
  { found, fd, release }: { found: FoundLog; fd: number; release: () => void },
): Promise<Opened> {
  const { file, clock, io = nodeFileIo } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const torn = setTornAside(fd, file, found.tail);
  // A crash may have come between writing whole lines and syncing them, and the next checkpoint covers them.
  if (!found.isFileNew) await io.sync(fd);
  const heads = new TraceHeads(limits.maxTraceHeads);
  const pending = new PendingBytes(limits.maxBatchBytes);
  for (const [traceId, head] of found.heads) heads.restore(traceId, head);
  const origin = found.origin ?? options.origin ?? `aisecops-interceptor/${randomUUID()}`;
  let isOpening = true;
  const log = new LogWriter({
    origin,
    file,
    active: new ActiveFile(
      { path: file, fd, sequence: found.firstSequence, offset: found.end.segmentStart, size: found.end.size },
      io,
    ),
    chain: new EventChain(found.end, clock, { heads, pending }),
    pending,
    heads,
    limits,
    onCommit: (groups, leaves) => (isOpening ? undefined : options.onCommit(groups, leaves)),
    release,
  });
  if (found.origin === undefined) await log.append(event('log_opened', { origin, format: FORMAT }));
  // A crash came between the closing of a segment and the first line of the next file.
  else if (found.isFileNew)
    await log.append(event('segment_opened', { origin, format: FORMAT, offset: found.end.size }));
  if (torn !== undefined) await log.append(event('audit_recovered', torn));
  isOpening = false;
  const recovery: AuditRecovery = { isNew: found.origin === undefined, kept_events: found.end.sequence };
  if (torn !== undefined) recovery.torn = torn;
  return { log, recovery };
}

function event(
  type: 'log_opened' | 'segment_opened' | 'audit_recovered',
  payload: Record<string, unknown>,
): EventGroup {
  return { context: {}, events: [{ event_type: type, payload }] };
}

function messageOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}
