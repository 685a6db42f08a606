import { AuditLineError } from '../audit/audit-error.ts';
import { blobReference } from '../audit/blob.ts';
import { type AuditEvent, SCHEMA_VERSION } from '../audit/event.ts';
import { logFiles } from '../audit/log-files.ts';
import type { UnexplainedDecision } from '../decision/decision.ts';
import { type LoggedDecision, loggedDecisions } from '../evaluation/logged-decisions.ts';
import { readable } from '../evaluation/readable.ts';
import { decideRecorded } from '../evaluation/reevaluate.ts';
import type { Plan } from '../plan/plan.ts';
import type { Bundle } from '../policy/bundle.ts';
import { ruleIdsOf } from '../policy/content.ts';
import { effectOf } from '../replay/diff/effect.ts';
import { type BacktestFilter, fitsEvent, fitsPlan } from './backtest-filter.ts';
import { causesOfFlip, type Flip } from './flip.ts';
import { MAX_KEPT_FLIPS, type Tally, TallyCounter } from './tally.ts';

export type BacktestReport = Tally & {
  candidate: { name: string; version: string };
  filter: BacktestFilter;
  /** The first of the flips, in the order of the log. */
  flips: Flip[];
};

/** `bytes` of the log are passed, of `of` that it had at the beginning. */
export type BacktestProgress = { plans: number; flipped: number; bytes: number; of: number };

/** A log whose plans are decided again. `to`: only these bytes of it count. `log`: its origin, of one that was taken over. */
export type BacktestLog = { auditFile: string; to?: number; log?: string };

/**
 * Decides recorded plans again under a candidate, from logs alone: of every plan that was enforced and fits the filter.
 * Everything but the bundle is as it was recorded: agents, trust, findings, budget figures, approvals. So it tells what the
 * candidate would have said of the same plans in the same places, and not what agents would have sent next. Logs are
 * believed as they stand; whoever does not verifies them first.
 *
 * `onProgress` is called for every chunk of a log. Rejects with what the system says where one cannot be read.
 */
export async function backtest(
  logs: readonly BacktestLog[],
  candidate: Bundle,
  filter: BacktestFilter,
  onProgress: (progress: BacktestProgress) => void = () => {},
): Promise<BacktestReport> {
  const run = new Run(candidate, filter);
  const measured = await Promise.all(logs.map(measure));
  const of = measured.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  for (const { auditFile, to = Number.POSITIVE_INFINITY, log, start, size } of measured) {
    run.begin(log);
    for await (const { decisions, strange, bytes } of loggedDecisions(auditFile, { to })) {
      run.passOver(strange);
      for (const decision of decisions) {
        const taken = run.take(decision);
        if (taken !== undefined) await taken;
      }
      onProgress({ ...run.progress, bytes: before + bytes - start, of });
    }
    before += size;
  }
  return run.report();
}

/** Where a log begins, and how many bytes of it will be read. */
async function measure(log: BacktestLog): Promise<BacktestLog & { start: number; size: number }> {
  const files = await logFiles(log.auditFile);
  const start = files[0]?.offset ?? 0;
  const whole = files.reduce((sum, { size }) => sum + size, 0);
  return { ...log, start, size: Math.min(whole, (log.to ?? Number.POSITIVE_INFINITY) - start) };
}

class Run {
  readonly #candidate: Bundle;
  readonly #filter: BacktestFilter;
  readonly #tally: TallyCounter;
  readonly #flips: Flip[] = [];
  readonly progress = { plans: 0, flipped: 0 };
  /** The log that is being read, where it was taken over. */
  #log: string | undefined;

  constructor(candidate: Bundle, filter: BacktestFilter) {
    this.#candidate = candidate;
    this.#filter = filter;
    this.#tally = new TallyCounter(ruleIdsOf(candidate.content));
  }

  /** What is taken from now on stands in this log. */
  begin(log: string | undefined): void {
    this.#log = log;
    if (log !== undefined) this.#tally.reads(log);
  }

