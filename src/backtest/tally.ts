import type { Verdict } from '../evaluation/reevaluate.ts';
import type { Flip, FlipCause } from './flip.ts';

/** How many plans went from one decision to another. */
export type MatrixCell = { before: string; after: string; count: number };
export type FlipCount = { loosened: number; tightened: number };
export type CauseCount = FlipCount & { cause: FlipCause; sample: string[] };
export type LogCount = FlipCount & { log: string; plans: number; not_reproducible: number };
export type Unreproducible = { missing: string; count: number; sample: string[] };

/** Flips that are kept; all are counted. */
export const MAX_KEPT_FLIPS = 10_000;
/** Traces named for each cause, and for each thing that was missing. */
const SAMPLE = 5;
/** Agents and tools named; those with most flips first. */
const MAX_NAMED = 100;

/** What a backtest comes to. */
export type Tally = {
  plans: { matched: number; decided: number; not_reproducible: number; flipped: number };
  loosened: number;
  tightened: number;
  /** The same decision for another reason, or by another control. */
  other_reason: number;
  matrix: MatrixCell[];
  causes: CauseCount[];
  by_agent: (FlipCount & { agent_id: string; plans: number })[];
  by_tool: (FlipCount & { tool_name: string; plans: number })[];
  /** What of all this comes from logs that were taken over, each of which was read. */
  taken_over: LogCount[];
  not_reproducible: Unreproducible[];
  /** Rules of the candidate that no plan met, sorted. */
  rules_never_met: string[];
};

/** Whose plan it is, and in which log where that was taken over. */
type CountedPlan = { agent_id: string; tools: readonly string[]; log?: string | undefined };
type Counted = FlipCount & { plans: number };

/** Counts while plans are decided again. */
export class TallyCounter {
  readonly #matrix = new Map<string, MatrixCell>();
  readonly #causes = new Map<string, CauseCount>();
  readonly #agents = new Map<string, Counted>();
  readonly #tools = new Map<string, Counted>();
  readonly #logs = new Map<string, LogCount>();
  readonly #missing = new Map<string, Unreproducible>();
  readonly #rulesMet = new Set<string>();
  readonly #rules: readonly string[];
  #decided = 0;
  #unreproducible = 0;
  #otherReason = 0;
  #effects: FlipCount = { loosened: 0, tightened: 0 };

  constructor(rules: readonly string[]) {
    this.#rules = rules;
  }

  /** A log that was taken over is read, whatever it holds. */
  reads(log: string): void {
    this.#logs.set(log, noFlips({ log, plans: 0, not_reproducible: 0 }));
  }

  notReproducible(
    { trace_id, log = '' }: { trace_id: string; log?: string | undefined },
    missing: string,
  ): void {
    this.#unreproducible += 1;
    const inLog = this.#logs.get(log);
    if (inLog !== undefined) inLog.not_reproducible += 1;
    const entry = entryOf(this.#missing, missing, () => ({ missing, count: 0, sample: [] }));
    entry.count += 1;
    if (entry.sample.length < SAMPLE) entry.sample.push(trace_id);
  }

  decided(plan: CountedPlan, before: Verdict, after: Verdict): void {
    this.#decided += 1;
    const cell = { before: before.decision ?? '', after: after.decision ?? '', count: 0 };
    entryOf(this.#matrix, `${cell.before}>${cell.after}`, () => cell).count += 1;
    for (const counted of this.#countedOf(plan)) counted.plans += 1;
    const isSame = before.decision === after.decision;
    if (isSame && (before.reason !== after.reason || before.control !== after.control))
      this.#otherReason += 1;
  }

  flipped({ trace_id, agent_id = '', tools, log, effect, because }: Flip): void {
    this.#effects[effect] += 1;
    for (const counted of this.#countedOf({ agent_id, tools, log })) counted[effect] += 1;
    for (const cause of because) {
      const entry = entryOf(this.#causes, JSON.stringify(cause), () =>
        noFlips({ cause, sample: [] as string[] }),
      );
      entry[effect] += 1;
      if (entry.sample.length < SAMPLE) entry.sample.push(trace_id);
    }
  }

  met(rule: string): void {
    this.#rulesMet.add(rule);
  }

  result(): Tally {
    const { loosened, tightened } = this.#effects;
    return {
      plans: {
        matched: this.#decided + this.#unreproducible,
        decided: this.#decided,
        not_reproducible: this.#unreproducible,
        flipped: loosened + tightened,
      },
      ...{ loosened, tightened },
      other_reason: this.#otherReason,
      matrix: [...this.#matrix.values()].toSorted(byCount),
      causes: mostFlips([...this.#causes.values()]),
      by_agent: named(this.#agents).map(([agent_id, counts]) => ({ agent_id, ...counts })),
      by_tool: named(this.#tools).map(([tool_name, counts]) => ({ tool_name, ...counts })),
      taken_over: [...this.#logs.values()],
      not_reproducible: [...this.#missing.values()].toSorted(byCount),
      rules_never_met: this.#rules.filter((rule) => !this.#rulesMet.has(rule)).toSorted(),
    };
  }

  *#countedOf({ agent_id, tools, log = '' }: CountedPlan): Iterable<Counted> {
    const inLog = this.#logs.get(log);
    if (inLog !== undefined) yield inLog;
    yield entryOf(this.#agents, agent_id, () => noFlips({ plans: 0 }));
    for (const tool of tools) yield entryOf(this.#tools, tool, () => noFlips({ plans: 0 }));
  }
}

function noFlips<T extends object>(rest: T): T & FlipCount {
  return { ...rest, loosened: 0, tightened: 0 };
}

function entryOf<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function byCount(a: { count: number }, b: { count: number }): number {
  return b.count - a.count;
}

function mostFlips<T extends FlipCount>(entries: readonly T[]): T[] {
  return entries.toSorted((a, b) => b.loosened + b.tightened - a.loosened - a.tightened);
}

function named(counts: ReadonlyMap<string, Counted>): [string, Counted][] {
  const entries = [...counts].map(([name, counted]) => ({ name, ...counted }));
  return mostFlips(entries)
    .slice(0, MAX_NAMED)
    .map(({ name, ...counted }) => [name, counted]);
}
