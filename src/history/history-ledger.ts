import type { HistoryFact } from '../decision/facts.ts';
import { parsePointer } from '../json/pointer.ts';
import type { Action } from '../policy/bundle.ts';
import { countKey, scopeOf, valuesAt } from '../policy/history.ts';
import { MAX_COUNT } from '../policy/history-schema.ts';
import type { HistoryCount, HistoryQuery, HistorySubject, PastStep } from '../policy/past.ts';
import { isDoubt } from '../policy/truth.ts';
import { Remembered } from './remembered.ts';

/** Steps remembered in all, shared evenly among what the rules of the active bundle ask. */
export const MAX_REMEMBERED = 1_000_000;
/** Plans that are kept aside while the log is read. */
const MAX_ASIDE = 50_000;

/** A plan as the past keeps it: its steps in the order in which they run, and what became of the plan. */
export type PastPlan = {
  subject: HistorySubject;
  steps: readonly PastStep[];
  decision: Action;
  /** Milliseconds since 1970. */
  atMs: number;
};

/** What one plan left. The caller MUST call exactly one of `applied` and `undo` of the ledger with it. */
export type Noted = {
  past: PastPlan;
  entries: { remembered: Remembered; key: string; atMs: number }[];
  /** Sequence of its first event, once that is durable. */
  sequence?: number;
  isUndone: boolean;
};

/**
 * Remembers the steps that the rules of the active bundle ask about: times only, under hashes of what they are counted by.
 *
 * `factOf` → decide → `note` MUST happen in one synchronous turn, as with budgets: no other plan can then come between
 * what a decision saw and what it adds. What a question has not been answered for since its window began, because the
 * log has yet to be read or memory was full, is not known: never too few.
 */
export class HistoryLedger {
  readonly #limit: number;
  #queries: readonly HistoryQuery[] = [];
  #remembered = new Map<string, Remembered>();
  /** Keys of the questions whose past has yet to be read, and the plans that were decided meanwhile. */
  #missing = new Set<string>();
  #aside: Noted[] = [];
  #lostMs = Number.NEGATIVE_INFINITY;
  #newest: Noted | undefined;

  constructor({ limit = MAX_REMEMBERED }: { limit?: number } = {}) {
    this.#limit = limit;
  }

