import type { DecisionChanges } from '../bundles/decision-changes.ts';
import {
  type Compared,
  type RuleChanges,
  ruleChangesInSteps,
  type WithContent,
} from '../bundles/rule-changes.ts';
import { compareDecisions } from '../evaluation/compare-decisions.ts';
import type { JsonObject } from '../json/value.ts';
import type { Bundle } from '../policy/bundle.ts';
import { assembleContent } from '../policy/compile.ts';
import { contentFor } from '../policy/tenant-content.ts';

/** How long steps are looked for that two bundles decide differently. */
const SEARCH_MS = 1_500;

/** Two bundles with what they say. */
export type ContentPair = { from: WithContent; to: WithContent; tenant_id: string };

/** How decisions change from one content to the other, both of them good; yields often. */
export function* compareContents({ from, to, tenant_id }: ContentPair): Generator<void, DecisionChanges> {
  const before = yield* bundleFor(from, tenant_id);
  const after = yield* bundleFor(to, tenant_id);
  return yield* compareDecisions(before, after, timer(SEARCH_MS));
}

/** Looks at the clock in one of sixteen calls: it is asked several times for each step that is decided. */
function timer(ms: number): () => boolean {
  const end = performance.now() + ms;
  let calls = 0;
  return () => {
    calls += 1;
    return calls % 16 === 0 && performance.now() > end;
  };
}

/** One that is compiled is not compiled again, where the tenant sees all of it. */
function* bundleFor(compared: WithContent, tenantId: string): Generator<void, Bundle> {
  const { content, omitted } = contentFor(compared.content, tenantId);
  if (omitted === 0 && 'evaluate' in compared) return compared;
  return yield* assembleContent(content, compared.version);
}

/** What one content says that the other does not, as far as the tenant sees both; yields often. */
export function contentChanges(
  { from, to, tenant_id }: { from?: WithContent; to: WithContent; tenant_id: string },
  listed: number,
): Generator<void, RuleChanges> {
  const seen = ({ content }: WithContent) => contentFor(content, tenant_id).content;
  return ruleChangesInSteps(from === undefined ? {} : seen(from), seen(to), listed);
}

export function hasContent(compared: Compared): compared is WithContent {
  return compared.content !== undefined;
}

/** How many rules a content has. */
export function rulesIn({ rules }: JsonObject): number {
  return Array.isArray(rules) ? rules.length : 0;
}
