import type { CommittedGroup } from '../../audit/event.ts';
import type { AppliedPosition, Projection } from '../store.ts';
import { StoreError } from '../store-error.ts';
import type { SqliteDatabase } from './database.ts';
import type { EventHandler, ProjectedTable } from './event-payload.ts';
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
  'purges',
  'base',
];

const DELETE_PROJECTION = PROJECTED_TABLES.map((table) => `DELETE FROM ${table};`).join('\n');

/** Projects committed groups into the event index and into the tables of the resources. */
export function createProjection(
  db: SqliteDatabase,
  tables: readonly ProjectedTable[],
  zones: ZoneWriter,
): Projection {
  const apply = createApply(createTraceWriter(db, zones), handlersByType(tables));
  const readApplied = db.prepare<[], AppliedPosition>('SELECT sequence, hash, offset FROM applied');
  const writeApplied = db.prepare(
    'INSERT OR REPLACE INTO applied (id, sequence, hash, offset) VALUES (1, ?, ?, ?)',
  );
  let appliedSequence = readApplied.get()?.sequence ?? -1;

  const applyAll = db.transaction((groups: readonly CommittedGroup[]): number => {
    // A transaction that failed may have left something.
    for (const table of tables) table.gathered?.clear();
    let position = appliedSequence;
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
    if (last !== undefined) writeApplied.run(last.last_sequence, last.hash, last.offset + last.bytes);
    return position;
  });

  return {
    async applied() {
      return readApplied.get();
    },
    async commit(groups) {
      try {
        appliedSequence = applyAll.immediate(groups);
      } catch (error) {
        zones.reset();
        throw error;
      }
    },
    async beginBehind(position) {
      db.transaction(() => {
        db.exec(DELETE_PROJECTION);
        writeApplied.run(position.sequence, position.hash, position.offset);
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

function createApply(
  writeTrace: (group: CommittedGroup) => void,
  byType: ReadonlyMap<string, readonly EventHandler[]>,
): (group: CommittedGroup) => void {
  return (group) => {
    writeTrace(group);
    for (const event of group.events) {
      const handlers = byType.get(event.event_type);
      if (handlers === undefined) continue;
      for (const handler of handlers) handler({ event, group });
    }
  };
}

function handlersByType(tables: readonly ProjectedTable[]): Map<string, EventHandler[]> {
  const byType = new Map<string, EventHandler[]>();
  for (const { handlers } of tables) {
    for (const [type, handler] of Object.entries(handlers)) {
      byType.set(type, [...(byType.get(type) ?? []), handler]);
    }
  }
  return byType;
}

function assertNext(group: CommittedGroup, position: number): void {
  if (group.first_sequence === position + 1) return;
  throw new StoreError(
    'store_gap',
    `the store has applied the log up to sequence ${position}, and was given a group from ${group.first_sequence} on`,
  );
}
