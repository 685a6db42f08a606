import { rmSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assertAsSigned } from '../audit/as-signed.ts';
import { findLogEnd } from '../audit/log-end.ts';
import { LogReader } from '../audit/log-reader.ts';
import { findLogStart, WHOLE_LOG } from '../audit/log-start.ts';
import { hashBefore, readGroups } from '../audit/read-groups.ts';
import { acquireWriterLock } from '../audit/writer-lock.ts';
import { IngestedLogs } from '../ingest/ingested-logs.ts';
import { ingestedDirectory } from '../ingest/origin-record.ts';
import { openTexts } from '../search/open-texts.ts';
import { followTexts } from '../search/text-follower.ts';
import { catchUp } from '../store/catch-up.ts';
import { assertSeenLog } from '../store/sqlite/seen-log.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { StoreError } from '../store/store-error.ts';
import { UNREAD_EVENTS } from '../store/unread-events.ts';
import { AUDIT_FILE, auditFileOf, BROKEN, type Command, type Given, type Terminal } from './command.ts';
import { barOf, Progress } from './progress.ts';

const INTERRUPTED = 130;

export const rebuildIndexCommand: Command = {
  name: 'audit rebuild-index',
  summary: 'Make the index, all figures of the store and the words for searches again, from the log',
  options: {
    ...AUDIT_FILE,
    store: { value: 'FILE', description: 'the store (data/aisecops.db); tokens and kept answers stay' },
    force: {
      description: 'also where the store has seen another log than this, as one that was put back is',
    },
    'checkpoint-copy': {
      value: 'FILE',
      description: 'where checkpoints are added as well, which the log is held against',
    },
    'skip-words': { description: 'leave the words to the gateway, which gathers them while it runs' },
  },
  exits: {
    [BROKEN]: 'the log has a line that does not hold, or is not what was signed: nothing is made from it',
    75: 'a gateway is running on this log: stop it first',
    [INTERRUPTED]: 'interrupted: the next start of the gateway, or of this, makes the rest',
  },
  run: rebuild,
};

/** Only while no gateway runs: the lock of the log's writer is held meanwhile. */
async function rebuild(given: Given, terminal: Terminal): Promise<number> {
  const file = auditFileOf(given);
  await access(file);
  const lock = acquireWriterLock(file);
  const stop = new AbortController();
  const copy = given['checkpoint-copy'];
  const onInterrupt = () => stop.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const work = {
      file,
      storeFile: String(given['store'] ?? 'data/aisecops.db'),
      terminal,
      stop: stop.signal,
      ...(typeof copy === 'string' && { copy }),
    };
    if (given['force'] !== true) await assertSeen(work);
    await assertWhole(work);
    const { nextSequence } = await rebuildStore(work);
    await rebuildWords(work, given['skip-words'] === true);
    terminal.out(`${nextSequence} events are in the index again\n`);
    await rebuildIngested(work);
    return 0;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    terminal.err('interrupted: the next start of the gateway makes the rest, and so does this command\n');
    return INTERRUPTED;
  } finally {
    process.off('SIGINT', onInterrupt);
    lock.release();
  }
}

type Work = {
  file: string;
  storeFile: string;
  /** A second history of checkpoints. */
  copy?: string;
  terminal: Terminal;
  stop: AbortSignal;
};

/** What the store has seen is gone once it is made again, and may be all that shows that the log was cut or exchanged. */
async function assertSeen({ file, storeFile }: Work): Promise<void> {
  const start = (await findLogStart(file)) ?? WHOLE_LOG;
  const { size } = await findLogEnd(file);
  try {
    await assertSeenLog(storeFile, file, { start, size });
  } catch (cause) {
    if (!(cause instanceof StoreError && cause.code === 'store_log_mismatch')) throw cause;
    const message = `${cause.message}; where you know why, --force makes the store again from this log`;
    throw new StoreError(cause.code, message, { cause });
  }
}

/**
 * Reads the whole log first. One with a line that does not hold could not be finished, and the index that is there would be
 * gone by then; one that is not what was signed would be served as if it were.
 */
async function assertWhole({ file, copy, terminal, stop }: Work): Promise<void> {
  const { nextSequence } = await findLogEnd(file);
  const progress = new Progress(terminal);
  try {
    await assertAsSigned(file, {
      ...(copy !== undefined && { copy }),
      onProgress: (events) => {
        stop.throwIfAborted();
        progress.show(() => `${barOf(events, nextSequence)} events checked`);
      },
    });
  } finally {
    progress.end();
  }
}

/** What was made is a beginning of the log at any time, and the store knows how far it came: no part is taken for all. */
async function rebuildStore({ file, storeFile, terminal, stop }: Work): Promise<{ nextSequence: number }> {
  const store = await openSqliteStore(storeFile, { isFilling: true });
  const progress = new Progress(terminal);
  try {
    await store.clearProjection();
    const end = await findLogEnd(file);
    const reader = new LogReader(file);
    const log = {
      ...end,
      start: (await findLogStart(file)) ?? WHOLE_LOG,
      hashBefore: (offset: number) => hashBefore(reader, offset),
      groups: (from: number, to: number) => readGroups(file, from, to, UNREAD_EVENTS),
    };
    await catchUp(store, log, (sequence) => {
      stop.throwIfAborted();
      progress.show(() => `${barOf(sequence + 1, end.nextSequence)} events indexed`);
    });
    return end;
  } finally {
    progress.end();
    await store.close();
  }
}

async function rebuildWords({ file, storeFile, terminal, stop }: Work, isLeft: boolean): Promise<void> {
  const texts = openTexts(storeFile);
  const progress = new Progress(terminal);
  try {
    texts.clear();
    const all = (texts.applied()?.sequence ?? -1) + 1;
    if (isLeft) return;
    await followTexts(file, texts, (reached) => {
      progress.show(() => `${barOf(reached + 1, all)} events read for their words`);
      return !stop.aborted;
    });
    stop.throwIfAborted();
  } finally {
    progress.end();
    texts.close();
  }
}

/** Logs that were handed over have an index each, which opening them makes. */
async function rebuildIngested({ file, storeFile, terminal, stop }: Work): Promise<void> {
  const storeDirectory = join(dirname(storeFile), 'ingested');
  rmSync(storeDirectory, { recursive: true, force: true });
  const logs = await IngestedLogs.open(ingestedDirectory(dirname(file)), storeDirectory);
  try {
    const states = await logs.states();
    for (const { origin } of states) {
      stop.throwIfAborted();
      await logs.log(origin);
    }
    const events = states.reduce((sum, { next_sequence }) => sum + next_sequence, 0);
    if (states.length > 0)
      terminal.out(`${events} events of ${states.length} logs that were handed over as well\n`);
  } finally {
    await logs.close();
  }
}
