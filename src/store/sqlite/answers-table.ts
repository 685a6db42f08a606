import type { IdempotencyStore, StoredAnswer } from '../../idempotency/idempotency-store.ts';
import type { SqliteDatabase } from './database.ts';

/** Answers to requests with an idempotency key. */
export function createAnswersTable(db: SqliteDatabase): { methods: IdempotencyStore } {
  const read = db.prepare<[string, string], StoredAnswer>(
    'SELECT body_hash, status, body, created_at FROM answers WHERE scope = ? AND key = ?',
  );
  const put = db.prepare(`INSERT OR REPLACE INTO answers (scope, key, body_hash, status, body, created_at)
    VALUES (?, ?, ?, ?, ?, ?)`);
  const purge = db.prepare(`DELETE FROM answers WHERE (scope, key) IN
    (SELECT scope, key FROM answers WHERE created_at < ? ORDER BY created_at LIMIT ?)`);
  return {
    methods: {
      async answer(scope, key) {
        return read.get(scope, key);
      },
      async keepAnswer(scope, key, { body_hash, status, body, created_at }) {
        put.run(scope, key, body_hash, status, body, created_at);
      },
      async purgeAnswers(before, limit) {
        return purge.run(before, limit).changes;
      },
    },
  };
}
