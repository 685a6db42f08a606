import type { SqliteDatabase } from './database.ts';
import type { SequenceRange } from './index-rows.ts';

/*
 * A zone is a stretch of sequences, and its row says which values the groups and traces that begin in it have. A list
 * with a filter that meets little looks at the rows of zones, a thousand times fewer, and only into the zones that may
 * have what it wants.
 */

const ZONE_BITS = 13;
/** More values than these are not kept: such a zone may have anything. */
const MAX_VALUES = 256;

/** The filters that zones know. */
const COLUMNS = ['tenant_id', 'agent_id', 'tool_name', 'decision', 'trust_level'] as const;
type Column = (typeof COLUMNS)[number];

/** Values by filter; `undefined` where there are too many to tell. */
type Values = Record<Column, Set<string> | undefined>;
type ZoneRow = Record<Column, string | null>;

export type ZoneWriter = {
  /** Says that something that begins at a sequence has these values. */
  note(sequence: number, values: Partial<Record<Column, readonly (string | null)[]>>): void;
  /** Writes what is new, in the transaction of the batch. */
  write(): void;
  /** Forgets what may not have been written. */
  reset(): void;
};

/** Keeps the zones that were written last in memory: most batches say nothing new of theirs. */
export function createZoneWriter(db: SqliteDatabase): ZoneWriter {
  const read = db.prepare<[number], ZoneRow>(`SELECT ${COLUMNS.join(', ')} FROM zones WHERE zone = ?`);
  const write = db.prepare(
    `INSERT OR REPLACE INTO zones (zone, ${COLUMNS.join(', ')}) VALUES (?, ${COLUMNS.map(() => '?').join(', ')})`,
  );
  const known = new Map<number, Values>();
  const changed = new Set<number>();
  const valuesOf = (zone: number): Values => {
    const found = known.get(zone);
    if (found !== undefined) return found;
    const row = read.get(zone);
    if (row === undefined) changed.add(zone);
    const values = row === undefined ? newValues() : parsed(row);
    known.set(zone, values);
    return values;
  };
  return {
    note(sequence, noted) {
      const zone = zoneOf(sequence);
      const values = valuesOf(zone);
      for (const column of COLUMNS) {
        for (const value of noted[column] ?? [])
          if (value !== null && add(values, column, value)) changed.add(zone);
      }
    },
    write() {
      for (const zone of changed) write.run(zone, ...COLUMNS.map((column) => textOf(valuesOf(zone)[column])));
      changed.clear();
      const newest = Math.max(...known.keys());
      for (const zone of known.keys()) if (zone < newest - 1) known.delete(zone);
    },
    reset() {
      known.clear();
      changed.clear();
    },
  };
}

function zoneOf(sequence: number): number {
  return Math.floor(sequence / 2 ** ZONE_BITS);
}

function newValues(): Values {
  return Object.fromEntries(COLUMNS.map((column) => [column, new Set<string>()])) as Values;
}

function parsed(row: ZoneRow): Values {
  const entries = COLUMNS.map((column) => {
    const text = row[column];
    return [column, text === null ? undefined : new Set<string>(JSON.parse(text))];
  });
  return Object.fromEntries(entries);
}

/** True where it is new. */
function add(values: Values, column: Column, value: string): boolean {
  const set = values[column];
  if (set === undefined || set.has(value)) return false;
  set.add(value);
  if (set.size > MAX_VALUES) values[column] = undefined;
  return true;
}

function textOf(values: ReadonlySet<string> | undefined): string | null {
  return values === undefined ? null : JSON.stringify([...values]);
}

/**
 * The parts of a range, newest first, in which rows may meet the filters that are given; the range itself where zones know
 * none of them. No part that has such a row is left out.
 */
export function partsOf(db: SqliteDatabase, filters: object, range: SequenceRange): Iterable<SequenceRange> {
  const given = COLUMNS.flatMap((column): [Column, string][] => {
    const value = (filters as Partial<Record<Column, string>>)[column];
    return value === undefined ? [] : [[column, value]];
  });
  if (given.length === 0) return [range];
  // As it stands in the list, with its quotes. What looks like it by chance costs a look, and nothing is missed.
  const needles = Object.fromEntries(given.map(([column, value]) => [column, JSON.stringify(value)]));
  const conditions = given.map(([column]) => `(${column} IS NULL OR instr(${column}, @${column}) > 0)`);
  const zones = db
    .prepare<[object], number>(
      `SELECT zone FROM zones WHERE zone >= @first AND zone <= @last AND ${conditions.join(' AND ')} ORDER BY zone DESC`,
    )
    .pluck();
  const found = zones.all({
    ...needles,
    first: zoneOf(range.from),
    last: zoneOf(Math.max(0, range.until - 1)),
  });
  return found.map((zone) => ({
    from: Math.max(range.from, zone * 2 ** ZONE_BITS),
    until: Math.min(range.until, (zone + 1) * 2 ** ZONE_BITS),
  }));
}
