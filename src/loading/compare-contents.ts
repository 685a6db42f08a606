import type { DecisionChanges } from '../bundles/decision-changes.ts';
import type { Compared, Comparison } from '../bundles/rule-changes.ts';
import { compareDecisions } from '../evaluation/compare-decisions.ts';
import type { JsonObject } from '../json/value.ts';
import type { Bundle } from '../policy/bundle.ts';
import { assembleContent } from '../policy/compile.ts';
import { contentFor } from '../policy/tenant-content.ts';

/** How long steps are looked for that two bundles decide differently. */
const SEARCH_MS = 1_500;

/** How decisions change from one content to the other, both of them good; yields often. */
export function* compareContents({
  from,
  to,
  tenant_id,
}: Required<Comparison>): Generator<void, DecisionChanges> {
  const before = yield* bundleFor(from, tenant_id);
  const after = yield* bundleFor(to, tenant_id);
  const end = performance.now() + SEARCH_MS;
  return yield* compareDecisions(before, after, () => performance.now() > end);
}

/** One that is compiled is not compiled again, where the tenant sees all of it. */
function* bundleFor(compared: Compared, tenantId: string): Generator<void, Bundle> {
  const { content, omitted } = contentFor(compared.content, tenantId);
  if (omitted === 0 && 'evaluate' in compared) return compared;
  return yield* assembleContent(content, compared.version);
}

/** How many rules a content has. */
export function rulesIn({ rules }: JsonObject): number {
  return Array.isArray(rules) ? rules.length : 0;
}
