import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AuditEvent } from '../audit/event.ts';
import { LogReader } from '../audit/log-reader.ts';
import { type LogLine, readForward } from '../audit/read-forward.ts';
import { findPart } from '../ingest/accepted-parts.ts';
import { directoryNameOf, ingestedDirectory } from '../ingest/origin-record.ts';

/** A part of a log that was taken over: its bytes, and the event of the gateway's log that tells of it. */
export type Part = { log: string; recorded: number; offset: number; end: number };

/** A line of the gateway's log, with the part that comes behind it; or of such a part, with where it is `from`. */
export type FollowedLine = LogLine & { part?: Part; from?: { log: string; recorded: number } };

/** Between two lines: the byte of the gateway's log that comes next, and before it what is left of a part. */
export type FollowPlace = { offset: number; part?: Part };

/**
 * The gateway's log and those it took over as one row of lines: what was taken over comes behind the event that says so. So
 * the gateway's log alone gives the order, and a place is one in it.
 */
export class FollowedLogs {
  readonly log: LogReader;
  readonly #others = new Map<string, LogReader>();

  constructor(log: LogReader) {
    this.log = log;
  }

  /** Some of the lines behind a place, all of one log; none where the durable part ends. Throws as `readForward`. */
  async read({ offset, part }: FollowPlace, durable: number): Promise<FollowedLine[]> {
    const other = part && this.readerOf(part.log);
    // A log that an operator took away is left out.
    if (part !== undefined && other !== undefined && existsSync(other.auditFile)) {
      const { log, recorded } = part;
      const lines = await readForward(other, part.offset, part.end);
      return lines.map((line) => ({ ...line, from: { log, recorded } }));
    }
    return this.#upToPart(await readForward(this.log, offset, durable));
  }

  /** The part that an event of the gateway's log tells of; nothing where it never counted, or is gone. */
  async partOf({ event_type, payload, sequence }: AuditEvent): Promise<Part | undefined> {
    const log = payload?.['origin'];
    if (event_type !== 'audit_ingested' || typeof log !== 'string') return undefined;
    const found = await findPart(dirname(this.readerOf(log).auditFile), sequence);
    return found && { log, ...found };
  }

  readerOf(log: string): LogReader {
    const known = this.#others.get(log);
    if (known !== undefined) return known;
    const directory = join(ingestedDirectory(dirname(this.log.auditFile)), directoryNameOf(log));
    const made = new LogReader(join(directory, 'events.jsonl'));
    this.#others.set(log, made);
    return made;
  }

  async #upToPart(lines: readonly LogLine[]): Promise<FollowedLine[]> {
    const followed: FollowedLine[] = [];
    for (const line of lines) {
      const part = line.event.event_type === 'audit_ingested' ? await this.partOf(line.event) : undefined;
      followed.push(part === undefined ? line : { ...line, part });
      if (part !== undefined) break;
    }
    return followed;
  }
}

/** The place behind a line that was read at `place` or a little later. */
export function placeBehind({ end, part, from }: FollowedLine, place: FollowPlace): FollowPlace {
  if (from === undefined) return { offset: end, ...(part !== undefined && { part }) };
  const isLast = place.part === undefined || end >= place.part.end;
  return { offset: place.offset, ...(!isLast && place.part && { part: { ...place.part, offset: end } }) };
}

/** Names a line among all: its sequence, and for one of a part the event that tells of that in front. */
export function idOf({ event, from }: Pick<FollowedLine, 'event' | 'from'>): string {
  return from === undefined ? String(event.sequence) : `${from.recorded}.${event.sequence}`;
}
