import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HistoryLedger, type PastPlan } from '../../src/history/history-ledger.ts';
import { compileQuery } from '../../src/policy/history.ts';
import type { QueryContent } from '../../src/policy/history-schema.ts';
import type { HistoryQuery } from '../../src/policy/past.ts';
import { naiveFact } from './naive-history.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FOREVER = Number.NEGATIVE_INFINITY;

const anyQuery: fc.Arbitrary<QueryContent> = fc
  .record({
    within: fc.constantFrom('trace', 'session', 'agent', 'tenant'),
    window: fc.constantFrom('1h', '2d', '30d'),
    tool_name: fc.constantFrom(undefined, ['pay'], ['pay', 'mail']),
    decision: fc.constantFrom(['allow'] as const, ['block'] as const, ['allow', 'block'] as const),
    same: fc.constantFrom(undefined, ['/payee']),
    new: fc.constantFrom(undefined, ['/payee']),
  })
  .map((query) => Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)))
  .map((query) => query as unknown as QueryContent);

const anyStep = fc.record({
  tool_name: fc.constantFrom('pay', 'mail', 'read'),
  payee: fc.constantFrom('A', 'B', 7, undefined, '?'),
});
type AnyStep = { tool_name: string; payee: string | number | undefined };

const stepOf = ({ tool_name, payee }: AnyStep) => ({
  tool_name,
  arguments: payee === undefined ? {} : payee === '?' ? { payee: { $from: 'x' } } : { payee },
  unknown_pointers: payee === '?' ? ['/payee'] : [],
});

const anyPlan = fc.record({
  subject: fc.record({
    tenant_id: fc.constantFrom('t1', 't2'),
    agent_id: fc.constantFrom('a1', 'a2'),
    trace_id: fc.constantFrom('r1', 'r2'),
    session: fc.constantFrom('s1', undefined),
  }),
  steps: fc.array(anyStep, { maxLength: 3 }),
  decision: fc.constantFrom('allow', 'allow', 'block', 'require_approval'),
  waitMs: fc.constantFrom(0, 1, 30 * 60_000, HOUR_MS, DAY_MS, 20 * DAY_MS),
  isUndone: fc.boolean(),
});

type AnyPlan = typeof anyPlan extends fc.Arbitrary<infer P> ? P : never;

/** The plans one after the other, each so long after the one before. */
function inTime(plans: readonly AnyPlan[]): { past: PastPlan; isUndone: boolean }[] {
  let atMs = 1_000_000;
  return plans.map(({ subject: { session, ...subject }, steps, decision, waitMs, isUndone }) => {
    atMs += waitMs;
    const who = { ...subject, ...(session !== undefined && { session_id: session }) };
    return { past: { subject: who, steps: steps.map(stepOf), decision, atMs } as PastPlan, isUndone };
  });
}

function withParts(queries: readonly HistoryQuery[]): HistoryQuery[] {
  const all = queries.flatMap((query) =>
    query.seenBefore === undefined ? [query] : [query, query.seenBefore],
  );
  return [...new Map(all.map((query) => [query.key, query])).values()];
}

function openLedger(queries: readonly HistoryQuery[], knownSinceMs = FOREVER, limit?: number): HistoryLedger {
  const ledger = new HistoryLedger(limit === undefined ? {} : { limit });
  ledger.use(withParts(queries));
  ledger.beginAt(knownSinceMs);
  return ledger;
}

/** What a ledger answers about the steps of a plan, question by question. */
function factsOf(
  ledger: HistoryLedger,
  queries: readonly HistoryQuery[],
  { subject, steps, atMs }: PastPlan,
) {
  return steps.map((step) => queries.map((query) => ledger.factOf(query, subject, step, atMs)));
}

function naiveFacts(
  kept: readonly PastPlan[],
  queries: readonly HistoryQuery[],
  { subject, steps, atMs }: PastPlan,
) {
  return steps.map((step) => queries.map((query) => naiveFact(kept, query, subject, step, atMs)));
}

