import type { SpanQuery, TraceEntry, TraceQuery } from '../../replay/event-index.ts';
import type { SearchTerm } from '../../replay/search/search-query.ts';
import type { FoundSpan } from '../../replay/search/text-search.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { SqliteDatabase } from './database.ts';
import {
  createRangeFinder,
  SPAN_COLUMNS,
  SPAN_FILTERS,
  type SpanRow,
  TRACE_FILTERS,
  type TraceRow,
  toSpan,
  toTrace,
  whereOf,
} from './index-rows.ts';
import { takePage } from './page.ts';

/** Events looked at for one page: a search for what is everywhere, under a filter that nothing meets, must end. */
const MAX_STEPS = 20_000;

type Match = { match: string; from: number; until: number };

/** Reads what has the words that are searched for. Both lists walk back along their keys and stop when they have a page. */
export function createTextReader(db: SqliteDatabase) {
  const rangeOf = createRangeFinder(db);
  const beginnings = createBeginnings(db);
  const eventsWith = eventsMatching(db);
  return {
    traces(terms: readonly SearchTerm[], query: TraceQuery): TracePage {
      const { from, to, limit, cursor, ...filters } = query;
      const range = rangeOf(query);
      const [before = Number.MAX_SAFE_INTEGER] = cursor === undefined ? [] : decodeCursor(cursor, ['number']);
      const until = Math.min(range.until, Number(before));
      const read = db.prepare<[object], TraceRow>(
        `SELECT * FROM traces WHERE ${whereOf(TRACE_FILTERS, filters)}`,
      );
      const rowAt = (first: number) => read.get({ ...filters, from: first, until: first + 1 });
      return tracePage(beginnings({ match: matchOf(terms), from: range.from, until }), rowAt, limit);
    },
    spans(terms: readonly SearchTerm[], query: SpanQuery): SpanPage {
      const { from, to, limit, before_sequence, ...filters } = query;
      const range = rangeOf(query);
      const until = Math.min(range.until, before_sequence ?? Number.MAX_SAFE_INTEGER);
      const read = db.prepare<[object], SpanRow>(
        `SELECT ${SPAN_COLUMNS} FROM spans WHERE ${whereOf(SPAN_FILTERS, filters)}
         AND first_sequence = (SELECT max(first_sequence) FROM spans WHERE first_sequence <= @sequence)`,
      );
      const rowOf = (sequence: number) => read.get({ ...filters, ...range, sequence });
      return spanPage(eventsWith.iterate({ match: matchOf(terms), from: range.from, until }), rowOf, limit);
    },
  };
}

type TracePage = { items: TraceEntry[]; next_cursor?: string };
type SpanPage = { items: FoundSpan[]; resume_before?: number };

function tracePage(
  steps: Iterable<Step>,
  rowAt: (first: number) => TraceRow | undefined,
  limit: number,
): TracePage {
  const rows: TraceRow[] = [];
  let taken = 0;
  for (const { first, passed } of steps) {
    const row = first === undefined ? undefined : rowAt(first);
    if (row !== undefined) rows.push(row);
    if (rows.length > limit) break;
    taken += 1;
    if (taken >= MAX_STEPS) return { items: rows.map(toTrace), next_cursor: encodeCursor([passed]) };
  }
  const page = takePage(rows, limit, (row) => encodeCursor([row.first_sequence]));
  return { ...page, items: page.items.map(toTrace) };
}

function spanPage(
  found: Iterable<number>,
  rowOf: (sequence: number) => SpanRow | undefined,
  limit: number,
): SpanPage {
  const items: FoundSpan[] = [];
  let taken = 0;
  for (const sequence of found) {
    const last = items.at(-1);
    const isInLast = last !== undefined && sequence >= last.span.first_sequence;
    if (isInLast) last.found.push(sequence);
    else if (items.length === limit || taken >= MAX_STEPS) return { items, resume_before: sequence + 1 };
    else {
      const row = rowOf(sequence);
      if (row !== undefined) items.push({ span: toSpan(row), found: [sequence] });
    }
    taken += 1;
  }
  return { items };
}

function eventsMatching(db: SqliteDatabase) {
  // FTS5 takes no heed of a bound that is no integer, and numbers come as floating point.
  return db
    .prepare<[Match], number>(
      `SELECT rowid FROM texts WHERE texts MATCH @match
         AND rowid >= CAST(@from AS INTEGER) AND rowid < CAST(@until AS INTEGER) ORDER BY rowid DESC`,
    )
    .pluck();
}

/** Words are letters, digits and marks, so nothing that a person wrote is an operator here. */
function matchOf(terms: readonly SearchTerm[]): string {
  return terms.map(({ words, isPrefix }) => `"${words.join(' ')}"${isPrefix ? ' *' : ''}`).join(' AND ');
}

/** A step back through what was found: a trace by its first sequence, and the sequence from which on all is done. */
type Step = { first?: number; passed: number };

/**
 * The first sequences of traces with a found event, newest first and each once: those that were found by their first
 * group, which stand in order of themselves, and those by a later one, which are filed under the beginning.
 */
function createBeginnings(db: SqliteDatabase): (match: Match) => Generator<Step> {
  const inOrder = eventsMatching(db);
  const filed = db
    .prepare<[Match], number>(
      `SELECT rowid >> 30 FROM later_texts WHERE later_texts MATCH @match
         AND rowid >= (@from << 30) AND rowid < (min(@until, (1 << 33) - 1) << 30) ORDER BY rowid DESC`,
    )
    .pluck();
  const beginningOf = db
    .prepare<[number], number>(
      `SELECT first_sequence FROM spans WHERE continues = 0 AND trace_id IS NOT NULL
         AND first_sequence = (SELECT max(first_sequence) FROM spans WHERE first_sequence <= ?)`,
    )
    .pluck();
  return function* (match) {
    const sources = [
      stepsOf(inOrder.iterate(match), (sequence) => beginningOf.get(sequence)),
      stepsOf(filed.iterate(match), (first) => first),
    ];
    try {
      let before: number | undefined;
      for (const step of merged(sources)) {
        yield step.first === before ? { passed: step.passed } : step;
        before = step.first ?? before;
      }
    } finally {
      // An open query keeps its connection from writing.
      for (const source of sources) source.return(undefined);
    }
  };
}

/** The steps of all sources, each of which goes back in order, in one order. */
function* merged(sources: readonly Generator<Step>[]): Generator<Step> {
  const heads = sources.map((source) => source.next());
  for (;;) {
    const places = heads.map(({ done, value }) => (done === true ? -1 : (value as Step).passed));
    const newest = Math.max(...places);
    const index = places.indexOf(newest);
    const source = sources[index];
    if (newest < 0 || source === undefined) return;
    yield heads[index]?.value as Step;
    heads[index] = source.next();
  }
}

function* stepsOf(
  found: Iterable<number>,
  beginningOf: (found: number) => number | undefined,
): Generator<Step> {
  for (const place of found) {
    const first = beginningOf(place);
    yield first === undefined ? { passed: place } : { first, passed: first };
  }
}
