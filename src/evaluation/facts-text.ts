import type { Facts } from '../decision/facts.ts';
import { byIdentity } from '../json/by-identity.ts';
import { canonicalJson } from '../json/canonical.ts';

/** The text of what one decision shares with many others: made once for all of them. */
const sharedText = byIdentity((value: object) => canonicalJson(value));

const CLEAN: Facts['guard'] = { findings: [], partial: false, verdict: 'allow' };
const CLEAN_TEXT = canonicalJson(CLEAN);

/** Canonical JSON of the facts of a decision, member by member. */
export function factsText(facts: Facts): string {
  const { agent, approval, budgets, bundle, caller, classifier, guard, history, no_approvers } = facts;
  const { now, parent, plan_hash, trust, unknown_budgets } = facts;
  return (
    `{${agent === undefined ? '' : `"agent":${sharedText(agent)},`}` +
    `${approval === undefined ? '' : `"approval":${canonicalJson(approval)},`}` +
    `"budgets":${canonicalJson(budgets)},"bundle":${sharedText(bundle)},"caller":${sharedText(caller)},` +
    `${classifier === undefined ? '' : `"classifier":${canonicalJson(classifier)},`}` +
    `"guard":${guardText(guard)},` +
    `${history === undefined ? '' : `"history":${canonicalJson(history)},`}` +
    `${no_approvers === undefined ? '' : `"no_approvers":${no_approvers},`}"now":"${now}",` +
    `${parent === undefined ? '' : `"parent":${canonicalJson(parent)},`}"plan_hash":"${plan_hash}","trust":${canonicalJson(trust)},` +
    `"unknown_budgets":${unknown_budgets.length === 0 ? '[]' : canonicalJson(unknown_budgets)}}`
  );
}

function guardText(guard: Facts['guard']): string {
  const isClean = guard.findings.length === 0 && !guard.partial && guard.verdict === 'allow';
  return isClean ? CLEAN_TEXT : canonicalJson(guard);
}
