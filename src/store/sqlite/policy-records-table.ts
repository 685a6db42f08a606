import { parseJson } from '../../json/parse-json.ts';
import { isWaiting } from '../../versions/activation-rules.ts';
import { RECORDS_KEPT, type VersionRecord, type VersionStore } from '../../versions/records.ts';
import type { SqliteDatabase } from './database.ts';
import { type EventHandler, type EventHandlers, objectOf } from './event-payload.ts';

export type PolicyRow = { kind: string; id: string; sequence: number; record: string };

/** Records that are over, beyond those that are kept. What was published stays. */
const TRIM = `DELETE FROM policy_records WHERE kind = @kind AND is_open = 0 AND sequence <= (
  SELECT sequence FROM policy_records WHERE kind = @kind ORDER BY sequence DESC LIMIT 1 OFFSET ${RECORDS_KEPT})`;

/** What became of versions of policies. */
export function createPolicyRecordsTable(db: SqliteDatabase): {
  handlers: EventHandlers;
  methods: VersionStore;
} {
  const put = createPolicyRecordWriter(db);
  const trim = db.prepare<[object]>(TRIM);
  const readAll = db.prepare<[], PolicyRow>(
    'SELECT kind, id, sequence, record FROM policy_records ORDER BY sequence, kind',
  );
  const taking =
    (member: 'publication' | 'activation' | 'request', idOf: (record: Member) => unknown): EventHandler =>
    (read) => {
      // Events from before there were versions have no such member, and bring about nothing.
      if (read.event.payload?.[member] === undefined) return () => undefined;
      const record = objectOf(read, member, []);
      return ({ first_sequence, events }) => {
        const sequence = first_sequence + events.indexOf(read.event);
        put({ kind: member, id: String(idOf(record) ?? sequence), sequence, record });
        if (member !== 'publication') trim.run({ kind: member });
      };
    };
  const request = taking('request', ({ activation_id }) => activation_id);
  const activation = taking('activation', () => undefined);
  return {
    handlers: {
      policy_published: taking('publication', ({ version, files_hash }) => `${version} ${files_hash}`),
      policy_activated(read) {
        const changes = [activation(read), request(read)];
        return (group) => {
          for (const change of changes) change(group);
        };
      },
      policy_activation_requested: request,
      policy_activation_confirmed: request,
      policy_activation_cancelled: request,
      policy_activation_expired: request,
      policy_activation_failed: request,
    },
    methods: {
      async versionRecords() {
        return readAll
          .all()
          .map(({ kind, record }) => ({ kind, record: parseJson(record) })) as never as VersionRecord[];
      },
    },
  };
}

type Member = Record<string, unknown>;

/** Puts a record in the place of what was known under its id. */
export function createPolicyRecordWriter(
  db: SqliteDatabase,
): (row: Omit<PolicyRow, 'record'> & { record: unknown }) => void {
  const put = db.prepare(
    'INSERT OR REPLACE INTO policy_records (kind, id, sequence, is_open, record) VALUES (?, ?, ?, ?, ?)',
  );
  return ({ kind, id, sequence, record }) => {
    const isOpen = kind === 'request' && isWaiting(record as Parameters<typeof isWaiting>[0]);
    put.run(kind, id, sequence, isOpen ? 1 : 0, JSON.stringify(record));
  };
}
