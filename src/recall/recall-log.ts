import { type AuditEvent, SCHEMA_VERSION } from '../audit/event.ts';
import { decodeLine } from '../audit/line-reader.ts';
import { logFiles, readLogLines } from '../audit/log-files.ts';
import type { Facts } from '../decision/facts.ts';
import { pastPlan } from '../evaluation/history.ts';
import { type LoggedDecision, loggedDecisions } from '../evaluation/logged-decisions.ts';
import { readable } from '../evaluation/readable.ts';
import { HistoryLedger, type PastPlan } from '../history/history-ledger.ts';
import { canonicalHash } from '../json/canonical.ts';
import { parseJson } from '../json/parse-json.ts';
import { planGraph } from '../plan/graph.ts';
import type { Envelope, Plan } from '../plan/plan.ts';
import type { Bundle } from '../policy/bundle.ts';
import type { HistoryQuery } from '../policy/past.ts';

export type RecallTask = {
  /** Questions, each with what must be counted to answer it. */
  queries: readonly HistoryQuery[];
  /** Bytes of the log; what is recorded after them is counted elsewhere. */
  to: number;
  nowMs: number;
  /** Steps that may be remembered in all. */
  limit: number;
  /** The bundle of a version that was ever active here. */
  bundleOf(version: string): Promise<Bundle | undefined>;
};

/**
 * Answers questions to the past from the log, up to byte `to`: what is remembered of all that was decided there, as if it had
 * been noted when it was decided. No decision after the one that ends with event `throughSequence` was read.
 *
 * What cannot be read makes all before it unknown, and so do a line that is not what was written and a purge; a plan whose secrets were taken out, or whose
 * bundle is gone, counts as one that may or may not fit.
 */
export async function recallLog(
  auditFile: string,
  task: RecallTask,
): Promise<{ ledger: HistoryLedger; throughSequence: number }> {
  const { queries, to, nowMs, limit } = task;
  const ledger = new HistoryLedger({ limit });
  ledger.use(queries);
  const reachMs = Math.max(
    ...queries.map(({ window_ms, seenBefore }) => window_ms + (seenBefore?.window_ms ?? 0)),
  );
  const { from, knownSinceMs } = await startOf(auditFile, nowMs - reachMs);
  ledger.beginAt(knownSinceMs);
  const reading = new Reading(ledger, task);
  for await (const { decisions, strange } of loggedDecisions(auditFile, { from, to, isFollowed: true })) {
    for (const decision of decisions) await reading.take(decision);
    reading.passed(decisions.at(-1));
    if (strange > 0) reading.passOver();
  }
  return { ledger, throughSequence: reading.end() };
}

/** Where reading must begin for everything after `wantedMs` to be met, and from when on what is read is all there was. */
async function startOf(auditFile: string, wantedMs: number): Promise<{ from: number; knownSinceMs: number }> {
  const files = await logFiles(auditFile);
  for (const { offset, sequence } of files.toReversed()) {
    const beganMs = await beginningOf(auditFile, offset);
    if (sequence === 0) return { from: offset, knownSinceMs: Number.NEGATIVE_INFINITY };
    if (beganMs !== undefined && beganMs <= wantedMs) return { from: offset, knownSinceMs: wantedMs };
  }
  const [oldest] = files;
  if (oldest === undefined) return { from: 0, knownSinceMs: Number.NEGATIVE_INFINITY };
  const beganMs = await beginningOf(auditFile, oldest.offset);
  return { from: oldest.offset, knownSinceMs: beganMs ?? Number.POSITIVE_INFINITY };
}

/** When the event at a byte of the log was recorded; nothing where there is none that can be read. */
async function beginningOf(auditFile: string, offset: number): Promise<number | undefined> {
  for await (const [line] of readLogLines(auditFile, offset)) {
    const event = readable(
      () => parseJson(decodeLine(line?.raw ?? Buffer.alloc(0))) as unknown as AuditEvent,
    );
    return event === undefined ? undefined : Date.parse(event.timestamp);
  }
  return undefined;
}

class Reading {
  readonly #ledger: HistoryLedger;
  readonly #task: RecallTask;
  readonly #asked: ReadonlySet<string>;
  #throughSequence = -1;
  /** Something before the next decision could not be read. */
  #hasGap = false;

