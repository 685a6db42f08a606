import { createHash } from 'node:crypto';
import type { TreeFrontier } from '../tlog/tree-frontier.ts';
import { leafHash } from '../tlog/tree-hash.ts';
import { AuditLineError } from './audit-error.ts';
import type { AuditEvent } from './event.ts';
import { ChainCheck, type ChainLink, checkLine } from './event-check.ts';
import { type RawLine, rawLinesOf } from './line-reader.ts';
import { scanLine } from './line-scan.ts';
import { type LogFile, openLogFile } from './log-files.ts';
import type { PurgeRecord } from './purge-record.ts';

/** What was found in a closed segment. */
export type Survey = {
  record: PurgeRecord;
  /** What `look` answered first. */
  found?: string;
};

/** Answers something for an event that is looked for. */
export type Look = (event: AuditEvent) => string | undefined;

/**
 * Reads a closed segment from its first byte to its last and verifies it on the way: what is damaged is evidence of
 * that, and no record of it may be made. `before` is the tree over all events before it, and grows by those in it.
 * `look` is shown each event, until it answers something; absent: none is parsed that need not be.
 *
 * Throws `AuditLineError` for the first line that does not hold.
 */
export async function surveySegment(
  auditFile: string,
  file: LogFile,
  { before, look }: { before: TreeFrontier; look?: Look },
): Promise<Survey> {
  const walk = new SegmentWalk(file, before, look);
  const handle = await openLogFile(auditFile, file);
  try {
    for await (const lines of rawLinesOf(handle, 0, file.size)) for (const line of lines) walk.take(line);
  } finally {
    await handle.close();
  }
  return walk.survey();
}

class SegmentWalk {
  readonly #file: LogFile;
  readonly #tree: TreeFrontier;
  readonly #look: Look | undefined;
  readonly #chain = new ChainCheck();
  readonly #digest = createHash('sha256');
  #first: ChainLink | undefined;
  #found: string | undefined;

  constructor(file: LogFile, tree: TreeFrontier, look: Look | undefined) {
    this.#file = file;
    this.#tree = tree;
    this.#look = look;
  }

  take({ raw, isWhole, offset }: RawLine): void {
    if (!isWhole) throw new AuditLineError('torn_tail', `the line at byte ${offset} has no end`);
    const link = this.#read(raw);
    const fault = this.#chain.next(link);
    if (fault !== undefined)
      throw new AuditLineError(fault, `event ${link.sequence} does not follow the one before`);
    this.#first ??= link;
    this.#tree.append(leafHash(raw));
    this.#digest.update(raw).update('\n');
  }

  /** The line as far as its chain needs it; in full where somebody's question hangs on it. */
  #read(raw: Buffer): ChainLink {
    const look = this.#found === undefined ? this.#look : undefined;
    const link = look === undefined ? scanLine(raw) : undefined;
    if (link !== undefined) return link;
    const event = checkLine(raw);
    this.#found = look?.(event) ?? this.#found;
    return event;
  }

  survey(): Survey {
    const { last } = this.#chain;
    const first = this.#first;
    if (first === undefined || last === undefined || last.sequence + 1 !== this.#tree.size)
      throw new AuditLineError('sequence_broken', `${this.#file.path} does not hold the events it should`);
    const record: PurgeRecord = {
      ...{ first: first.sequence, last: last.sequence, events: last.sequence - first.sequence + 1 },
      ...{ offset: this.#file.offset, bytes: this.#file.size, end_hash: last.hash },
      sha256: `sha256:${this.#digest.digest('hex')}`,
      ...{ root: this.#tree.root(), frontier: this.#tree.roots() },
      ...{ from: first.timestamp, until: last.timestamp },
    };
    return this.#found === undefined ? { record } : { record, found: this.#found };
  }
}
