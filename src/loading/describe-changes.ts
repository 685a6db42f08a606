import { type DecisionChanges, notCompared } from '../bundles/decision-changes.ts';
import type { Comparison, DescribeChanges, RuleChanges } from '../bundles/rule-changes.ts';
import { inSlices } from './assemble-set.ts';
import { contentChanges, hasContent } from './compare-contents.ts';

/** Comparisons that are remembered: an activation is asked about when it was published, confirmed and done. */
const KEPT = 8;

type Comparer = {
  compare(pair: Required<Comparison>): Promise<DecisionChanges>;
  /** What two bundles say differently. Rejects where one of them is not there. */
  changes(pair: Required<Comparison>, listed: number): Promise<RuleChanges>;
};

/** Says what the contents say differently, and has `loader` look for what is decided differently. */
export function createDescribeChanges(loader: Comparer): DescribeChanges {
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
    if (from === undefined) {
      if (hasContent(to)) return inSlices(contentChanges({ to, tenant_id }, listed));
      throw new Error(`what ${to.version} says is not at hand`);
    }
    const pair = { from, to, tenant_id };
    const rules = await ruleChangesOf(loader, pair, listed);
    return { ...rules, decisions: await compared(pair) };
  };
}

async function ruleChangesOf(
  loader: Comparer,
  { from, to, tenant_id }: Required<Comparison>,
  listed: number,
): Promise<RuleChanges> {
  if (hasContent(from) && hasContent(to)) return inSlices(contentChanges({ from, to, tenant_id }, listed));
  return loader.changes({ from, to, tenant_id }, listed);
}
