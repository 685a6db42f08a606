import { canonicalHash } from '../../../json/canonical.ts';
import type { Bundle } from '../../bundle.ts';
import { ruleHash } from '../../content.ts';
import type { RuleContent } from '../../rule-schema.ts';
import { nameSet } from '../names.ts';
import { grantChanges, rulesIn, settingChanges } from './structural.ts';

/** Where a difference can be: steps of a tool, and where the change is that of a rule, inside what it can match. */
export type Region = {
  /** The change that may show here, by the name that suspects have for it. */
  change: string;
  tool: string;
  rule?: RuleContent;
  /** The arguments of the tool are tried by its schemas. */
  isSchemaTried?: boolean;
  /** The tool whose output may flow in, and the capability that grants it. */
  giver?: { tool: string; capability: string };
};

/** What to look at: each version of each changed rule for its tools, and every tool where something else changed. */
export function* regionsOf(before: Bundle, after: Bundle): Iterable<Region> {
  const granted = [...new Set([...toolsOf(before), ...toolsOf(after)])].sort();
  for (const rule of changedRules(before, after)) {
    const { id, match } = rule;
    const isAbout = match.tool_name === undefined ? undefined : nameSet(match.tool_name).test;
    for (const tool of granted) if (isAbout?.(tool) !== false) yield { change: `rule ${id}`, tool, rule };
  }
  for (const change of otherChanges(before, after)) for (const tool of granted) yield { change, tool };
  yield* grantRegions(before, after, granted);
}

/** Rules that only one bundle has as they are; trials decide nothing. */
function changedRules(before: Bundle, after: Bundle): RuleContent[] {
  const [old, now] = [rulesIn(before), rulesIn(after)];
  // Bundles that were read one after the other share the rules that did not change: only the others need a hash.
  const [unsharedOld, unsharedNow] = [notAmong(old, now), notAmong(now, old)];
  const [oldHashes, nowHashes] = [new Set(unsharedOld.map(ruleHash)), new Set(unsharedNow.map(ruleHash))];
  const changed = [
    ...unsharedOld.filter((rule) => !nowHashes.has(ruleHash(rule))),
    ...unsharedNow.filter((rule) => !oldHashes.has(ruleHash(rule))),
  ];
  return changed.filter(({ mode }) => mode !== 'shadow');
}

function notAmong(rules: readonly RuleContent[], others: readonly RuleContent[]): RuleContent[] {
  const known = new Set(others);
  return rules.filter((rule) => !known.has(rule));
}

function toolsOf({ capabilities }: Bundle): string[] {
  return capabilities.flatMap(({ tools }) => tools.map(({ name }) => name));
}

/** Members of a bundle that decide nothing about a step. */
const DECIDES_NOTHING = new Set(['bundle', 'permits']);

function otherChanges(before: Bundle, after: Bundle): string[] {
  const settings = settingChanges(before.content, after.content).map(({ name }) => name);
  const order = (bundle: Bundle) =>
    bundle.content['combining'] === 'first_match' ? canonicalHash(rulesIn(bundle).map(({ id }) => id)) : '';
  const isReordered = order(before) !== order(after);
  return [
    ...settings.filter((name) => !DECIDES_NOTHING.has(name)),
    ...(isReordered ? ['order of rules'] : []),
  ];
}

/** Parts of a grant that are about what comes of the tool's output. */
const ABOUT_OUTPUT = new Set(['output_trust', 'sensitivity_level']);

function* grantRegions(before: Bundle, after: Bundle, granted: readonly string[]): Iterable<Region> {
  for (const { capability, tool, members } of grantChanges(before.capabilities, after.capabilities)) {
    const change = `tool ${tool} of ${capability}`;
    yield { change, tool, isSchemaTried: members.length === 0 || members.includes('parameters') };
    if (!members.some((member) => ABOUT_OUTPUT.has(member))) continue;
    for (const other of granted) yield { change, tool: other, giver: { tool, capability } };
  }
}
