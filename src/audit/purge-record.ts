import { levelsOf, TreeFrontier } from '../tlog/tree-frontier.ts';
import { type Digest, digestFromBase64, digestToBase64 } from '../tlog/tree-hash.ts';
import type { AuditEvent, EventDraft } from './event.ts';

/** What stays of a segment that was purged: enough to go on verifying from where it ended. */
export type PurgeRecord = {
  /** Sequences of its first and last event. */
  first: number;
  last: number;
  events: number;
  /** Bytes of the log before it, and its own. */
  offset: number;
  bytes: number;
  /** Of the file, so that a copy can be told from another. */
  sha256: string;
  /** `hash` of its last event, which the next segment goes on from. */
  end_hash: string;
  /** Root of the tree over all events up to `last`, and the roots of the complete subtrees it is made of. */
  root: Digest;
  frontier: readonly Digest[];
  /** Times of its first and last event. */
  from: string;
  until: string;
};

/** Why a segment may go: the rule, who applied it, who approved of it. */
export type PurgeCause = { policy: string; reason: string; by: string; approver?: string };

/** A purge as an event of the log tells of it. `note` is signed by the log's key, see `signPurge`. */
export type RecordedPurge = PurgeRecord &
  PurgeCause & { note: string; sequence: number; at: string; hash: string };

export function segmentPurged(record: PurgeRecord, cause: PurgeCause, note: string): EventDraft {
  const payload = {
    ...record,
    ...cause,
    note,
    root: digestToBase64(record.root),
    frontier: record.frontier.map(digestToBase64),
  };
  return { event_type: 'segment_purged', payload };
}

const COUNTS = ['first', 'last', 'events', 'offset', 'bytes'] as const;
const TEXTS = ['sha256', 'end_hash', 'from', 'until', 'policy', 'reason', 'by', 'note'] as const;

/** What a `segment_purged` event says; nothing where it lacks something or contradicts itself. */
export function purgeOf({ sequence, timestamp, hash, payload = {} }: AuditEvent): RecordedPurge | undefined {
  const isWhole =
    COUNTS.every((name) => Number.isSafeInteger(payload[name]) && Number(payload[name]) >= 0) &&
    TEXTS.every((name) => typeof payload[name] === 'string');
  if (!isWhole) return undefined;
  const { root, frontier, ...rest } = payload;
  const record = {
    ...(rest as Omit<RecordedPurge, 'root' | 'frontier'>),
    ...{ sequence, at: timestamp, hash },
    root: digestFromBase64(String(root)) ?? '',
    frontier: Array.isArray(frontier) ? frontier.map((text) => digestFromBase64(String(text)) ?? '') : [],
  };
  return isConsistent(record) ? record : undefined;
}

function isConsistent({ first, last, events, root, frontier }: RecordedPurge): boolean {
  if (last - first + 1 !== events || levelsOf(last + 1).length !== frontier.length) return false;
  return TreeFrontier.from(last + 1, frontier).root() === root;
}
