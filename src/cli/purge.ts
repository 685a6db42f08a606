import { access } from 'node:fs/promises';
import { LogReader } from '../audit/log-reader.ts';
import { openSignedLog, type SignedLog } from '../audit/open-signed-log.ts';
import { hashBefore, readGroups } from '../audit/read-groups.ts';
import { recordedTime } from '../audit/recorded-time.ts';
import { scopeText } from '../holds/hold.ts';
import { keyObjectsOf, openKeyRing } from '../keys/key-ring.ts';
import type { PurgePlan } from '../retention/plan-purge.ts';
import { type PurgeParts, planOf, purge } from '../retention/purge.ts';
import { readHere } from '../retention/purge-reading.ts';
import { cutoffOf, FLOOR_DAYS, ruleOf } from '../retention/rule.ts';
import { catchUp } from '../store/catch-up.ts';
import { assertSeenLog } from '../store/sqlite/seen-log.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import {
  AUDIT_FILE,
  auditFileOf,
  BROKEN,
  type Command,
  type Given,
  PERSON,
  personOf,
  type Terminal,
  UsageError,
} from './command.ts';
import { barOf, Progress } from './progress.ts';
import { safeText } from './safe-text.ts';

/** A segment could not go because somebody holds it. */
const HELD = 15;

export const purgeCommand: Command = {
  name: 'audit purge',
  summary:
    'Take away the oldest segments of the log: what remains still verifies, and the log says what went',
  options: {
    ...AUDIT_FILE,
    keys: { value: 'FILE', description: 'the key file (data/signing-keys.json)' },
    store: { value: 'FILE', description: 'the store (data/aisecops.db)' },
    before: { value: 'DATE', description: 'segments that end before this time (RFC 3339)' },
    'keep-days': { value: 'N', description: `segments that ended more than N days ago` },
    'allow-short': { description: `also what is younger than ${FLOOR_DAYS} days` },
    'dry-run': { description: 'only say what would go' },
    approver: { value: 'NAME', description: 'who approved of it; it is kept in the log' },
    ...PERSON,
    'checkpoint-copy': {
      value: 'FILE',
      description: 'where checkpoints are added as well, as the gateway does',
    },
  },
  exits: {
    [BROKEN]: 'the log is not what was signed, or a segment does not hold: it stays',
    [HELD]: 'a hold keeps a segment; those before it are purged',
    75: 'a gateway is running on this log: stop it first',
  },
  run,
};

/** Only while no gateway runs: the lock of the log's writer is held meanwhile. */
async function run(given: Given, terminal: Terminal): Promise<number> {
  const file = auditFileOf(given);
  const { before, policy } = cutoffIn(given);
  const cause = given['dry-run'] === true ? undefined : causeIn(given, policy);
  await access(file);
  const { opened, store } = await openBoth(given, file);
  const progress = new Progress(terminal);
  const parts = partsOf({ file, opened, store, progress });
  try {
    const plan = cause === undefined ? await planOf(parts, before) : await purge(parts, { before, cause });
    progress.end();
    return await say(plan, { isDry: cause === undefined, store, terminal });
  } finally {
    progress.end();
    await opened.log.close();
    await opened.checkpointer.close();
    await store.close();
  }
}

function cutoffIn(given: Given): { before: string; policy: string } {
  const { before, 'keep-days': days } = given;
  if ((before === undefined) === (days === undefined))
    throw new UsageError('--before DATE or --keep-days N is needed, one of them');
  const nowMs = Date.now();
  const cutoff = days === undefined ? timeIn(String(before)) : cutoffOf(nowMs, daysIn(String(days)));
  if (given['allow-short'] !== true && cutoff > cutoffOf(nowMs, FLOOR_DAYS))
    throw new UsageError(`events are kept for ${FLOOR_DAYS} days at least; --allow-short if that is meant`);
  return { before: cutoff, policy: days === undefined ? `before ${cutoff}` : ruleOf(Number(days)) };
}

function timeIn(text: string): string {
  const time = recordedTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (time !== undefined) return time;
  throw new UsageError('--before: a date is needed: 2026-05-01, or with a time and its zone');
}

function daysIn(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new UsageError('--keep-days: a whole number is needed');
}

function causeIn(given: Given, policy: string) {
  const { approver } = given;
  if (typeof approver !== 'string' || approver.trim() === '')
    throw new UsageError('--approver NAME is needed: the log keeps who approved of it');
  return { policy, approver, ...personOf(given) };
}

/** The log first: one that is refused leaves the store as it was. */
async function openBoth(given: Given, file: string): Promise<{ opened: SignedLog; store: Store }> {
  const ring = await openKeyRing(String(given['keys'] ?? 'data/signing-keys.json'), 'log');
  const storeFile = String(given['store'] ?? 'data/aisecops.db');
  const copy = given['checkpoint-copy'];
  const opened = await openSignedLog({
    ...{ file, keys: keyObjectsOf(ring), clock: () => Date.now() },
    accept: ({ size }, start) => assertSeenLog(storeFile, file, { start, size }),
    onCommit: (groups) => store.commit(groups),
    // What could not be signed shows where it is needed.
    onCheckpointFailure: () => undefined,
    ...(typeof copy === 'string' && { copy }),
  });
  const store = await openSqliteStore(storeFile);
  const { log, start } = opened;
  const { size, nextSequence } = log;
  const hashAt = (offset: number) => hashBefore(new LogReader(file), offset);
  const groups = (from: number, to: number) => readGroups(file, from, to);
  await catchUp(store, { size, nextSequence, start, hashBefore: hashAt, groups });
  return { opened, store };
}

type Opened = { file: string; opened: SignedLog; store: Store; progress: Progress };

function partsOf({ file, opened, store, progress }: Opened): PurgeParts {
  const { log, signer, verifierKey, checkpointer, isOwnPurge } = opened;
  return {
    ...{ auditFile: file, store, origin: log.origin, signer, verifierKey, isOwnPurge },
    reading: readHere(file, (read, of) =>
      progress.show(() => `${barOf(read, of)} bytes of old segments read`),
    ),
    // Nobody else is here.
    appendAlone: async (make) => log.append(await make()),
    signThrough: async (sequence) => {
      await checkpointer.signNow();
      if (checkpointer.signedSize <= sequence) throw new Error('no checkpoint over the purge can be written');
    },
    clock: () => Date.now(),
    removeBlobs: (names) => log.removeBlobs(names),
    pause: async () => progress.show(() => 'taking what is purged out of the store'),
  };
}

type Saying = { isDry: boolean; store: Store; terminal: Terminal };

async function say({ segments, kept }: PurgePlan, { isDry, store, terminal }: Saying): Promise<number> {
  for (const { first, last, bytes, from, until } of segments) {
    const what = isDry ? 'would be purged' : 'are purged';
    terminal.out(`events ${first}-${last} ${what}: ${bytes} bytes, ${from} to ${until}\n`);
  }
  if (kept === undefined) {
    if (segments.length === 0) terminal.out('no closed segment is old enough: nothing to purge\n');
    return 0;
  }
  const hold = await store.hold(kept.hold_id);
  const why = hold === undefined ? '' : ` (${scopeText(hold.scope)}; ${hold.reason}; by ${hold.placed_by})`;
  terminal.out(
    `events ${kept.first}-${kept.last} stay: the hold ${kept.hold_id}${safeText(why)} keeps them\n`,
  );
  return HELD;
}
