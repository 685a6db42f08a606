import type { TextSearch } from '../../replay/search/text-search.ts';
import type { AppliedPosition } from '../store.ts';
import { openDatabase, TEXTS } from './database.ts';
import { createTextReader } from './text-reader.ts';

/** An event with the words of its texts, apart and in lower case; texts are parted by `TEXT_BREAK`. */
export type TextEntry = { sequence: number; trace_id?: string; trace_sequence?: number; words: string };

/** A word that no text has: phrases do not reach over it. */
export const TEXT_BREAK = '\uE000';

/** More events of one trace are filed under its beginning no more. */
const MAX_FILED = 2 ** 30;

/** What a search answers, but for how far it reached. */
type Found<Method extends keyof TextSearch> = Omit<
  Awaited<ReturnType<TextSearch[Method]>>,
  'searched_through' | 'not_searched'
>;

/** How far the words reach. */
export type SearchedPosition = AppliedPosition & {
  /** The event that the log began with when the first of them were gathered. */
  begins: number;
};

/** The words of a log, beside the store that follows it. A view: it can be deleted and made again from the log. */
export type TextIndex = {
  /** The last event whose words are in here, and where the next one begins. */
  searched(): SearchedPosition | undefined;
  /** The event that the store begins with; `undefined` while it still has rows of purged ones. */
  beginning(): number | undefined;
  /** How far the store is. The words MUST NOT be ahead of it. */
  applied(): AppliedPosition | undefined;
  /** Takes the words of the events up to a position, in the order of the log and in one transaction. */
  add(entries: readonly TextEntry[], position: SearchedPosition): void;
  clear(): void;
  traces(...asked: Parameters<TextSearch['traces']>): Found<'traces'>;
  spans(...asked: Parameters<TextSearch['spans']>): Found<'spans'>;
  close(): void;
};

/**
 * Opens or creates the words in a database of their own, with the store for reading: so the store is never kept from
 * writing. Throws as `openDatabase` does.
 */
export function openTextIndex(file: string, storeFile: string): TextIndex {
  const db = openDatabase(file, TEXTS);
  // Nobody waits for this database to sync, so it need not do so often.
  db.pragma('wal_autocheckpoint = 2000');
  db.prepare('ATTACH DATABASE ? AS store').run(storeFile);
  const readSearched = db.prepare<[], SearchedPosition>(
    'SELECT sequence, hash, offset, begins FROM searched',
  );
  const readApplied = db.prepare<[], AppliedPosition>('SELECT sequence, hash, offset FROM applied');
  const readPurged = db.prepare<[], number>('SELECT coalesce(max(last), -1) + 1 FROM purges').pluck();
  const hasBefore = db.prepare<[number], number>('SELECT 1 FROM spans WHERE first_sequence < ? LIMIT 1');
  const writeSearched = db.prepare(
    'INSERT OR REPLACE INTO searched (id, sequence, hash, offset, begins) VALUES (1, ?, ?, ?, ?)',
  );
  const insert = db.prepare('INSERT INTO texts (rowid, words) VALUES (?, ?)');
  const insertLater = db.prepare('INSERT INTO later_texts (rowid, words) VALUES ((? << 30) | ?, ?)');
  const firstSpanOf = db.prepare<[string], { first_sequence: number; last_sequence: number }>(
    `SELECT first_sequence, last_sequence FROM spans
     WHERE first_sequence = (SELECT first_sequence FROM traces WHERE trace_id = ?)`,
  );
  const later = (entries: readonly TextEntry[]) =>
    entries.flatMap(({ sequence, trace_id, trace_sequence = 0, words }) => {
      const first = trace_id === undefined ? undefined : firstSpanOf.get(trace_id);
      const isFirst = first === undefined || sequence <= first.last_sequence;
      if (isFirst || trace_sequence >= MAX_FILED) return [];
      return [{ trace: first.first_sequence, trace_sequence, words }];
    });
  const addAll = db.transaction((entries: readonly TextEntry[], position: SearchedPosition) => {
    for (const { sequence, words } of entries) insert.run(sequence, words);
    // In the order of their keys: out of it, each row would be written out by itself.
    const sorted = later(entries).toSorted(
      (a, b) => a.trace - b.trace || a.trace_sequence - b.trace_sequence,
    );
    for (const { trace, trace_sequence, words } of sorted) insertLater.run(trace, trace_sequence, words);
    writeSearched.run(position.sequence, position.hash, position.offset, position.begins);
  });
  return {
    ...createTextReader(db),
    searched: () => readSearched.get(),
    beginning: () => {
      const begins = readPurged.get() ?? 0;
      return hasBefore.get(begins) === undefined ? begins : undefined;
    },
    applied: () => readApplied.get(),
    add: (entries, position) => addAll.immediate(entries, position),
    clear() {
      db.exec(`INSERT INTO texts (texts) VALUES ('delete-all');
        INSERT INTO later_texts (later_texts) VALUES ('delete-all');
        DELETE FROM searched;`);
      // What is left in free pages can still be read by whoever has the file.
      db.exec('VACUUM main');
      db.pragma('main.wal_checkpoint(TRUNCATE)');
    },
    close: () => void db.close(),
  };
}