  /** Lines that are no events of this log may have been plans. */
  passOver(strange: number): void {
    for (let count = 0; count < strange; count += 1) this.#notReproducible('', 'line_unreadable');
  }

  /** Resolves, where it is a promise, when the decision is counted: waiting for each would cost as much as deciding it. */
  take(logged: LoggedDecision): undefined | Promise<void> {
    const before = logged.verdict;
    if (this.#filter.decision !== undefined && this.#filter.decision !== before.decision) return undefined;
    const event = readable(() => logged.received);
    if (event === undefined) return this.#notReproducible('', 'line_unreadable');
    if (!fitsEvent(this.#filter, event)) return undefined;
    if (event.schema_version !== SCHEMA_VERSION)
      return this.#notReproducible(event.trace_id, 'schema_unknown');
    if (blobReference(event.payload) !== undefined) return this.#takeMoved(logged, event);
    return this.#takeWhole(logged, event);
  }

  async #takeMoved(logged: LoggedDecision, event: AuditEvent): Promise<void> {
    const whole = await wholeOf(logged, event);
    if (whole === undefined) this.#notReproducible(event.trace_id, 'blob_missing');
    else await this.#takeWhole(logged, whole);
  }

  #takeWhole(logged: LoggedDecision, received: AuditEvent): undefined | Promise<void> {
    if (!fitsPlan(this.#filter, received.payload)) return undefined;
    const again = readable(() => decideRecorded(received, this.#candidate)) ?? {
      missing: 'facts_unreadable',
    };
    if (again.missing !== undefined) return this.#notReproducible(received.trace_id, again.missing);
    return this.#decided(logged, { event: received, ...again });
  }

  report(): BacktestReport {
    const { name, version } = this.#candidate;
    return {
      candidate: { name, version },
      filter: this.#filter,
      ...this.#tally.result(),
      flips: this.#flips,
    };
  }

  #decided(logged: LoggedDecision, again: DecidedAgain): undefined | Promise<void> {
    const { event, decision, plan } = again;
    const before = logged.verdict;
    const after = { decision: decision.decision, reason: decision.reason, control: decision.control };
    const tools = [...new Set(plan.steps.map(({ tool_name }) => tool_name))];
    this.progress.plans += 1;
    this.#tally.decided({ agent_id: event.agent_id ?? '', tools, log: this.#log }, before, after);
    for (const { matched_rules } of decision.steps) for (const { id } of matched_rules) this.#tally.met(id);
    const effect = effectOf(before.decision, after.decision);
    return effect && this.#flipped(logged, again, { before, after, tools, effect });
  }

  async #flipped(
    logged: LoggedDecision,
    { event, decision }: DecidedAgain,
    turned: Pick<Flip, 'before' | 'after' | 'tools' | 'effect'>,
  ): Promise<void> {
    const { trace_id = '', execution_plan_id = '', timestamp, tenant_id, agent_id } = event;
    const log = this.#log;
    const stages = await logged.stages();
    const flip: Flip = {
      ...{ trace_id, execution_plan_id, timestamp },
      ...(log !== undefined && { log }),
      ...(tenant_id !== undefined && { tenant_id }),
      ...(agent_id !== undefined && { agent_id }),
      ...turned,
      because: causesOfFlip(turned.effect, { ...turned.before, stages }, decision),
    };
    this.progress.flipped += 1;
    this.#tally.flipped(flip);
    if (this.#flips.length < MAX_KEPT_FLIPS) this.#flips.push(flip);
  }

  #notReproducible(traceId: string | undefined, missing: string): undefined {
    this.progress.plans += 1;
    this.#tally.notReproducible({ trace_id: traceId ?? '', log: this.#log }, missing);
  }
}

/** A plan, what was recorded of it, and what the candidate makes of it. */
type DecidedAgain = { event: AuditEvent; decision: UnexplainedDecision; plan: Plan };

async function wholeOf(logged: LoggedDecision, event: AuditEvent): Promise<AuditEvent | undefined> {
  try {
    return await logged.whole(event);
  } catch (error) {
    if (error instanceof AuditLineError) return undefined;
    throw error;
  }
}