  /** How many steps are remembered. */
  get size(): number {
    return [...this.#remembered.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Questions whose past has yet to be read from the log. */
  get missing(): readonly HistoryQuery[] {
    return this.#queries.filter(({ key }) => this.#missing.has(key));
  }

  /** How many questions have no answer at `nowMs`: their past is still read, or not all of it was kept. */
  unanswered(nowMs: number): number {
    const isKnown = ({ key, window_ms }: HistoryQuery) =>
      !this.#missing.has(key) && nowMs - window_ms >= (this.#remembered.get(key)?.knownSinceMs ?? nowMs);
    return this.#queries.filter((query) => !isKnown(query)).length;
  }

  /** Whether anything is asked. */
  get isAsked(): boolean {
    return this.#queries.length > 0;
  }

  /** Steps that may be remembered for one question. */
  get share(): number {
    return Math.floor(this.#limit / Math.max(1, this.#queries.length));
  }

  /**
   * Answers these questions from now on, and no others. Those that are new stay unknown until the log was read for them;
   * `true` where there are any.
   */
  use(queries: readonly HistoryQuery[]): boolean {
    const fresh = queries.filter(({ key }) => !this.#remembered.has(key));
    // What was new is told from what was seen before, so both are read from the log together.
    const begun = new Set(
      fresh.flatMap(({ key, seenBefore }) => [key, ...(seenBefore ? [seenBefore.key] : [])]),
    );
    const kept = new Map<string, Remembered>();
    for (const { key, window_ms } of queries) {
      const known = begun.has(key) ? undefined : this.#remembered.get(key);
      kept.set(key, known ?? new Remembered(window_ms));
    }
    this.#missing = new Set([...kept.keys()].filter((key) => begun.has(key) || this.#missing.has(key)));
    this.#queries = queries;
    this.#remembered = kept;
    if (this.#missing.size === 0) this.#aside = [];
    return begun.size > 0;
  }

  /** As `use`, and goes on answering what it answers now. */
  useAlso(queries: readonly HistoryQuery[]): boolean {
    const all = new Map([...this.#queries, ...queries].map((query) => [query.key, query]));
    return this.use([...all.values()]);
  }

  /** The answer to one question of one step, as it is recorded. */
  factOf(query: HistoryQuery, subject: HistorySubject, step: PastStep, nowMs: number): HistoryFact {
    const counted = this.#count(query, subject, step, nowMs);
    if (counted === undefined) return null;
    return counted.least === counted.most ? counted.least : [counted.least, counted.most];
  }

  /** Adds a plan that was decided to the past. */
  note(past: PastPlan): Noted {
    const noted: Noted = { past, entries: [], isUndone: false };
    this.#add(noted, ({ key }) => !this.#missing.has(key));
    if (this.#missing.size > 0) this.#putAside(noted);
    this.#newest = noted;
    return noted;
  }

  /** The plan is durable; `sequence` is that of its first event. */
  applied(noted: Noted, sequence: number): void {
    noted.sequence = sequence;
  }

  /** The plan could not be recorded: it never was. */
  undo(noted: Noted): void {
    for (const { remembered, key, atMs } of noted.entries) remembered.remove(key, atMs);
    noted.isUndone = true;
    if (noted === this.#newest) return;
    // A later plan may have been taken for one that brings nothing new, because of this one.
    for (const { key, seenBefore } of this.#queries)
      if (seenBefore !== undefined) this.#remembered.get(key)?.forgetBefore(noted.past.atMs);
  }

  /** Nothing has to be read from before: what is missing is known from `knownSinceMs` on. For whoever reads a log from there. */
  beginAt(knownSinceMs: number): void {
    for (const { key, seenBefore } of this.missing) {
      const remembered = this.#remembered.get(key);
      // What was new is known only for as long as what was seen before it is.
      if (remembered !== undefined) remembered.knownSinceMs = knownSinceMs + (seenBefore?.window_ms ?? 0);
    }
    this.#missing.clear();
  }

  /** What lies before `ms` is not known: something of it could not be read. */
  forgetBefore(ms: number): void {
    for (const remembered of this.#remembered.values()) remembered.forgetBefore(ms);
  }

  /** Reading the log begins, or begins again. */
  beginReading(): void {
    for (const { key, window_ms } of this.missing) this.#remembered.set(key, new Remembered(window_ms));
  }

  /** Takes some of what the log says of a question that is missing. */
  receive(queryKey: string, entries: readonly (readonly [string, number[]])[]): void {
    if (this.#missing.has(queryKey)) this.#remembered.get(queryKey)?.put(entries);
  }

  /**
   * All of these questions was received: from when on they are answered, by key. The plans that were decided since are
   * added; no decision that ends after `throughSequence` was read.
   */
  endReading(throughSequence: number, knownSinceMs: ReadonlyMap<string, number>): void {
    const filled = new Set([...this.#missing].filter((key) => knownSinceMs.has(key)));
    for (const key of filled) {
      const remembered = this.#remembered.get(key);
      if (remembered !== undefined)
        remembered.knownSinceMs = Math.max(knownSinceMs.get(key) ?? Number.POSITIVE_INFINITY, this.#lostMs);
      this.#missing.delete(key);
    }
    for (const noted of this.#aside) {
      const isRead = noted.sequence !== undefined && noted.sequence <= throughSequence;
      if (!isRead && !noted.isUndone) this.#add(noted, ({ key }) => filled.has(key));
    }
    if (this.#missing.size === 0) this.#aside = [];
  }

  /** What is remembered for each question, by key. */
  answers(): ReadonlyMap<string, Pick<Remembered, 'knownSinceMs' | 'entries'>> {
    return this.#remembered;
  }

  #putAside(noted: Noted): void {
    const missing = this.missing;
    const { past } = noted;
    const steps = past.steps.filter((step) => missing.some(({ test }) => test(step) !== false));
    if (steps.length === 0) return;
    const members = new Set(missing.flatMap((query) => [...query.same, ...query.new]).map(firstMember));
    noted.past = { ...past, steps: steps.map((step) => onlyMembers(step, members)) };
    if (this.#aside.length >= MAX_ASIDE) this.#lostMs = Math.max(this.#lostMs, noted.past.atMs);
    else this.#aside.push(noted);
  }

  #add(noted: Noted, isWanted: (query: HistoryQuery) => boolean): void {
    const { subject, steps, decision } = noted.past;
    const asked = this.#queries.filter((query) => query.decisions.includes(decision) && isWanted(query));
    if (asked.length === 0) return;
    for (const step of steps) {
      // All questions look at a step before any remembers it: none finds that it was seen before because of itself.
      const keys = asked.map((query) => this.#keyFor(query, subject, step, noted.past.atMs));
      for (const [index, query] of asked.entries()) this.#remember(query, keys[index], noted);
    }
  }

  #remember({ key: queryKey }: HistoryQuery, key: string | undefined, { entries, past }: Noted): void {
    const remembered = this.#remembered.get(queryKey);
    if (key === undefined || remembered === undefined) return;
    const { atMs } = past;
    if (remembered.add(key, atMs, this.share)) entries.push({ remembered, key, atMs });
  }

  /** What a step counts under for a question; nothing where it does not count. */
  #keyFor(query: HistoryQuery, subject: HistorySubject, step: PastStep, atMs: number): string | undefined {
    const truth = query.test(step);
    const scope = scopeOf(query, subject);
    if (truth === false || scope === undefined) return undefined;
    const { text, missing } = valuesAt(query.same, step);
    if (missing !== undefined) return undefined;
    const fresh = query.seenBefore === undefined || this.#isFresh(query.seenBefore, subject, step, atMs);
    if (fresh === false) return undefined;
    const isSure = !isDoubt(truth) && text !== undefined && fresh === true;
    return isSure ? countKey(scope, text) : perhapsKey(scope, text);
  }

  #isFresh(
    seenBefore: HistoryQuery,
    subject: HistorySubject,
    step: PastStep,
    atMs: number,
  ): boolean | 'perhaps' {
    if (valuesAt(seenBefore.same, step).missing !== undefined) return false;
    const counted = this.#count(seenBefore, subject, step, atMs);
    if (counted === undefined) return 'perhaps';
    if (counted.least > 0) return false;
    return counted.most === 0 || 'perhaps';
  }

  #count(
    query: HistoryQuery,
    subject: HistorySubject,
    step: PastStep,
    nowMs: number,
  ): HistoryCount | undefined {
    const scope = scopeOf(query, subject);
    const { text } = valuesAt(query.same, step);
    const remembered = this.#remembered.get(query.key);
    const afterMs = nowMs - query.window_ms;
    if (scope === undefined || text === undefined || remembered === undefined) return undefined;
    if (this.#missing.has(query.key) || afterMs < remembered.knownSinceMs) return undefined;
    const least = remembered.count(countKey(scope, text), afterMs);
    const perhaps = [perhapsKey(scope, text), perhapsKey(scope, undefined)];
    const most = perhaps.reduce((sum, key) => sum + remembered.count(key, afterMs), least);
    return { least, most: Math.min(most, MAX_COUNT) };
  }
}

/** What perhaps counts under some values, or under any. No value has such a text: those are canonical JSON, or none. */
function perhapsKey(scope: string, text: string | undefined): string {
  return countKey(scope, text === undefined ? '?' : `?=${text}`);
}

/** The argument that a pointer leads into. */
function firstMember(pointer: string): string {
  return parsePointer(pointer)?.[0] ?? '';
}

/** The step with no more of its arguments than is asked about. */
function onlyMembers(step: PastStep, members: ReadonlySet<string>): PastStep {
  const kept = Object.entries(step.arguments).filter(([name]) => members.has(name));
  return { ...step, arguments: Object.fromEntries(kept) };
}
