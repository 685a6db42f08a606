import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { findLogEnd } from '../src/audit/log-end.ts';
import { WHOLE_LOG } from '../src/audit/log-start.ts';
import { openAuditLog } from '../src/audit/open-audit-log.ts';
import { readGroups } from '../src/audit/read-groups.ts';
import { openTexts } from '../src/search/open-texts.ts';
import { followTexts } from '../src/search/text-follower.ts';
import { catchUp } from '../src/store/catch-up.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { UNREAD_EVENTS } from '../src/store/unread-events.ts';
import { GROUP_EVENTS, groupAt } from './event-groups.ts';
import type { Benchmark, Figure } from './figure.ts';
import { compare, inTurns } from './rounds.ts';
import { type Scope, withScope } from './scope.ts';

export const indexLog: Benchmark = {
  question:
    'How many events a second are indexed again from the log beside parsing each line and a plain insert?',
  run: ({ isQuick, say }) =>
    withScope(async (scope) => {
      const [groups, rounds] = isQuick ? [5_000, 2] : [50_000, 5];
      const file = join(scope.directory(), 'events.jsonl');
      say(`writing a log of ${groups * GROUP_EVENTS.length} events`);
      const events = await writeLog(file, groups);
      say(`${rounds} rounds over it`);
      const measured = await inTurns(
        {
          naive: () => perSecond(events, () => insertNaively(file, scope)),
          index: () => perSecond(events, () => indexed(file, join(scope.directory(), 'store.db'))),
        },
        rounds,
      );
      const stored = join(scope.directory(), 'store.db');
      await indexed(file, stored);
      const words = await perSecond(events, () => gathered(file, stored));
      const { baseline, ...rest } = compare(measured.index, measured.naive);
      const beside = { name: 'parse and insert', value: baseline };
      return [
        {
          ...{ name: 'index, from the log', unit: 'events/s', ...rest, baseline: beside },
          target: { of: 'value', bound: 'at_least', limit: 100_000 },
        },
        {
          name: 'words, from the log',
          unit: 'events/s',
          value: words,
          baseline: beside,
          ratio: words / baseline,
        },
      ] satisfies Figure[];
    }),
};

/** Answers the number of events. */
async function writeLog(file: string, groups: number): Promise<number> {
  const { log } = await openAuditLog({ file, clock: () => Date.now(), onCommit: () => undefined });
  for (let index = 0; index < groups; index += 64) {
    const count = Math.min(64, groups - index);
    await Promise.all(Array.from({ length: count }, (_, offset) => log.append(groupAt(index + offset))));
  }
  await log.close();
  return log.nextSequence;
}

async function perSecond(events: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return events / ((performance.now() - start) / 1000);
}

async function indexed(file: string, storeFile: string): Promise<void> {
  const store = await openSqliteStore(storeFile, { isFilling: true });
  await catchUp(store, {
    ...(await findLogEnd(file)),
    start: WHOLE_LOG,
    hashBefore: async () => undefined,
    groups: (from, to) => readGroups(file, from, to, UNREAD_EVENTS),
  });
  await store.close();
}

async function gathered(file: string, storeFile: string): Promise<void> {
  const texts = openTexts(storeFile);
  await followTexts(file, texts, () => true);
  texts.close();
}

/** What one would write first: each line parsed, and a row of it in a table with an index by trace. Nothing is checked. */
async function insertNaively(file: string, scope: Scope): Promise<void> {
  const db = new Database(join(scope.directory(), 'naive.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec(`CREATE TABLE events (sequence INTEGER PRIMARY KEY, trace_id TEXT, tenant_id TEXT, agent_id TEXT,
    event_type TEXT, decision TEXT, timestamp TEXT); CREATE INDEX by_trace ON events (trace_id)`);
  const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)');
  let rows = 0;
  db.exec('BEGIN');
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { sequence, trace_id, tenant_id, agent_id, event_type, decision, timestamp } = JSON.parse(line);
    insert.run(
      sequence,
      trace_id ?? null,
      tenant_id ?? null,
      agent_id ?? null,
      event_type,
      decision ?? null,
      timestamp,
    );
    rows += 1;
    if (rows % 4_000 === 0) db.exec('COMMIT; BEGIN');
  }
  db.exec('COMMIT');
  db.close();
}
