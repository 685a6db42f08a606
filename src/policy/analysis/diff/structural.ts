import { canonicalHash, canonicalJson } from '../../../json/canonical.ts';
import type { JsonObject, JsonValue } from '../../../json/value.ts';
import type { Action, Bundle, CapabilityRecord } from '../../bundle.ts';
import type { RuleContent } from '../../rule-schema.ts';

/** A rule that only one of two bundles has. */
export type RuleRef = { id: string; action: Action; hash: string; tools: string[] };
/** A rule that both have, with different content; `members` are the parts of it that differ. */
export type RuleChange = {
  id: string;
  members: string[];
  tools: string[];
  before: { action: Action; hash: string };
  after: { action: Action; hash: string };
};
/** A setting of the bundle as a whole: `default`, `combining` and whatever else is not rules, capabilities or tests. */
export type SettingChange = { name: string; before?: JsonValue; after?: JsonValue };
/** A tool in a capability. `members` are the parts of the grant that differ. */
export type GrantChange = {
  capability: string;
  tool: string;
  change: 'added' | 'removed' | 'changed';
  members: string[];
};

/** What two bundles say differently, whether or not any decision depends on it. */
export type StructuralDiff = {
  /** True where both have the same version. */
  identical: boolean;
  rules: { added: RuleRef[]; removed: RuleRef[]; changed: RuleChange[]; reordered: boolean };
  settings: SettingChange[];
  grants: GrantChange[];
  /** The bundles' own tests differ. */
  tests: boolean;
  /** Names and patterns of the tools that changed rules are about, with those rules; `*` for rules about every tool. */
  by_tool: { tool: string; rules: string[] }[];
};

const APART = new Set(['rules', 'capabilities', 'tests']);

/** Compares the contents of two bundles. */
export function structuralDiff(before: Bundle, after: Bundle): StructuralDiff {
  const [old, now] = [rulesOf(before), rulesOf(after)];
  const added = [...now.values()].filter(({ id }) => !old.has(id)).map(toRef);
  const removed = [...old.values()].filter(({ id }) => !now.has(id)).map(toRef);
  const changed = [...old.values()].flatMap((rule) => ruleChange(rule, now.get(rule.id)));
  return {
    identical: before.version === after.version,
    rules: { added, removed, changed, reordered: isReordered(before, after) },
    settings: settingChanges(before.content, after.content),
    grants: grantChanges(before.capabilities, after.capabilities),
    tests: textOf(before.content['tests']) !== textOf(after.content['tests']),
    by_tool: byTool([...added, ...removed, ...changed]),
  };
}

export function rulesIn({ content }: Bundle): readonly RuleContent[] {
  return (content['rules'] ?? []) as unknown as RuleContent[];
}

function rulesOf(bundle: Bundle): Map<string, RuleContent> {
  return new Map(rulesIn(bundle).map((rule) => [rule.id, rule]));
}

/** What a rule says of tools, in words a file could have. */
export function toolsOf({ match: { tool_name: names } }: RuleContent): string[] {
  if (names === undefined) return ['*'];
  return Array.isArray(names) ? [...names] : names.not_in.map((name) => `not ${name}`);
}

function toRef(rule: RuleContent): RuleRef {
  return { id: rule.id, action: rule.action, hash: canonicalHash(rule), tools: toolsOf(rule) };
}

function ruleChange(before: RuleContent, after: RuleContent | undefined): RuleChange[] {
  if (after === undefined) return [];
  const [old, now] = [toRef(before), toRef(after)];
  if (old.hash === now.hash) return [];
  const members = differingMembers(before as unknown as JsonObject, after as unknown as JsonObject);
  return [
    {
      id: before.id,
      members,
      tools: [...new Set([...old.tools, ...now.tools])],
      before: { action: old.action, hash: old.hash },
      after: { action: now.action, hash: now.hash },
    },
  ];
}

function differingMembers(before: JsonObject, after: JsonObject): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => textOf(before[name]) !== textOf(after[name])).sort();
}

function textOf(value: JsonValue | undefined): string {
  return value === undefined ? '' : canonicalJson(value);
}

/** Only where order decides: under `strongest` the content is sorted by id. */
function isReordered(before: Bundle, after: Bundle): boolean {
  if (after.content['combining'] !== 'first_match' && before.content['combining'] !== 'first_match')
    return false;
  const [old, now] = [[...rulesOf(before).keys()], [...rulesOf(after).keys()]];
  const kept = old.filter((id) => now.includes(id));
  return textOf(kept) !== textOf(now.filter((id) => old.includes(id)));
}

export function settingChanges(before: JsonObject, after: JsonObject): SettingChange[] {
  return differingMembers(settingsOf(before), settingsOf(after)).map((name) => {
    const [old, now] = [before[name], after[name]];
    return { name, ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }) };
  });
}

function settingsOf(content: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(content).filter(([name]) => !APART.has(name)));
}

export function grantChanges(
  before: readonly CapabilityRecord[],
  after: readonly CapabilityRecord[],
): GrantChange[] {
  const [old, now] = [grantsOf(before), grantsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((key): GrantChange[] => {
    const [was, is] = [old.get(key), now.get(key)];
    const { capability = '', tool = '' } = was ?? is ?? {};
    const members = differingMembers(was?.grant ?? {}, is?.grant ?? {});
    if (members.length === 0) return [];
    const change = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    return [{ capability, tool, change, members: change === 'changed' ? members : [] }];
  });
}

/** A tool as one capability grants it. */
export function grantOf({ capabilities }: Bundle, capability: string, tool: string) {
  const own = capabilities.find((record) => record.capability === capability);
  return own?.tools.find(({ name }) => name === tool);
}

function grantsOf(capabilities: readonly CapabilityRecord[]) {
  return new Map(
    capabilities.flatMap(({ capability, risk, tools }) =>
      tools.map((tool) => {
        const grant = { ...tool, risk } as unknown as JsonObject;
        return [JSON.stringify([capability, tool.name]), { capability, tool: tool.name, grant }] as const;
      }),
    ),
  );
}

function byTool(changes: readonly { id: string; tools: string[] }[]): StructuralDiff['by_tool'] {
  const rules = new Map<string, string[]>();
  for (const { id, tools } of changes)
    for (const tool of tools) rules.set(tool, [...(rules.get(tool) ?? []), id]);
  return [...rules]
    .map(([tool, ids]) => ({ tool, rules: ids.sort() }))
    .sort((a, b) => (a.tool < b.tool ? -1 : 1));
}
