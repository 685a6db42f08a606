import { type DecisionChanges, notCompared } from '../bundles/decision-changes.ts';
import { type Comparison, type DescribeChanges, ruleChanges } from '../bundles/rule-changes.ts';
import { contentFor } from '../policy/tenant-content.ts';

/** Comparisons that are remembered: an activation is asked about when it was published, confirmed and done. */
const KEPT = 8;

/** Says what the contents say differently, and has `loader` look for what is decided differently. */
export function createDescribeChanges(loader: {
  compare(pair: Required<Comparison>): Promise<DecisionChanges>;
}): DescribeChanges {
  const known = new Map<string, Promise<DecisionChanges>>();
  const compared = (pair: Required<Comparison>) => {
    const key = JSON.stringify([pair.from.version, pair.to.version, pair.tenant_id]);
    const found = known.get(key) ?? loader.compare(pair).catch(() => notCompared('fault'));
    known.delete(key);
    known.set(key, found);
    // What ended too early is tried again when it is asked for again.
    void found.then(({ ended_by }) => ended_by === 'time' && known.delete(key));
    for (const oldest of known.keys()) if (known.size > KEPT) known.delete(oldest);
    return found;
  };
  return async ({ from, to, tenant_id }, listed) => {
    const seen = (content: Comparison['to']['content']) => contentFor(content, tenant_id).content;
    const rules = ruleChanges(from === undefined ? {} : seen(from.content), seen(to.content), listed);
    return from === undefined ? rules : { ...rules, decisions: await compared({ from, to, tenant_id }) };
  };
}
