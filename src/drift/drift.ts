import type { EventGroup } from '../audit/event.ts';
import type { Bundle } from '../policy/bundle.ts';
import { ruleIdsOf } from '../policy/content.ts';
import { contentFor } from '../policy/tenant-content.ts';
import { bucketStart, type DecisionCounts, KEPT_MS, type WindowCounts } from './decision-counts.ts';
import { type PairDrift, pairDrifts, type RuleDrift, ruleDrifts } from './drift-report.ts';

const HOUR_MS = 3_600_000;
/** What runs now is held against the days before it. */
export const CURRENT_HOURS = 24;
export const BASELINE_HOURS = 168;
/** Pairs and rules of one report; those that moved most. */
const MAX_LISTED = 500;
/** Events of one check: more would be a storm about one cause. */
const MAX_EVENTS = 50;

export const BUNDLE_STATES = ['as_approved', 'not_approved', 'none_approved'] as const;

export type DriftReport = {
  bundle: {
    active: { name: string; version: string };
    approved?: string;
    status: (typeof BUNDLE_STATES)[number];
  };
  windows: {
    baseline: { from: string; to: string; plans: number };
    current: { from: string; to: string; plans: number };
    /** From here on everything is counted; later than the baseline begins where the log is young or long. */
    counted_since: string;
    /** False while what was recorded before the start is still being counted. */
    is_complete: boolean;
  };
  decisions: PairDrift[];
  rules: RuleDrift[];
  /** Rules of the active bundle, those of other tenants left out, that matched nothing in both windows, sorted. */
  rules_never_met: string[];
};

export type DriftDeps = {
  counts: DecisionCounts;
  active(): { bundle: Pick<Bundle, 'name' | 'version' | 'content'> };
  /** The version that should be active, where somebody has said so. */
  approved: string | undefined;
  clock(): number;
  record(group: EventGroup): Promise<unknown>;
};

/** Whether what is decided is still what was: the bundle, the mix of decisions, the rules that match. */
export class Drift {
  readonly #deps: DriftDeps;
  /** What has been told of, so that it is told once while it lasts. */
  #told = new Set<string>();
  #countedSinceMs: number;
  #isComplete = false;

  constructor(deps: DriftDeps) {
    this.#deps = deps;
    this.#countedSinceMs = deps.clock();
  }

  /** What was recorded before the start is counted as well, from this time on. */
  countedSince(ms: number): void {
    this.#countedSinceMs = ms;
    this.#isComplete = true;
  }

  /** Of one tenant, or of all (`*`). */
  report(tenantId: string): DriftReport {
    const { baseline, current, windows } = this.#windows(tenantId);
    const { bundle } = this.#deps.active();
    const met = (rule: string) => baseline.rules.has(rule) || current.rules.has(rule);
    return {
      bundle: this.#bundle(),
      windows: {
        ...windows,
        counted_since: new Date(this.#countedSinceMs).toISOString(),
        is_complete: this.#isComplete,
      },
      decisions: pairDrifts(baseline, current).slice(0, MAX_LISTED),
      rules: ruleDrifts(baseline, current).slice(0, MAX_LISTED),
      rules_never_met: ruleIdsOf(contentFor(bundle.content, tenantId).content)
        .filter((rule) => !met(rule))
        .toSorted(),
    };
  }

  /** How many things have drifted now, by kind. */
  get found(): { bundle: number; decisions: number } {
    const told = [...this.#told];
    const bundle = told.filter((key) => key.startsWith('bundle')).length;
    return { bundle, decisions: told.length - bundle };
  }

  /** Records `drift_detected` for what has drifted since the last check. */
  async check(): Promise<void> {
    const found = this.#findings();
    const fresh = [...found].filter(([key]) => !this.#told.has(key)).slice(0, MAX_EVENTS);
    for (const [key, group] of fresh) {
      await this.#deps.record(group);
      this.#told.add(key);
    }
    // What is as it was may drift again, and is told of again then.
    this.#told = new Set([...this.#told].filter((key) => found.has(key)));
  }

  #findings(): Map<string, EventGroup> {
    const found = new Map<string, EventGroup>();
    const { active, approved, status } = this.#bundle();
    if (status === 'not_approved')
      found.set(`bundle\n${active.version}`, groupOf({ kind: 'bundle', active, approved }));
    const { baseline, current } = this.#windows('*');
    for (const drift of pairDrifts(baseline, current)) {
      const { tenant_id, agent_id, tool_name, status: state } = drift;
      if (state !== 'drifted' && state !== 'new' && state !== 'vanished') continue;
      const { baseline: before, current: now, index } = drift;
      const payload = { kind: 'decisions', status: state, tool_name, baseline: before, current: now, index };
      found.set(
        `${state}\n${tenant_id}\n${agent_id}\n${tool_name}`,
        groupOf(payload, { tenant_id, agent_id }),
      );
    }
    return found;
  }

  #bundle(): DriftReport['bundle'] {
    const { name, version } = this.#deps.active().bundle;
    const { approved } = this.#deps;
    const active = { name, version };
    if (approved === undefined) return { active, status: 'none_approved' };
    return { active, approved, status: approved === version ? 'as_approved' : 'not_approved' };
  }

  #windows(tenantId: string) {
    const toMs = this.#deps.clock();
    const fromMs = bucketStart(toMs - CURRENT_HOURS * HOUR_MS);
    const beganMs = Math.max(fromMs - BASELINE_HOURS * HOUR_MS, bucketStart(toMs - KEPT_MS));
    const current = this.#deps.counts.window(fromMs, toMs + 1, tenantId);
    const baseline = this.#deps.counts.window(beganMs, fromMs, tenantId);
    const window = (from: number, to: number, { plans }: WindowCounts) => ({
      ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
      plans,
    });
    const windows = { baseline: window(beganMs, fromMs, baseline), current: window(fromMs, toMs, current) };
    return { baseline, current, windows };
  }
}

function groupOf(payload: Record<string, unknown>, { tenant_id = '', agent_id = '' } = {}): EventGroup {
  const context = { ...(tenant_id !== '' && { tenant_id }), ...(agent_id !== '' && { agent_id }) };
  return { context, events: [{ event_type: 'drift_detected', payload }] };
}
