import type { DecisionChanges } from '../bundles/decision-changes.ts';
import type { Comparison } from '../bundles/rule-changes.ts';
import { contentFor } from '../bundles/tenant-content.ts';
import { compareDecisions } from '../evaluation/compare-decisions.ts';
import type { JsonObject } from '../json/value.ts';
import { assembleContent } from '../policy/compile.ts';

/** How long steps are looked for that two bundles decide differently. */
const SEARCH_MS = 1_500;

/** How decisions change from one content to the other, both of them good; yields often. */
export function* compareContents({
  from,
  to,
  tenant_id,
}: Required<Comparison>): Generator<void, DecisionChanges> {
  const before = yield* assembleContent(contentFor(from.content, tenant_id).content, from.version);
  const after = yield* assembleContent(contentFor(to.content, tenant_id).content, to.version);
  const end = performance.now() + SEARCH_MS;
  return yield* compareDecisions(before, after, () => performance.now() > end);
}

/** How many rules a content has. */
export function rulesIn({ rules }: JsonObject): number {
  return Array.isArray(rules) ? rules.length : 0;
}
