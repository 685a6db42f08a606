import type { Checkpoint } from '../tlog/checkpoint.ts';
import { AuditLineError, type LineFault } from './audit-error.ts';
import { type CheckpointMatch, CheckpointWalk } from './checkpoint-walk.ts';
import type { AuditEvent } from './event.ts';
import type { ChainLink } from './event-check.ts';
import { type KeyRotation, rotationOf } from './key-rotation.ts';
import { readLogLines } from './log-files.ts';
import { findLogStart, WHOLE_LOG } from './log-start.ts';
import { LogWalk } from './log-walk.ts';
import { purgeOf, type RecordedPurge } from './purge-record.ts';

/** What a walk over the whole log found. */
export type Verification = {
  ok: boolean;
  /** Events that hold, from the start up to the first that does not; those that were purged are counted. */
  events: number;
  /** Of these, so many are gone from the beginning; what the log says of them is in `purges`. */
  purged_events: number;
  /** Absent when the log is empty. */
  origin?: string;
  /** Hash of the last event that holds. */
  last_hash?: string;
  /** The place where the log stops holding. `sequence` is the one the event there should have. */
  first_bad?: { sequence: number; offset: number; reason: LineFault; message: string };
  /** The checkpoints given, by size. */
  checkpoints: CheckpointMatch[];
  /** What the log says signs its checkpoints, newest last: a claim, not a proof. */
  announced_keys: string[];
  /** What it says of the keys that took their places, oldest first: likewise. */
  rotations: KeyRotation[];
  /** What it says of segments that were purged, oldest first. */
  purges: RecordedPurge[];
};

export type VerifyOptions = {
  /** Heads of the log's tree that must be those of its first lines. Their signatures are not looked at here. */
  checkpoints?: readonly Checkpoint[];
  /** Is told now and then how far the walk is. */
  onProgress?: (events: number, bytes: number) => void;
};

/**
 * Verifies a log from its first byte to its last, through all its files: encoding, canonical form, hash of each event,
 * both chains, order of time, blobs, and the roots of its tree at the checkpoints given. Stops at the first thing that
 * is wrong.
 *
 * Memory grows with the number of traces (about 200 bytes each), not of events. A log that is being written
 * verifies up to its size at the start, and may there end in a torn line. What this cannot show without a checkpoint
 * from elsewhere: that whole events were cut off the end, or that all was written anew.
 */
export async function verifyLog(file: string, options: VerifyOptions = {}): Promise<Verification> {
  // Where nothing says that events were purged, the log has to begin at its beginning.
  const start = (await findLogStart(file)) ?? WHOLE_LOG;
  const heads = new CheckpointWalk(file, start, options.checkpoints ?? []);
  const result: Verification = {
    ...{ ok: true, events: start.sequence, purged_events: start.sequence, checkpoints: heads.matches },
    ...{ announced_keys: [], rotations: [], purges: [] },
  };
  const walk = new LogWalk(file, start);
  try {
    for await (const lines of readLogLines(file)) {
      for (const line of lines) {
        const taken = walk.next(line);
        // Waiting for what is there already would cost as much as looking at it.
        note(result, taken instanceof Promise ? await taken : taken);
        heads.next(line.raw);
      }
      options.onProgress?.(result.events, walk.end);
    }
    Object.assign(result, faultAtEnd(walk));
    heads.end('lines_missing');
  } catch (error) {
    if (!(error instanceof AuditLineError)) throw error;
    const { reason, message } = error;
    result.first_bad = { sequence: result.events, offset: walk.end, reason, message };
    heads.end('not_reached');
  }
  result.ok = result.first_bad === undefined && !heads.matches.some(isFault);
  return result;
}

function isFault({ result }: CheckpointMatch): boolean {
  return result !== 'holds' && result !== 'not_shown';
}

function faultAtEnd(walk: LogWalk): Pick<Verification, 'first_bad'> {
  const fault = walk.faultAtEnd();
  return fault === undefined ? {} : { first_bad: { sequence: 0, offset: 0, ...fault } };
}

function note(result: Verification, event: ChainLink | AuditEvent): void {
  result.events = event.sequence + 1;
  result.last_hash = event.hash;
  if ('payload' in event) noteOwn(result, event);
}

/** What the log says of itself. */
function noteOwn(result: Verification, event: AuditEvent): void {
  const { event_type, payload = {} } = event;
  if (event_type === 'log_opened' || event_type === 'segment_opened')
    result.origin ??= String(payload['origin']);
  if (event_type === 'log_key_announced') result.announced_keys.push(String(payload['verifier_key']));
  if (event_type === 'segment_purged') result.purges.push(...[purgeOf(event) ?? []].flat());
  if (event_type !== 'key_rotated') return;
  const rotation = rotationOf(event);
  if (rotation.purpose === 'log') result.rotations.push(rotation);
}