describe('the history ledger', () => {
  it('answers as going through everything that ever was does', () => {
    const contents = fc.array(anyQuery, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(contents, fc.array(anyPlan, { maxLength: 25 }), (asked, plans) => {
        const queries = asked.map(compileQuery);
        const ledger = openLedger(queries);
        const kept: PastPlan[] = [];
        for (const { past, isUndone } of inTime(plans)) {
          expect(factsOf(ledger, queries, past)).toEqual(naiveFacts(kept, queries, past));
          const noted = ledger.note(past);
          if (isUndone) ledger.undo(noted);
          else kept.push(past);
        }
      }),
    );
  });

  it('answers the same when the first part comes from the log, whatever is decided meanwhile', () => {
    const contents = fc.array(anyQuery, { minLength: 1, maxLength: 3 });
    const places = fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)).map((three) => three.sort((x, y) => x - y));
    fc.assert(
      fc.property(
        contents,
        fc.array(anyPlan, { minLength: 1, maxLength: 20 }),
        places,
        (asked, plans, at) => {
          const queries = asked.map(compileQuery);
          const history = inTime(plans).map(({ past }) => past);
          const [begins = 0, read = 0, taken = 0] = at
            .map((place) => place % history.length)
            .sort((x, y) => x - y);
          const inLog = openLedger(queries);
          noteAll(inLog, history.slice(0, read));
          const ledger = new HistoryLedger();
          ledger.use(withParts(queries));
          // What was decided between asking and reading is in the log and noted as well.
          noteAll(ledger, history.slice(begins, taken), begins);
          take(ledger, inLog, read);
          noteAll(ledger, history.slice(taken, -1), taken);
          const last = history.at(-1) as PastPlan;
          expect(factsOf(ledger, queries, last)).toEqual(naiveFacts(history.slice(0, -1), queries, last));
        },
      ),
    );
  });

  function noteAll(ledger: HistoryLedger, plans: readonly PastPlan[], first = 0): void {
    for (const [index, past] of plans.entries()) ledger.applied(ledger.note(past), first + index);
  }

  function take(ledger: HistoryLedger, inLog: HistoryLedger, read: number): void {
    ledger.beginReading();
    for (const [key, remembered] of inLog.answers())
      ledger.receive(key, structuredClone([...remembered.entries()]));
    const since = [...inLog.answers()].map(([key, { knownSinceMs }]) => [key, knownSinceMs] as const);
    ledger.endReading(read - 1, new Map(since));
  }

  const pay = compileQuery({ within: 'agent', window: '1h', tool_name: ['pay'], decision: ['allow'] });
  const subject = { tenant_id: 't', agent_id: 'a', trace_id: 'r' };
  const step = stepOf({ tool_name: 'pay', payee: 'A' });
  const at = (atMs: number): PastPlan => ({ subject, steps: [step], decision: 'allow', atMs });

  it('knows nothing before the log was read, and nothing of what rules newly ask', () => {
    const ledger = new HistoryLedger();
    ledger.use([pay]);
    expect(ledger.missing).toEqual([pay]);
    expect(ledger.unanswered(2)).toBe(1);
    ledger.note(at(1));
    expect(ledger.factOf(pay, subject, step, 2)).toBeNull();
    ledger.beginReading();
    ledger.endReading(-1, new Map([[pay.key, FOREVER]]));
    expect(ledger.factOf(pay, subject, step, 2)).toBe(1);
    expect(ledger.unanswered(2)).toBe(0);
    const other = compileQuery({ within: 'agent', window: '2h', decision: ['allow'] });
    ledger.use([pay, other]);
    expect(ledger.missing).toEqual([other]);
    expect(ledger.factOf(other, subject, step, 2)).toBeNull();
    expect(ledger.factOf(pay, subject, step, 2)).toBe(1);
  });

  it('knows a window only when all of it is known', () => {
    const ledger = openLedger([pay], 10 * HOUR_MS);
    ledger.note(at(10 * HOUR_MS + 1));
    expect(ledger.factOf(pay, subject, step, 11 * HOUR_MS - 1)).toBeNull();
    expect(ledger.factOf(pay, subject, step, 11 * HOUR_MS)).toBe(1);
  });

  it('knows what is new only when it knows what was seen before', () => {
    const fresh = compileQuery({ within: 'agent', window: '1h', decision: ['allow'], new: ['/payee'] });
    const ledger = openLedger([fresh], 0);
    expect(ledger.factOf(fresh, subject, step, 30 * DAY_MS)).toBeNull();
    expect(ledger.factOf(fresh, subject, step, 30 * DAY_MS + HOUR_MS)).toBe(0);
  });

  it('never counts too few when memory is full: it says that it does not know', () => {
    const ledger = openLedger([pay], FOREVER, 3);
    for (const ms of [1, 2, 3]) ledger.note(at(ms));
    expect(ledger.factOf(pay, subject, step, 4)).toBe(3);
    ledger.note(at(5));
    expect(ledger.size).toBe(3);
    expect(ledger.factOf(pay, subject, step, 6)).toBeNull();
    expect([ledger.unanswered(6), ledger.unanswered(5 + HOUR_MS)]).toEqual([1, 0]);
    // What is old makes room; once the window has passed what was lost, the count is known again.
    ledger.note(at(3 * HOUR_MS));
    expect(ledger.factOf(pay, subject, step, 3 * HOUR_MS)).toBe(1);
  });

  it('no longer knows what was new once a plan that may have been the first is taken back', () => {
    const fresh = compileQuery({ within: 'agent', window: '1h', decision: ['allow'], new: ['/payee'] });
    const ledger = openLedger([fresh]);
    const first = ledger.note(at(1));
    ledger.note(at(2));
    expect(ledger.factOf(fresh, subject, step, 3)).toBe(1);
    ledger.undo(first);
    expect(ledger.factOf(fresh, subject, step, 3)).toBeNull();
  });

  it('keeps no more than can be counted', () => {
    const ledger = openLedger([pay]);
    for (let ms = 1; ms <= 5_000; ms += 1) ledger.note(at(ms));
    expect(ledger.size).toBeLessThanOrEqual(3_000);
    expect(ledger.factOf(pay, subject, step, 5_000)).toBe(1_000);
  });

  it('holds values as hashes', () => {
    const same = compileQuery({ within: 'agent', window: '1h', decision: ['allow'], same: ['/payee'] });
    const ledger = openLedger([same]);
    ledger.note({ ...at(1), steps: [stepOf({ tool_name: 'pay', payee: 'GB33BUKB20201555555555' })] });
    const keys = [...ledger.answers().values()].flatMap((each) => [...each.entries()].map(([key]) => key));
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
  });

  it('forgets what no rule asks any more', () => {
    const ledger = openLedger([pay]);
    ledger.note(at(1));
    ledger.use([]);
    expect([ledger.size, ledger.isAsked]).toEqual([0, false]);
  });
});
