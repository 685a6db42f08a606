import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CommittedGroup, EventGroup } from '../audit/event.ts';
import { checkLine } from '../audit/event-check.ts';
import { lineOf } from '../audit/find-line.ts';
import { segmentPath } from '../audit/log-files.ts';
import { keyAnnounced } from '../audit/open-signed-log.ts';
import { signPurge } from '../audit/purge-note.ts';
import {
  type PurgeCause,
  type PurgeRecord,
  purgeOf,
  type RecordedPurge,
  segmentPurged,
} from '../audit/purge-record.ts';
import { keepPurgedLines } from '../audit/purged-file.ts';
import { syncDirectory } from '../disk/durable-file.ts';
import type { Hold } from '../holds/hold.ts';
import type { HoldStore } from '../holds/hold-store.ts';
import type { CarriedState, PurgedRange, RetentionStore } from '../store/carried-state.ts';
import type { Projection } from '../store/store.ts';
import type { NoteSigner } from '../tlog/note-key.ts';
import type { PurgePlan } from './plan-purge.ts';
import type { PurgeReading } from './purge-reading.ts';

/** What to purge: segments whose events all are older than `before` (RFC 3339), and why. */
export type PurgeRequest = { before: string; cause: PurgeCause };

export type PurgeParts = {
  auditFile: string;
  reading: PurgeReading;
  store: RetentionStore & Pick<HoldStore, 'activeHolds'> & Pick<Projection, 'applied'>;
  /** The log's origin, and its key: also as it is handed over, for the event that told it may be among what goes. */
  origin: string;
  signer: NoteSigner;
  verifierKey: string;
  /** Whether a key of ours has signed that a segment may be gone. */
  isOwnPurge(purge: RecordedPurge): boolean;
  /** Appends what `make` answers while nothing else is on its way, and the store has all that came before. */
  appendAlone(make: () => Promise<EventGroup>): Promise<CommittedGroup>;
  /** Resolves once a checkpoint on disk covers an event. Rejects where none can be written. */
  signThrough(sequence: number): Promise<void>;
  removeBlobs(names: readonly string[]): Promise<void>;
  clock: () => number;
  /** Lets others have their turn. */
  pause(): Promise<void>;
};

/** Holds came or went while segments were read: what was found is out of date. */
export class PurgeConflict extends Error {
  readonly code = 'purge_conflict';
}

/** What may be purged; nothing is changed. */
export async function planOf({ reading, store }: PurgeParts, before: string): Promise<PurgePlan> {
  return reading.plan(before, await store.activeHolds());
}

/**
 * Purges segments. First the events that say so are durable and under a checkpoint, with the state that outlives what
 * goes; then the files go, oldest first. A crash in between is finished by the next start or purge.
 *
 * Throws `PurgeConflict` where holds changed meanwhile, and `AuditLineError` for a segment that does not hold.
 */
export async function purge(parts: PurgeParts, { before, cause }: PurgeRequest): Promise<PurgePlan> {
  await finishPurges(parts);
  const holds = await parts.store.activeHolds();
  const plan = await parts.reading.plan(before, holds);
  const last = plan.segments.at(-1)?.last;
  if (last === undefined) return plan;
  const since = ((await parts.store.applied())?.sequence ?? -1) + 1;
  const cut = await tracesCutAt(parts, last);
  const { last_sequence } = await parts.appendAlone(async () => {
    if (!isSame(holds, await parts.store.activeHolds()))
      throw new PurgeConflict('holds were placed or released meanwhile: purge again');
    const state = await parts.store.carriedState({ last, cut, since, nowMs: parts.clock() });
    return purgeGroup(state, plan.segments, { ...parts, cause });
  });
  await parts.signThrough(last_sequence);
  await finishPurges(parts);
  return plan;
}

/** Looked for before the quiet moment, some at a time: those that a purge cuts are few among those it looks at. */
async function tracesCutAt({ store, pause }: PurgeParts, last: number): Promise<string[]> {
  const found: string[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const { trace_ids, next } = await store.cutTraces(from, last);
    found.push(...trace_ids);
    from = next;
    await pause();
  }
  return found;
}

function isSame(before: readonly Hold[], now: readonly Hold[]): boolean {
  return (
    before.length === now.length && before.every(({ hold_id }, index) => now[index]?.hold_id === hold_id)
  );
}

/** The state comes first: were the group cut short by a crash, nothing would be purged without it. */
function purgeGroup(
  state: CarriedState,
  segments: readonly PurgeRecord[],
  {
    origin,
    signer,
    verifierKey,
    cause,
  }: Pick<PurgeParts, 'origin' | 'signer' | 'verifierKey'> & { cause: PurgeCause },
): EventGroup {
  return {
    context: {},
    events: [
      { event_type: 'state_carried', payload: { ...state } },
      keyAnnounced(verifierKey),
      ...segments.map((segment) => segmentPurged(segment, cause, signPurge(origin, segment, signer))),
    ],
  };
}

/**
 * Takes away what the log says was purged and is still there: rows of the store, segments, blobs of these alone. An
 * event that none of our keys has signed takes nothing away: it was added to the log by somebody else.
 */
export async function finishPurges(parts: PurgeParts): Promise<void> {
  const { auditFile, store } = parts;
  const left = (await store.purges()).filter(({ first }) => isThere(auditFile, first));
  const own = (await Promise.all(left.map((range) => readPurge(parts, range)))).flat();
  const last = own.at(-1);
  if (last === undefined) return;
  while (!(await store.trimPurged(last.range))) await parts.pause();
  await setAside(parts, own);
  const gone = own.map(({ range }) => asidePath(auditFile, range.first)).filter((path) => existsSync(path));
  await parts.removeBlobs(await parts.reading.orphans(gone));
  for (const path of gone) await rm(path);
  await syncDirectory(dirname(asidePath(auditFile, 0)));
}

function isThere(auditFile: string, first: number): boolean {
  return existsSync(segmentPath(auditFile, first)) || existsSync(asidePath(auditFile, first));
}

type OwnPurge = { range: PurgedRange; line: Buffer };

async function readPurge({ auditFile, isOwnPurge }: PurgeParts, range: PurgedRange): Promise<OwnPurge[]> {
  const line = await lineOf(auditFile, range.sequence);
  const purge = line && purgeOf(checkLine(line));
  return line !== undefined && purge !== undefined && isOwnPurge(purge) ? [{ range, line }] : [];
}

/**
 * Renames segments, so that they are no part of the log any more while it is looked for what goes with them. The events
 * that say so MUST be under a checkpoint first, and are kept where a start finds them.
 */
async function setAside({ auditFile, signThrough }: PurgeParts, own: readonly OwnPurge[]): Promise<void> {
  await signThrough(Math.max(...own.map(({ range }) => range.sequence)));
  await keepPurgedLines(
    auditFile,
    own.map(({ line }) => line),
  );
  for (const { range } of own) {
    const path = segmentPath(auditFile, range.first);
    if (existsSync(path)) await rename(path, asidePath(auditFile, range.first));
  }
  await syncDirectory(dirname(asidePath(auditFile, 0)));
}

function asidePath(auditFile: string, first: number): string {
  return `${segmentPath(auditFile, first)}.purged`;
}
