import { access } from 'node:fs/promises';
import { findLogEnd } from '../audit/log-end.ts';
import { LogReader } from '../audit/log-reader.ts';
import { hashBefore, readGroups } from '../audit/read-groups.ts';
import { acquireWriterLock } from '../audit/writer-lock.ts';
import { catchUp } from '../store/catch-up.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { AUDIT_FILE, auditFileOf, BROKEN, type Command, type Given, type Terminal } from './command.ts';
import { Progress } from './progress.ts';

export const rebuildIndexCommand: Command = {
  name: 'audit rebuild-index',
  summary: 'Make the index and all figures of the store again, from the log',
  options: {
    ...AUDIT_FILE,
    store: { value: 'FILE', description: 'the store (data/aisecops.db); tokens and kept answers stay' },
  },
  exits: {
    [BROKEN]: 'the log has a line that does not hold: nothing is made from it',
    75: 'a gateway is running on this log: stop it first',
  },
  run: rebuild,
};

/** Only while no gateway runs: the lock of the log's writer is held meanwhile. */
async function rebuild(given: Given, terminal: Terminal): Promise<number> {
  const file = auditFileOf(given);
  await access(file);
  const lock = acquireWriterLock(file);
  try {
    const store = await openSqliteStore(String(given['store'] ?? 'data/aisecops.db'));
    try {
      await store.clearProjection();
      const end = await findLogEnd(file);
      const reader = new LogReader(file);
      const progress = new Progress(terminal);
      const events = await catchUp(
        store,
        {
          ...end,
          hashBefore: (offset) => hashBefore(reader, offset),
          groups: (from, to) => readGroups(file, from, to),
        },
        (sequence) => progress.show(() => barOf(sequence + 1, end.nextSequence)),
      );
      progress.end();
      terminal.out(`${events} events are in the index again\n`);
      return 0;
    } finally {
      await store.close();
    }
  } finally {
    lock.release();
  }
}

const BAR_LENGTH = 30;

function barOf(done: number, all: number): string {
  const filled = all === 0 ? BAR_LENGTH : Math.round((BAR_LENGTH * done) / all);
  const bar = '#'.repeat(filled).padEnd(BAR_LENGTH, '.');
  return `[${bar}] ${done.toLocaleString('en')} of ${all.toLocaleString('en')} events`;
}
