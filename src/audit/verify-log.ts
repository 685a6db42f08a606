import type { JsonObject } from '../json/value.ts';
import type { Checkpoint } from '../tlog/checkpoint.ts';
import { TreeFrontier } from '../tlog/tree-frontier.ts';
import { type Digest, EMPTY_ROOT, leafHash } from '../tlog/tree-hash.ts';
import { AuditLineError, type LineFault } from './audit-error.ts';
import type { AuditEvent } from './event.ts';
import { ChainCheck, type ChainLink, checkLine } from './event-check.ts';
import { type KeyRotation, rotationOf } from './key-rotation.ts';
import type { RawLine } from './line-reader.ts';
import { scanLine } from './line-scan.ts';
import { offsetIn, readLogLines } from './log-files.ts';
import { withPayload } from './span-reader.ts';

/** How a checkpoint, the very object that was given, stands to the lines of the log. */
export type CheckpointMatch = {
  checkpoint: Checkpoint;
  /**
   * `holds`: the first `size` lines are those that were signed. `rewritten`: they are others. `lines_missing`: there
   * are fewer. `not_reached`: the log stops holding before.
   */
  result: 'holds' | 'rewritten' | 'lines_missing' | 'not_reached';
};

/** What a walk over the whole log found. */
export type Verification = {
  ok: boolean;
  /** Events that hold, from the start up to the first that does not. */
  events: number;
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
  const heads = new CheckpointWalk(options.checkpoints ?? []);
  const result: Verification = {
    ...{ ok: true, events: 0, checkpoints: heads.matches, announced_keys: [], rotations: [] },
  };
  const walk = new LogWalk(file);
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
    heads.end('lines_missing');
  } catch (error) {
    if (!(error instanceof AuditLineError)) throw error;
    const { reason, message } = error;
    result.first_bad = { sequence: result.events, offset: walk.end, reason, message };
    heads.end('not_reached');
  }
  result.ok = result.first_bad === undefined && heads.matches.every((match) => match.result === 'holds');
  return result;
}

function note(result: Verification, event: ChainLink & { payload?: JsonObject }): void {
  const { sequence, hash, event_type, payload = {} } = event;
  result.events += 1;
  result.last_hash = hash;
  if (sequence === 0) result.origin = String(payload['origin']);
  if (event_type === 'log_key_announced') result.announced_keys.push(String(payload['verifier_key']));
  if (event_type !== 'key_rotated') return;
  const rotation = rotationOf({ sequence, payload });
  if (rotation.purpose === 'log') result.rotations.push(rotation);
}

/** Takes the lines of a log one after the other, as long as they hold. */
class LogWalk {
  readonly #file: string;
  readonly #chain = new ChainCheck(true);
  /** The byte where the last line that holds ends, through all files. */
  end = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** The next line, in full where the log says something of itself. Throws `AuditLineError` where it does not hold. */
  next(line: RawLine): ChainLink | Promise<AuditEvent> {
    const link = line.isWhole ? scanLine(line.raw) : undefined;
    if (link === undefined) return this.#read(line);
    this.#follow(link, line);
    return link;
  }

  /** The slow way: for lines that do not hold, and for those that say more than themselves. */
  async #read(line: RawLine): Promise<AuditEvent> {
    if (!line.isWhole)
      throw new AuditLineError('torn_tail', `${line.raw.length} bytes follow the last whole line`);
    const event = checkLine(line.raw);
    if (event.payload?.['blob'] !== undefined) await withPayload(this.#file, event);
    const fault = this.#segmentFault(event);
    this.#follow(event, line);
    if (fault === undefined) return event;
    throw new AuditLineError(fault, `event ${event.sequence} does not begin a file at this byte`);
  }

  #follow(link: ChainLink, { raw, offset }: RawLine): void {
    const fault = this.#chain.next(link);
    if (fault !== undefined)
      throw new AuditLineError(fault, `event ${link.sequence} does not follow the one before`);
    this.end = offset + raw.length + 1;
  }

  /** A file says how many bytes of the log were before it. */
  #segmentFault(event: AuditEvent): LineFault | undefined {
    if (event.event_type !== 'segment_opened') return undefined;
    return offsetIn(event) === this.end ? undefined : 'segment_misplaced';
  }
}

/** Grows the tree with the lines, as far as there are checkpoints to compare it with. */
class CheckpointWalk {
  readonly matches: CheckpointMatch[] = [];
  readonly #waiting: Checkpoint[];
  readonly #tree = new TreeFrontier();

  constructor(checkpoints: readonly Checkpoint[]) {
    this.#waiting = checkpoints.toSorted((a, b) => a.size - b.size);
    this.#compare(EMPTY_ROOT);
  }

  next(raw: Uint8Array): void {
    if (this.#waiting.length === 0) return;
    this.#tree.append(leafHash(raw));
    if (this.#waiting[0]?.size === this.#tree.size) this.#compare(this.#tree.root());
  }

  end(result: 'lines_missing' | 'not_reached'): void {
    for (const checkpoint of this.#waiting.splice(0)) this.matches.push({ checkpoint, result });
  }

  #compare(actual: Digest): void {
    while (this.#waiting[0]?.size === this.#tree.size) {
      const checkpoint = this.#waiting.shift() as Checkpoint;
      this.matches.push({ checkpoint, result: checkpoint.root === actual ? 'holds' : 'rewritten' });
    }
  }
}
