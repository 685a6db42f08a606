import type { Hold } from '../../holds/hold.ts';
import type { HoldStore } from '../../holds/hold-store.ts';
import { parseJson } from '../../json/parse-json.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { SqliteDatabase } from './database.ts';
import { checkedObject, objectOf, type ProjectedTable, type ReadEvent, textOf } from './event-payload.ts';
import { takePage } from './page.ts';

type HoldRow = { hold_id: string; placed_at: string; record: string };

const PAGE = `SELECT hold_id, placed_at, record FROM holds
  WHERE (@tenant_id IS NULL OR tenant_id = @tenant_id) AND (@status IS NULL OR status = @status)
    AND (@before_time IS NULL OR (placed_at, hold_id) < (@before_time, @before_id))
  ORDER BY placed_at DESC, hold_id DESC LIMIT @take`;

/** Orders to keep evidence. */
export function createHoldsTable(db: SqliteDatabase): ProjectedTable & { methods: HoldStore } {
  const putHold = createHoldWriter(db);
  const readOne = db.prepare<[string], HoldRow>(
    'SELECT hold_id, placed_at, record FROM holds WHERE hold_id = ?',
  );
  const readPage = db.prepare<[object], HoldRow>(PAGE);
  const readActive = db.prepare<[], HoldRow>(
    "SELECT hold_id, placed_at, record FROM holds WHERE status = 'active' ORDER BY placed_at, hold_id",
  );
  return {
    handlers: {
      hold_placed(read) {
        const hold = objectOf(read, 'hold', ['hold_id', 'status', 'placed_at', 'reason', 'placed_by']);
        const scope = checkedObject(read, 'hold.scope', hold['scope'], []);
        if (scope['tenant_id'] !== undefined) checkedObject(read, 'hold.scope', scope, ['tenant_id']);
        return () => putHold(hold as unknown as Hold);
      },
      hold_released(read) {
        const holdId = textOf(read, 'hold_id');
        const released = {
          by: textOf(read, 'by'),
          at: textOf(read, 'at'),
          reason: textOf(read, 'reason'),
        };
        return () => {
          const row = readOne.get(holdId);
          // One that was placed in events that are gone comes with the state that was carried over them.
          if (row !== undefined) putHold({ ...toHold(row), status: 'released', released });
        };
      },
    },
    salvage: {
      hold_placed(read) {
        const hold = keptWhole(read);
        return ({ first_sequence, timestamp }) =>
          putHold({ ...hold, hold_id: hold.hold_id ?? `hold-at-${first_sequence}`, placed_at: timestamp });
      },
    },
    methods: {
      async hold(holdId) {
        const row = readOne.get(holdId);
        return row === undefined ? undefined : toHold(row);
      },
      async holds({ cursor, limit, tenant_id = null, status = null }: HoldParameters) {
        const [before_time, before_id] =
          cursor === undefined ? [null, null] : decodeCursor(cursor, ['string', 'string']);
        const rows = readPage.all({ tenant_id, status, before_time, before_id, take: limit + 1 });
        const page = takePage(rows, limit, (row) => encodeCursor([row.placed_at, row.hold_id]));
        return { ...page, items: page.items.map(toHold) };
      },
      async activeHolds() {
        return readActive.all().map(toHold);
      },
    },
  };
}

type HoldParameters = { tenant_id?: string | null; status?: string | null; limit: number; cursor?: string };

/** A hold of everything, in place of one that does not say what it keeps: until somebody releases it, nothing is purged. */
function keptWhole({ event }: ReadEvent): Omit<Hold, 'hold_id' | 'placed_at'> & { hold_id?: string } {
  const { hold_id } = (event.payload?.['hold'] ?? {}) as { hold_id?: unknown };
  return {
    ...(typeof hold_id === 'string' && { hold_id }),
    ...{ status: 'active', scope: {}, placed_by: 'aisecops' },
    reason: 'What this hold keeps cannot be read from the log, so it keeps everything.',
  };
}

/** Puts a hold in the place of what was known of it. */
export function createHoldWriter(db: SqliteDatabase): (hold: Hold) => void {
  const put = db.prepare(
    'INSERT OR REPLACE INTO holds (hold_id, tenant_id, status, placed_at, record) VALUES (?, ?, ?, ?, ?)',
  );
  return (hold) => {
    const { hold_id, scope, status, placed_at } = hold;
    put.run(hold_id, scope.tenant_id ?? null, status, placed_at, JSON.stringify(hold));
  };
}

function toHold({ record }: HoldRow): Hold {
  return parseJson(record) as unknown as Hold;
}
