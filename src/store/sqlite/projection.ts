import type { CommittedGroup, UnreadableEvent } from '../../audit/event.ts';
import type { AppliedPosition, Projection } from '../store.ts';
import { StoreError } from '../store-error.ts';
import type { SqliteDatabase } from './database.ts';
import type { Change, EventHandler, EventHandlers, ProjectedTable, ReadEvent } from './event-payload.ts';
import { createTraceWriter } from './trace-writer.ts';
import type { ZoneWriter } from './zones.ts';

/** Tables that the log fills; the others hold what is in no event. */
const PROJECTED_TABLES = [
  'applied',
  'spans',
  'traces',
  'links',
  'zones',
  'counters',
  'reservations',
  'agents',
  'approvals',
  'permits',
  'outcomes',
  'holds',
  'policy_records',
  'trust_sources',
  'remembered',
  'purges',
  'base',
  'unreadable',
  'heads',
];

const DELETE_PROJECTION = PROJECTED_TABLES.map((table) => `DELETE FROM ${table};`).join('\n');

/** Projects committed groups into the event index and into the tables of the resources. */
export function createProjection(
  db: SqliteDatabase,
  tables: readonly ProjectedTable[],
  zones: ZoneWriter,
): Projection {
  const reader = readerOver(tables);
  const readApplied = db.prepare<[], AppliedPosition>('SELECT sequence, hash, offset FROM applied');
  const writeApplied = createPositionWriter(db);
  const readUnreadable = db.prepare<[number], UnreadableEvent>(
    'SELECT first_sequence, last_sequence, problem FROM unreadable ORDER BY first_sequence LIMIT ?',
  );
  let appliedSequence = readApplied.get()?.sequence ?? -1;

  const applyAll = createApplyAll(db, {
    tables,
    zones,
    apply: createApply(db, createTraceWriter(db, zones), reader),
  });
  return {
    async applied() {
      return readApplied.get();
    },
    assertReadable({ context, events }) {
      for (const event of events) reader.read({ event, context });
    },
    async unreadable(limit) {
      return readUnreadable.all(limit);
    },
    async commit(groups) {
      try {
        appliedSequence = applyAll(groups, appliedSequence);
      } catch (error) {
        zones.reset();
        throw error;
      }
    },
    async beginBehind(position) {
      db.transaction(() => {
        db.exec(DELETE_PROJECTION);
        writeApplied(position.sequence, position.hash, position.offset);
        db.prepare('INSERT INTO base (sequence) VALUES (?)').run(position.sequence);
      })();
      zones.reset();
      appliedSequence = position.sequence;
    },
    async clearProjection() {
      db.transaction(() => db.exec(DELETE_PROJECTION))();
      zones.reset();
      appliedSequence = -1;
    },
  };
}

type Applying = {
  tables: readonly ProjectedTable[];
  zones: ZoneWriter;
  apply: (group: CommittedGroup) => void;
};

/** Applies the groups behind a sequence in one transaction, and answers the sequence it came to. */
function createApplyAll(db: SqliteDatabase, { tables, zones, apply }: Applying) {
  const writeApplied = createPositionWriter(db);
  const transaction = db.transaction((groups: readonly CommittedGroup[], from: number): number => {
    // A transaction that failed may have left something.
    for (const table of tables) table.gathered?.clear();
    let position = from;
    let last: CommittedGroup | undefined;
    for (const group of groups) {
      if (group.last_sequence <= position) continue;
      assertNext(group, position);
      apply(group);
      position = group.last_sequence;
      last = group;
    }
    for (const table of tables) table.gathered?.write();
    zones.write();
    if (last !== undefined) writeApplied(last.last_sequence, last.hash, last.offset + last.bytes);
    return position;
  });
  return (groups: readonly CommittedGroup[], from: number): number => transaction.immediate(groups, from);
}

function createPositionWriter(db: SqliteDatabase) {
  const write = db.prepare('INSERT OR REPLACE INTO applied (id, sequence, hash, offset) VALUES (1, ?, ?, ?)');
  return (sequence: number, hash: string, offset: number) => write.run(sequence, hash, offset);
}

type EventReader = {
  /** What an event changes in all tables. Throws `malformed_event`. */
  read(event: ReadEvent): Change[];
  /** What remains to be done for one that cannot be read. */
  salvage(event: ReadEvent): Change[];
};

/**
 * An event that cannot be read changes nothing but what is restrictive, and is noted: it is in the log for good, and a
 * store that stopped there could never follow again.
 */
function createApply(
  db: SqliteDatabase,
  writeTrace: (group: CommittedGroup) => void,
  reader: EventReader,
): (group: CommittedGroup) => void {
  const note = db.prepare('INSERT INTO unreadable (first_sequence, last_sequence, problem) VALUES (?, ?, ?)');
  const changesOf = (read: ReadEvent, group: CommittedGroup): Change[] => {
    try {
      return reader.read(read);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'malformed_event') throw error;
      note.run(group.first_sequence, group.last_sequence, error.message);
      return reader.salvage(read);
    }
  };
  return (group) => {
    writeTrace(group);
    for (const event of group.events) {
      for (const change of changesOf({ event, context: group.context }, group)) change(group);
    }
  };
}

function readerOver(tables: readonly ProjectedTable[]): EventReader {
  const [handlers, salvage] = [
    byType(tables.map((table) => table.handlers)),
    byType(tables.map((table) => table.salvage ?? {})),
  ];
  return {
    read: (read) => (handlers.get(read.event.event_type) ?? []).map((handler) => handler(read)),
    salvage: (read) => (salvage.get(read.event.event_type) ?? []).map((handler) => handler(read)),
  };
}

function byType(all: readonly EventHandlers[]): Map<string, EventHandler[]> {
  const found = new Map<string, EventHandler[]>();
  for (const handlers of all) {
    for (const [type, handler] of Object.entries(handlers)) {
      found.set(type, [...(found.get(type) ?? []), handler]);
    }
  }
  return found;
}

function assertNext(group: CommittedGroup, position: number): void {
  if (group.first_sequence === position + 1) return;
  throw new StoreError(
    'store_gap',
    `the store has applied the log up to sequence ${position}, and was given a group from ${group.first_sequence} on`,
  );
}
