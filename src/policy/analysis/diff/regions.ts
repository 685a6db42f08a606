import { canonicalHash } from '../../../json/canonical.ts';
import type { JsonObject } from '../../../json/value.ts';
import type { Bundle } from '../../bundle.ts';
import { ruleHash } from '../../content.ts';
import { isGlob } from '../../glob.ts';
import type { RuleContent } from '../../rule-schema.ts';
import { nameSet } from '../names.ts';
import { rulesOf } from './structural.ts';

/** Tools tried for a rule about many. */
const MAX_TOOLS = 25;

/** Where a difference can be: steps of a tool, inside what a changed rule can match. */
export type Region = { tool: string; rule: RuleContent | undefined };

/** What to look at: each version of each changed rule for its tools, and every tool where something else changed. */
export function* regionsOf(before: Bundle, after: Bundle): Iterable<Region> {
  const [old, now] = [rulesOf(before), rulesOf(after)];
  const hashes = (rules: ReadonlyMap<string, RuleContent>) => new Set([...rules.values()].map(ruleHash));
  const [oldHashes, nowHashes] = [hashes(old), hashes(now)];
  const changed = [
    ...[...old.values()].filter((rule) => !nowHashes.has(ruleHash(rule))),
    ...[...now.values()].filter((rule) => !oldHashes.has(ruleHash(rule))),
  ];
  const granted = [...new Set([...toolsOf(before), ...toolsOf(after)])].sort();
  for (const rule of changed)
    if (rule.mode !== 'shadow') for (const tool of toolsFor(rule, granted)) yield { tool, rule };
  for (const tool of otherwiseChanged(before, after, granted)) yield { tool, rule: undefined };
}

function toolsOf({ capabilities }: Bundle): string[] {
  return capabilities.flatMap(({ tools }) => tools.map(({ name }) => name));
}

function toolsFor({ match: { tool_name: names } }: RuleContent, granted: readonly string[]): string[] {
  if (names === undefined) return granted.slice(0, MAX_TOOLS);
  const exact = Array.isArray(names) ? names.filter((name) => !isGlob(name)) : [];
  const covered = granted.filter(nameSet(names).test);
  return [...new Set([...covered.slice(0, MAX_TOOLS), ...exact.filter((name) => granted.includes(name))])];
}

/** Tools whose grant changed; all tools where the default, the way rules combine or anything else about the bundle did. */
function otherwiseChanged(before: Bundle, after: Bundle, granted: readonly string[]): string[] {
  const rest = ({
    content: { rules: _, capabilities: __, tests: ___, bundle: ____, permits: _____, ...others },
  }: Bundle) => canonicalHash(others as JsonObject);
  const order = ({ content }: Bundle) =>
    content['combining'] === 'first_match' ? canonicalHash(content['rules'] ?? []) : '';
  if (rest(before) !== rest(after) || order(before) !== order(after)) return granted.slice(0, MAX_TOOLS * 4);
  const grant = ({ capabilities }: Bundle, tool: string) =>
    canonicalHash(
      capabilities.flatMap(({ capability, tools }) =>
        tools.filter(({ name }) => name === tool).map((found) => ({ capability, ...found })),
      ) as unknown as JsonObject[],
    );
  return granted.filter((tool) => grant(before, tool) !== grant(after, tool));
}
