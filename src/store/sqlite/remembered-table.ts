import { REMEMBERED_CONTENTS, type RememberedStore } from '../../trust/remembered-contents.ts';
import type { SqliteDatabase } from './database.ts';
import { type EventHandler, type EventHandlers, objectsOf, tenantOf } from './event-payload.ts';

/** Rows beyond those that are kept are taken away once in so many events. */
const EVENTS_PER_TRIM = 100;

type Row = Awaited<ReturnType<RememberedStore['rememberedContents']>>[number];

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
