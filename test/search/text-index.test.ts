import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AuditEvent } from '../../src/audit/event.ts';
import type { SpanQuery, TraceQuery } from '../../src/replay/event-index.ts';
import { parseSearch } from '../../src/replay/search/search-query.ts';
import { followTexts } from '../../src/search/text-follower.ts';
import { openTextIndex, type TextIndex } from '../../src/store/sqlite/text-index.ts';
import { openParts, type Parts } from '../store/open-parts.ts';
import { type NaiveTerm, naiveMatch } from './naive-search.ts';

const SOME_WORDS = [
  'pay',
  'payment',
  'Péage',
  'contract',
  'RÉSUMÉ',
  '契約書',
  '請求',
  '💸',
  'ﬁle',
  'naïve',
  'or',
];
const BETWEEN = [' ', '-', '_', '"', '\0', '. ', '\u200b', ' * ', '\n', ''];

/** Texts of few words, so that they often meet, and of anything else. */
function anyText(): fc.Arbitrary<string> {
  const word = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...SOME_WORDS) }, anyMarks());
  const parts = fc.array(fc.tuple(word, fc.constantFrom(...BETWEEN)), { minLength: 1, maxLength: 5 });
  return parts.map((all) => all.flat().join(''));
}

function anyMarks(): fc.Arbitrary<string> {
  return fc.string({ unit: 'grapheme-composite', maxLength: 4 }).map((text) => text.toWellFormed());
}

const TRACES = ['run-1', 'run-2', 'run-3', undefined];

function anyGroup() {
  return fc.record({
    trace_id: fc.constantFrom(...TRACES),
    tenant_id: fc.constantFrom('acme', 'globex'),
    texts: fc.array(anyText(), { minLength: 1, maxLength: 3 }),
  });
}
type Group = { trace_id: string | undefined; tenant_id: string; texts: string[] };

/** A term as a person writes it, taken from what is there or not. */
function anyTerm(): fc.Arbitrary<{ written: string; term: NaiveTerm }> {
  return fc.tuple(anyText(), fc.boolean()).map(([text, isPrefix]) => {
    const clean = text.replaceAll('"', ' ');
    return { written: `"${clean}"${isPrefix ? '*' : ''}`, term: { text: clean, isPrefix } };
  });
}

function open(parts: Parts): TextIndex {
  const texts = openTextIndex(join(parts.directory, 'text.db'), join(parts.directory, 'store.db'));
  onTestFinished(() => texts.close());
  return texts;
}

async function record({ log }: Parts, { trace_id, tenant_id, texts }: Group, index: number): Promise<void> {
  await log.append({
    context: { tenant_id, ...(trace_id !== undefined && { trace_id: `${tenant_id}-${trace_id}` }) },
    events: texts.map((text) => ({ event_type: 'access_denied', payload: { deep: [{ text }], index } })),
  });
}