  constructor(ledger: HistoryLedger, task: RecallTask) {
    this.#ledger = ledger;
    this.#task = task;
    this.#asked = new Set(task.queries.flatMap(({ decisions }) => decisions));
  }

  async take(logged: LoggedDecision): Promise<void> {
    const { decision = '', control } = logged.verdict;
    if (!this.#asked.has(decision) || control === 'identity') return;
    const made = await this.#whole(logged, () => logged.made);
    if (made === undefined || !this.#mayCount(made)) return;
    this.#closeGap(Date.parse(made.timestamp));
    const received = await this.#whole(logged, () => logged.received);
    const past = received && (await this.#pastOf(received, decision));
    if (past !== undefined) this.#ledger.note(past);
  }

  /** Lines that are no events may have been plans: what was read so far is not all there was. */
  passOver(): void {
    this.#hasGap = true;
  }

  /** `last` is the last decision of a chunk. */
  passed(last: LoggedDecision | undefined): void {
    const made = readable(() => last?.made);
    if (last !== undefined) this.#throughSequence = made?.sequence ?? -1;
  }

  /** The sequence of the last decision's last event; −1 where there was none. */
  end(): number {
    this.#closeGap(this.#task.nowMs);
    return this.#throughSequence;
  }

  async #whole(logged: LoggedDecision, read: () => AuditEvent): Promise<AuditEvent | undefined> {
    const event = readable(read);
    const isKnown = event?.schema_version === SCHEMA_VERSION;
    const whole = isKnown && (await logged.whole(event).catch(() => undefined));
    this.#hasGap ||= !whole;
    return whole || undefined;
  }

  #closeGap(atMs: number): void {
    if (this.#hasGap) this.#ledger.forgetBefore(atMs);
    this.#hasGap = false;
  }

  /** By what `decision_made` says alone: most plans are about other tools, and need not be read in full. */
  #mayCount({ payload = {}, decision }: AuditEvent): boolean {
    if (payload['mode'] !== 'enforce') return false;
    const tools = (payload['tools'] ?? []) as string[];
    return this.#task.queries.some(
      ({ decisions, test }) =>
        decisions.some((each) => each === decision) &&
        tools.some((tool_name) => test({ tool_name, arguments: {}, unknown_pointers: [] }) !== false),
    );
  }

  async #pastOf({ payload, trace_id = '' }: AuditEvent, decision: string): Promise<PastPlan | undefined> {
    const { plan, facts, envelope } = (payload ?? {}) as Partial<{
      plan: Plan;
      facts: Facts;
      envelope: Envelope;
    }>;
    if (plan === undefined || facts === undefined || envelope === undefined) {
      this.#hasGap = true;
      return undefined;
    }
    const bundle = await this.#task.bundleOf(facts.bundle.version);
    const { graph } = planGraph(plan.steps);
    const subject = { plan, facts, graph, envelope: { mode: envelope.mode, trace_id } };
    const past = pastPlan({ ...subject, bundle: bundle ?? NO_BUNDLE }, { decision, control: '' });
    if (past === undefined) return undefined;
    const isRedacted = payload?.['redactions'] !== undefined && canonicalHash(plan) !== facts.plan_hash;
    return withDoubts(past, { isRedacted, isUngranted: bundle === undefined });
  }
}

/** Stands for one that is not kept: what it granted is not known. */
const NO_BUNDLE: Pick<Bundle, 'grantOf' | 'history' | 'historyOf'> = {
  grantOf: () => undefined,
  history: [],
  historyOf: () => [],
};

/** The plan as far as it is known. */
function withDoubts(
  past: PastPlan,
  { isRedacted, isUngranted }: { isRedacted: boolean; isUngranted: boolean },
): PastPlan {
  if (!isRedacted && !isUngranted) return past;
  return {
    ...past,
    steps: past.steps.map(({ tool_name, arguments: args, unknown_pointers, ...granted }) => ({
      ...(isUngranted ? {} : granted),
      tool_name,
      arguments: args,
      // All arguments together: any of them may be another than it was.
      unknown_pointers: isRedacted ? [''] : unknown_pointers,
    })),
  };
}
