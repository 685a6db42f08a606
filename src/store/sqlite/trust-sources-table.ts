import { parseJson } from '../../json/parse-json.ts';
import type { TrustSource } from '../../trust/trust-source.ts';
import type { StoredSource, TrustStore } from '../../trust/trust-store.ts';
import type { SqliteDatabase } from './database.ts';
import { type EventHandler, type EventHandlers, objectOf, optionalTextOf, textOf } from './event-payload.ts';

export type TrustSourceRow = { source_id: string; origin: string; record: string };

export function createTrustSourceWriter(db: SqliteDatabase): (row: TrustSourceRow) => void {
  const put =
    db.prepare(`INSERT INTO trust_sources (source_id, origin, record) VALUES (@source_id, @origin, @record)
    ON CONFLICT (source_id) DO UPDATE SET origin = excluded.origin, record = excluded.record`);
  return (row) => put.run(row);
}

export function createTrustSourcesTable(db: SqliteDatabase): {
  handlers: EventHandlers;
  methods: TrustStore;
} {
  const write = createTrustSourceWriter(db);
  const readAll = db.prepare<[], TrustSourceRow>('SELECT * FROM trust_sources');
  const put: EventHandler = (read) => {
    const source = objectOf(read, 'source', ['source_type', 'source_name', 'trust_level']);
    const source_id = textOf(read, 'source_id');
    const origin = optionalTextOf(read, 'origin') === 'file' ? 'file' : 'api';
    return () => write({ source_id, origin, record: JSON.stringify(source) });
  };
  return {
    handlers: {
      trust_source_registered: put,
      trust_source_updated: put,
      trust_source_revoked: put,
      trust_source_restored: put,
      trust_key_added: put,
      trust_key_revoked: put,
    },
    methods: {
      async trustSources() {
        return readAll.all().map(
          ({ origin, record }): StoredSource => ({
            // Checked by the directory, which knows what a source is.
            source: parseJson(record) as TrustSource,
            origin: origin === 'file' ? 'file' : 'api',
          }),
        );
      },
    },
  };
}