function eventsIn(file: string): AuditEvent[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

const always = () => true;

/** All pages of a list, which MUST not repeat or lose anything. */
function allTraces(texts: TextIndex, terms: ReturnType<typeof parseSearch>, query: TraceQuery): string[] {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = texts.traces(terms, { ...query, ...(cursor !== undefined && { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(query.limit);
    found.push(...page.items.map(({ trace_id }) => trace_id));
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return found;
}

function allEvents(texts: TextIndex, terms: ReturnType<typeof parseSearch>, query: SpanQuery): number[] {
  const found: number[] = [];
  let before: number | undefined;
  do {
    const page = texts.spans(terms, { ...query, ...(before !== undefined && { before_sequence: before }) });
    expect(page.items.length).toBeLessThanOrEqual(query.limit);
    found.push(...page.items.flatMap((item) => item.found));
    before = page.resume_before;
  } while (before !== undefined);
  return found;
}

type Search = { written: string; term: NaiveTerm }[];

/** Compares both lists with a scan over all events; answers how many events it found. */
function expectAsScanned(
  texts: TextIndex,
  events: readonly AuditEvent[],
  search: Search,
  limit: number,
): number {
  const parsed = asParsed(search.map(({ written }) => written).join(' '));
  if (parsed === undefined || parsed.length !== search.length) return 0;
  const terms = search.map(({ term }) => term);
  const meant = events.filter((event) => naiveMatch(event, terms)).toReversed();
  const begun = [...new Set(events.flatMap(({ trace_id }) => trace_id ?? []))].toReversed();
  for (const tenant of [undefined, 'acme']) {
    const own = meant.filter(({ tenant_id }) => tenant === undefined || tenant_id === tenant);
    const query = { limit, ...(tenant !== undefined && { tenant_id: tenant }) };
    expect(allEvents(texts, parsed, query)).toEqual(own.map(({ sequence }) => sequence));
    const ids = new Set(own.flatMap(({ trace_id }) => trace_id ?? []));
    expect(allTraces(texts, parsed, query)).toEqual(begun.filter((id) => ids.has(id)));
  }
  return meant.length;
}

describe('a search', () => {
  it('finds what a scan over all events would, in the order of the lists, whatever was written', {
    timeout: 120_000,
  }, async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyGroup(), { maxLength: 5 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.array(anyTerm(), { minLength: 1, maxLength: 2 }), { minLength: 3, maxLength: 6 }),
        fc.integer({ min: 1, max: 4 }),
        async (batches, searches, limit) => {
          const parts = await openParts();
          const texts = open(parts);
          for (const batch of batches) {
            for (const [index, group] of batch.entries()) await record(parts, group, index);
            await followTexts(parts.file, texts, always);
          }
          const events = eventsIn(parts.file);
          for (const search of searches) found += expectAsScanned(texts, events, search, limit);
          texts.close();
          await parts.close();
        },
      ),
      { numRuns: 60 },
    );
    expect(found).toBeGreaterThan(20);
  });
});

/** Nothing where the search is refused. */
function asParsed(written: string) {
  try {
    return parseSearch(written);
  } catch {
    return undefined;
  }
}

describe('the words of a log', () => {
  const paid: Group = { trace_id: 'run-1', tenant_id: 'acme', texts: ['pay the rent'] };

  it('are gathered a part at a time, and go on where they were, also after a start', async () => {
    const parts = await openParts();
    for (let index = 0; index < 1_200; index += 1) await record(parts, paid, index);
    const texts = open(parts);
    expect(await followTexts(parts.file, texts, () => false)).toBe(999);
    expect(texts.searched()?.sequence).toBe(999);
    texts.close();
    const again = open(parts);
    expect(await followTexts(parts.file, again, always)).toBe(1_200);
    expect(allEvents(again, parseSearch('rent'), { limit: 500 })).toHaveLength(1_200);
  });

  it('of another log are thrown away', async () => {
    const [one, other] = [await openParts(), await openParts()];
    await record(one, paid, 0);
    for (let index = 0; index < 3; index += 1)
      await record(other, { ...paid, texts: ['buy a house'] }, index);
    const texts = openTextIndex(join(one.directory, 'text.db'), join(one.directory, 'store.db'));
    await followTexts(one.file, texts, always);
    texts.close();
    const moved = openTextIndex(join(one.directory, 'text.db'), join(other.directory, 'store.db'));
    onTestFinished(() => moved.close());
    expect(await followTexts(other.file, moved, always)).toBe(3);
    expect(allEvents(moved, parseSearch('rent'), { limit: 9 })).toEqual([]);
    expect(allEvents(moved, parseSearch('house'), { limit: 9 })).toEqual([3, 2, 1]);
  });

  it('end a search that goes through too much, and the next page goes on', async () => {
    const parts = await openParts();
    const texts = open(parts);
    const many = Array.from({ length: 1_000 }, () => 'pay the rent');
    for (let index = 0; index < 25; index += 1)
      await record(
        parts,
        { trace_id: index % 5 === 0 ? 'long' : `run-${index}`, tenant_id: 'acme', texts: many },
        index,
      );
    await record(parts, { ...paid, tenant_id: 'globex' }, 0);
    await followTexts(parts.file, texts, always);
    const terms = parseSearch('rent');
    const page = texts.traces(terms, { limit: 10, tenant_id: 'nobody' });
    expect(page).toEqual({ items: [], next_cursor: expect.any(String) });
    expect(allTraces(texts, terms, { limit: 10, tenant_id: 'nobody' })).toEqual([]);
    expect(allTraces(texts, terms, { limit: 10, tenant_id: 'acme' })).toHaveLength(21);
    expect(new Set(allTraces(texts, terms, { limit: 3, tenant_id: 'acme' })).size).toBe(21);
    expect(texts.spans(terms, { limit: 10, tenant_id: 'nobody' })).toEqual({
      items: [],
      resume_before: expect.any(Number),
    });
    expect(allEvents(texts, terms, { limit: 10, tenant_id: 'acme' })).toHaveLength(25_000);
  });

  it.each(['', 'x', Buffer.from('["a"]').toString('base64url')])('refuse the cursor %j', async (cursor) => {
    const parts = await openParts();
    const texts = open(parts);
    expect(() => texts.traces(parseSearch('x'), { limit: 1, cursor })).toThrow(
      expect.objectContaining({ code: 'invalid_cursor' }),
    );
  });
});
