import type { PurgePlan } from './plan-purge.ts';
import type { PurgeRequest } from './purge.ts';
import { cutoffOf, ruleOf } from './rule.ts';

/** Segments are large and events are kept for months: an hour sooner or later is no matter. */
const INTERVAL_MS = 3_600_000;

type Deps = {
  /** How long events are kept; absent: for ever. */
  days?: number;
  purge(request?: PurgeRequest): Promise<PurgePlan>;
  clock: () => number;
  onPurged(plan: PurgePlan): void;
  onError(error: unknown): void;
};

/**
 * Purges what is older than it has to be kept, now and once an hour; without a rule only what was begun before is
 * finished, once. Nobody waits for it: a stop in the middle is finished by the next start. Answers what ends it.
 */
export function keepRetention({ days, purge, clock, onPurged, onError }: Deps): () => void {
  let isEnded = false;
  const run = async (): Promise<void> => {
    try {
      const plan = await (days === undefined ? purge() : purge(requestOf(clock(), days)));
      if (plan.segments.length > 0 || plan.kept !== undefined) onPurged(plan);
    } catch (error) {
      if (!isEnded) onError(error);
    }
  };
  void run();
  const timer = days === undefined ? undefined : setInterval(() => void run(), INTERVAL_MS);
  timer?.unref();
  return () => {
    isEnded = true;
    clearInterval(timer);
  };
}

function requestOf(nowMs: number, days: number): PurgeRequest {
  return {
    before: cutoffOf(nowMs, days),
    cause: { policy: ruleOf(days), reason: 'retention_days', by: 'aisecops' },
  };
}
