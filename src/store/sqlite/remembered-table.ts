import { REMEMBERED_CONTENTS, type RememberedStore } from '../../trust/remembered-contents.ts';
import type { CarriedContents } from '../carried-state.ts';
import type { SqliteDatabase } from './database.ts';
import { type EventHandler, type EventHandlers, objectsOf, tenantOf } from './event-payload.ts';

/** Rows beyond those that are kept are taken away once in so many events. */
const EVENTS_PER_TRIM = 100;

type Row = Awaited<ReturnType<RememberedStore['rememberedContents']>>[number];

/** Contents that outlive a purge, the newest of all tenants: what they take in the log is some megabytes. */
const MAX_CARRIED = 200_000;

type CarriedRow = Omit<CarriedContents, 'content_hashes'> & { hashes: string };

/**
 * What was remembered by events up to `last`, to be carried over their purge; and what is `unverified`, since an event that
 * told of it later may have said less.
 */
export function createCarriedContents(db: SqliteDatabase): (last: number) => CarriedContents[] {
  const read = db.prepare<[object], CarriedRow>(`SELECT tenant_id, sequence, trust_level,
      json_group_array(content_hash) AS hashes
    FROM (SELECT * FROM remembered WHERE sequence <= @last OR trust_level = 'unverified' ORDER BY sequence DESC LIMIT ${MAX_CARRIED})
    GROUP BY sequence, tenant_id, trust_level ORDER BY sequence, tenant_id, trust_level`);
  return (last) =>
    read.all({ last }).map(({ hashes, ...row }) => ({
      ...row,
      content_hashes: (JSON.parse(hashes) as string[]).toSorted(),
    }));
}

/** Puts what was carried beside what later events told: of both the least counts. */
export function createContentsWriter(db: SqliteDatabase): (row: Record<string, unknown>) => void {
  const put = db.prepare<[object]>(`INSERT INTO remembered (tenant_id, content_hash, trust_level, sequence)
    VALUES (@tenant_id, @content_hash, @trust_level, @sequence)
    ON CONFLICT (tenant_id, content_hash) DO UPDATE SET
      trust_level = excluded.trust_level, sequence = excluded.sequence
      WHERE trust_level <> 'unverified' AND excluded.trust_level = 'unverified'`);
  return ({ content_hashes, ...row }) => {
    for (const content_hash of content_hashes as string[]) put.run({ ...row, content_hash });
  };
}

export function createRememberedTable(db: SqliteDatabase): {
  handlers: EventHandlers;
  methods: RememberedStore;
} {
  const put = db.prepare<[object]>(`INSERT INTO remembered (tenant_id, content_hash, trust_level, sequence)
    VALUES (@tenant_id, @content_hash, @trust_level, @sequence)
    ON CONFLICT (tenant_id, content_hash) DO UPDATE SET sequence = excluded.sequence,
      trust_level = CASE trust_level WHEN 'unverified' THEN trust_level ELSE excluded.trust_level END`);
  const trim = db.prepare<[object]>(`DELETE FROM remembered WHERE tenant_id = @tenant_id AND sequence <= (
    SELECT sequence FROM remembered WHERE tenant_id = @tenant_id
    ORDER BY sequence DESC LIMIT 1 OFFSET ${REMEMBERED_CONTENTS})`);
  const readAll = db.prepare<[], Row>(
    'SELECT tenant_id, content_hash, trust_level FROM remembered ORDER BY sequence',
  );
  let events = 0;
  const remember: EventHandler = (read) => {
    const tenant_id = tenantOf(read);
    const contents = objectsOf(read, 'contents', ['content_hash', 'trust_level']);
    return ({ first_sequence }) => {
      for (const content of contents) put.run({ ...content, tenant_id, sequence: first_sequence });
      events += 1;
      if (events % EVENTS_PER_TRIM === 0) trim.run({ tenant_id });
    };
  };
  return {
    handlers: { content_remembered: remember },
    methods: {
      async rememberedContents() {
        return readAll.all();
      },
    },
  };
}
