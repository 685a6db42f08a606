import type { Bundle } from './bundle.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { HistoryQuery } from './past.ts';
import { indexRules } from './rule-index.ts';

/** What the rules of a bundle ask of the past, all of it and by tool. */
export function indexHistory(rules: readonly CompiledRule[]): Pick<Bundle, 'history' | 'historyOf'> {
  const asking = rules.filter(({ queries }) => queries.length > 0);
  if (asking.length === 0) return { history: [], historyOf: () => [] };
  const index = indexRules(asking);
  const all = asking.flatMap(({ queries }) => queries);
  return {
    history: onceEach(
      all.flatMap((query) => (query.seenBefore === undefined ? [query] : [query, query.seenBefore])),
    ),
    historyOf: (toolName) => onceEach(index.candidates(toolName).flatMap(({ queries }) => queries)),
  };
}

function onceEach(queries: readonly HistoryQuery[]): HistoryQuery[] {
  return [...new Map(queries.map((query) => [query.key, query])).values()];
}
