import type { AuditEvent } from '../audit/event.ts';
import type { Bundle } from '../policy/bundle.ts';
import { diffSubmissions, type TraceDiff } from '../replay/diff/trace-diff.ts';
import { remainsOf } from '../replay/remains.ts';
import { type Replay, refOf, type TraceRef } from '../replay/replay.ts';
import { type Submission, submissionsOf } from '../replay/submissions.ts';
import type { BundleVersions } from './bundle-versions.ts';
import { type RecordedDecision, recordedDecisions } from './recorded-decision.ts';
import { type Difference, decideAgain, type Obstacle, payloadOf, reevaluate } from './reevaluate.ts';

/** What a trace is held against: another trace, or what a bundle would decide of its plans. */
export type DiffTarget = TraceRef | { policy: string };

export type TraceComparison = TraceDiff & {
  before: TraceRef;
  after: TraceRef | { bundle: { name: string; version: string } };
  /** Plans that could not be decided under the bundle, or of which only later events are left; they are in neither document. */
  not_reproducible: { execution_plan_id: string; missing: Obstacle }[];
  /** Plans whose record says otherwise than the very bundle and facts that it names come to: it was not written by them. */
  contradictions: Contradiction[];
  /** True where a trace has more events than are compared. */
  truncated: boolean;
};

export type Contradiction = { execution_plan_id: string; differences: Difference[] };

export type DiffSources = {
  events: Replay['events'];
  bundles: Pick<BundleVersions, 'named'>;
};

/** `undefined` where one of the traces is not there, or of another tenant; `missing` names it. */
export type DiffTrace = (
  trace: TraceRef,
  target: DiffTarget,
  tenantId: string,
) => Promise<TraceComparison | { missing: string }>;

/** Holds a trace against another one or against a bundle. Rejects with `PolicyNotFound`. */
export function createDiffTrace({ events, bundles }: DiffSources): DiffTrace {
  return async (trace, target, tenantId) => {
    const found = await events(trace.trace_id, tenantId, trace.log);
    if (found === undefined) return { missing: trace.trace_id };
    const before = refOf(trace, found);
    if ('policy' in target) {
      const bundle = await bundles.named(target.policy);
      const { name, version } = bundle;
      return {
        before,
        after: { bundle: { name, version } },
        truncated: found.truncated,
        ...diffUnder(found.events, () => bundle),
      };
    }
    const other = await events(target.trace_id, tenantId, target.log);
    if (other === undefined) return { missing: target.trace_id };
    return {
      before,
      after: refOf(target, other),
      truncated: found.truncated || other.truncated,
      ...comparison({
        before: submissionsOf(found.events),
        after: submissionsOf(other.events),
        not_reproducible: [...purgedOf(found.events), ...purgedOf(other.events)],
        contradictions: [],
      }),
    };
  };
}

export type PolicyComparison = Omit<TraceComparison, 'before' | 'after' | 'truncated'>;

/**
 * What bundles would decide of recorded plans, beside what was decided. What came of the plans is left aside.
 * `bundleFor` is told the version that a plan was decided under.
 */
export function diffUnder(
  events: readonly AuditEvent[],
  bundleFor: (version: string) => Bundle | undefined,
): PolicyComparison {
  return comparison(submissionsUnder(events, bundleFor));
}

function comparison(compared: SubmissionsUnder): PolicyComparison {
  const { before, after, not_reproducible, contradictions } = compared;
  const found = diffSubmissions(before, after);
  return { ...found, not_reproducible, contradictions, identical: found.identical && isWhole(compared) };
}

/**
 * Two records are the same only where all of both was there to be held against each other, and something was, and where a
 * record does not contradict itself.
 */
export function isWhole({ before, after, not_reproducible, contradictions }: SubmissionsUnder): boolean {
  return not_reproducible.length === 0 && contradictions.length === 0 && before.length + after.length > 0;
}

/** Plans of which a record holds only later events: there is nothing to hold against anything. */
export function purgedOf(events: readonly AuditEvent[]): TraceComparison['not_reproducible'] {
  return [...remainsOf(events).keys()].map((execution_plan_id) => ({
    execution_plan_id,
    missing: 'plan_purged',
  }));
}

export type SubmissionsUnder = {
  before: Submission[];
  after: Submission[];
  not_reproducible: TraceComparison['not_reproducible'];
  contradictions: Contradiction[];
};

/** The recorded plans as they were decided, and as bundles would decide them: the two sides of `diffUnder`. */
export function submissionsUnder(
  events: readonly AuditEvent[],
  bundleFor: (version: string) => Bundle | undefined,
): SubmissionsUnder {
  const before: Submission[] = [];
  const after: Submission[] = [];
  const not_reproducible = purgedOf(events);
  for (const submission of submissionsOf(events)) {
    const { execution_plan_id } = submission;
    const again = underBundle(submission, bundleFor(submission.received.policy_bundle ?? ''));
    if ('missing' in again) not_reproducible.push({ execution_plan_id, missing: again.missing });
    else {
      before.push({ ...submission, later: [] });
      after.push(again);
    }
  }
  return { before, after, not_reproducible, contradictions: contradictionsIn(events, bundleFor) };
}

/** Under the bundle that a plan was decided under, every event comes out as it was recorded, word for word. */
function contradictionsIn(
  events: readonly AuditEvent[],
  bundleFor: (version: string) => Bundle | undefined,
): Contradiction[] {
  return recordedDecisions(events).flatMap((recorded) => {
    const { execution_plan_id, received } = recorded;
    const bundle = bundleFor(received.policy_bundle ?? '');
    if (bundle === undefined || received.policy_bundle !== bundle.version) return [];
    const { differences } = reevaluate(recorded, bundle);
    return differences.length > 0 ? [{ execution_plan_id, differences }] : [];
  });
}

function recordedOf({ execution_plan_id, received, stages, made }: Submission): RecordedDecision {
  return { execution_plan_id, received, outcome: made === undefined ? stages : [...stages, made] };
}

function underBundle(submission: Submission, bundle: Bundle | undefined): Submission | { missing: Obstacle } {
  const received = { ...submission.received, ...(bundle && { policy_bundle: bundle.version }) };
  const { drafts, missing } = decideAgain({ ...recordedOf(submission), received }, bundle);
  if (drafts === undefined) return { missing };
  const events = drafts.map(({ payload_text, ...draft }): AuditEvent => {
    const { payload: _received, step_id: _step, tool_name: _tool, ...context } = received;
    return { ...context, ...draft, payload: payloadOf({ ...draft, ...(payload_text && { payload_text }) }) };
  });
  return { ...submission, received, stages: events.slice(0, -1), made: events.at(-1), later: [] };
}
