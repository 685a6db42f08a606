import type { PolicySet } from '../bundles/policy-set.ts';
import type { UnexplainedDecision } from '../decision/decision.ts';
import type { Bundle } from '../policy/bundle.ts';
import { bundleTests } from '../policy/bundle-tests.ts';
import { ruleIdsOf } from '../policy/content.ts';
import { type LoggedDecision, loggedDecisions } from './logged-decisions.ts';
import { readable } from './readable.ts';
import { decideRecorded } from './reevaluate.ts';
import type { PlanDecider } from './test-runner.ts';

/** How often rules matched. */
export type RuleHits = ReadonlyMap<string, number>;

/** How often each rule matches in the bundle's own tests, shadow rules among them. Tests that cannot be decided count for nothing. */
export function hitsByTests(set: PolicySet, decidePlan: PlanDecider): RuleHits {
  const hits = new HitCounter(set.bundle);
  for (const { plan, before = [] } of bundleTests(set.bundle.content)) {
    const decision = readable(() => decidePlan(set, plan, { before }).decision);
    if (decision !== undefined) hits.take(decision);
  }
  return hits.counts;
}

/** The same for the plans of a log, decided again under the bundle from their recorded facts. */
export async function hitsByLogs(
  logs: readonly { auditFile: string; to?: number }[],
  bundle: Bundle,
  onProgress: (plans: number) => void,
): Promise<{ hits: RuleHits; plans: number; not_reproducible: number }> {
  const hits = new HitCounter(bundle);
  let [plans, missing] = [0, 0];
  for (const { auditFile, ...range } of logs) {
    for await (const { decisions } of loggedDecisions(auditFile, range)) {
      for (const logged of decisions) {
        plans += 1;
        const again = await decidedAgain(logged, bundle);
        if (again === undefined) missing += 1;
        else hits.take(again);
      }
      onProgress(plans);
    }
  }
  return { hits: hits.counts, plans, not_reproducible: missing };
}

/** Nothing where the record is no longer enough to decide it. */
async function decidedAgain(
  logged: LoggedDecision,
  bundle: Bundle,
): Promise<UnexplainedDecision | undefined> {
  try {
    const again = decideRecorded(await logged.whole(logged.received), bundle);
    return again.missing === undefined ? again.decision : undefined;
  } catch {
    return undefined;
  }
}

class HitCounter {
  readonly counts: Map<string, number>;

  constructor({ content }: Bundle) {
    this.counts = new Map(ruleIdsOf(content).map((id) => [id, 0]));
  }

  take({ steps }: UnexplainedDecision): void {
    for (const { matched_rules, shadow_rules = [] } of steps)
      for (const { id } of [...matched_rules, ...shadow_rules])
        this.counts.set(id, (this.counts.get(id) ?? 0) + 1);
  }
}
