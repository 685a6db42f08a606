import type { JsonObject, JsonValue } from '../../json/value.ts';
import { normalise, type RuleOrigins } from '../content.ts';
import { BUILT_IN_HIGH_RISK_TOOLS, isOriginal } from '../original-form.ts';
import { type PolicyFile, policyFileSchema } from '../policy-file.ts';
import type { Issue } from '../problem.ts';
import type { RuleContent } from '../rule-schema.ts';
import { readBySchema } from '../schema-issues.ts';
import { mayMeet, nameSet } from './names.ts';
import { type ImportNote, readOriginal } from './original-reading.ts';

/** What a key of the file became. */
export type ImportedKey = { key: string; rule_ids: string[] };

export type Imported = { policies: JsonObject; keys: ImportedKey[]; notes: ImportNote[] };

/**
 * The rules that say what a file of the original interceptor says, as a `policies.yaml` of the form of today, and what is
 * different. Keys that nothing corresponds to are left out and named. With `first_match` the rules decide in the original's
 * order; with `strongest` the strongest wins, and every pair of rules for which that can matter is named.
 */
export function importOriginal(
  given: JsonValue,
  combining: PolicyFile['combining'],
): { imported: Imported; issues?: never } | { imported?: never; issues: Issue[] } {
  const original = readOriginal(given);
  if (original.issues !== undefined) return { issues: original.issues };
  const { value, notes, placeOf } = original;
  const atHome = (issues: readonly Issue[]) =>
    issues.map((issue) => ({ ...issue, pointer: placeOf(issue.pointer) }));
  const read = readBySchema(policyFileSchema, { ...value, combining: 'first_match' });
  if (read.issues !== undefined) return { issues: atHome(read.issues) };
  const { content, origins, issues, warnings } = normalise(read.value, {});
  if (issues.length > 0) return { issues: atHome(issues) };
  const { bundle, rules, tests } = content;
  const byDefault = content.default;
  const policies = {
    ...{ bundle, default: byDefault, combining },
    rules: rules.map(plainRule),
    ...(tests.length > 0 && { tests }),
  } as unknown as JsonObject;
  const stricter = combining === 'strongest' ? overtaken(rules) : [];
  const found = [...notes, ...atHome(warnings).map(copyLeftOut), ...notAskedFor(read.value)];
  const all = [...found, ...stricter, ...alwaysStricter(value, rules)];
  return { imported: { policies, keys: keysOf(value, origins), notes: all } };
}

/** Of two rules that say the same the second says nothing. */
function copyLeftOut({ pointer }: Issue): ImportNote {
  return { kind: 'left_out', message: 'the rule says what one before it says', pointer };
}

/** What each key of the file that makes rules became, in the order of the file. */
function keysOf(value: JsonObject, origins: RuleOrigins): ImportedKey[] {
  const made = Map.groupBy(origins, ([, { pointer }]) => pointer.split('/')[1] ?? '');
  // In every file of the original some tools need approval, whether or not it speaks of them.
  return [...new Set([...Object.keys(value), ...made.keys()])].flatMap((key) => {
    const rule_ids = (made.get(key) ?? []).map(([id]) => id);
    return rule_ids.length === 0 ? [] : [{ key, rule_ids }];
  });
}

const EMPTY: Readonly<Record<string, string>> = {
  args: '{}',
  taint: '{}',
  match: '{}',
  obligations: '[]',
  overrides: '[]',
  overridable: 'false',
  mode: '"enforce"',
  approval: '{"ttl":"1h","required":1,"approvers":[]}',
};

/** Without what goes without saying. */
function plainRule(rule: RuleContent): object {
  const { id, ...others } = rule;
  const kept = Object.entries(others).filter(([key, value]) => EMPTY[key] !== JSON.stringify(value));
  return { id, ...Object.fromEntries(kept) };
}

const STRENGTH = { allow: 0, require_approval: 1, block: 2 };
const MAX_PAIRS_NAMED = 100;

/** Earlier rules that used to win over a later, stronger one that can match the same step. */
function overtaken(rules: readonly RuleContent[]): ImportNote[] {
  const notes: ImportNote[] = [];
  let pairs = 0;
  for (const [index, earlier] of rules.entries()) {
    for (const later of rules.slice(index + 1)) {
      if (STRENGTH[later.action] <= STRENGTH[earlier.action] || !mayMatchTogether(earlier, later)) continue;
      pairs += 1;
      if (notes.length >= MAX_PAIRS_NAMED) continue;
      const message = `where both match, the original took ${earlier.id} (${earlier.action}), which stands first; now ${later.id} (${later.action}) wins`;
      notes.push({ kind: 'stricter', message, rule_ids: [earlier.id, later.id] });
    }
  }
  if (pairs > notes.length) {
    const message = `so it is of ${pairs - notes.length} more pairs of rules: \`--combining first_match\` keeps the order of all`;
    notes.push({ kind: 'stricter', message });
  }
  return notes;
}

function mayMatchTogether(one: RuleContent, other: RuleContent): boolean {
  const areNames = (['tool_name', 'agent_name', 'agent_id', 'tenant_id'] as const).every((attribute) => {
    const [a, b] = [one.match[attribute], other.match[attribute]];
    return a === undefined || b === undefined || mayMeet(nameSet(a), nameSet(b));
  });
  const [levels, others] = [one.match.sensitivity_level, other.match.sensitivity_level];
  // Steps without a level are another note: see below.
  const areLevels =
    levels === undefined || others === undefined || levels.some((level) => others.includes(level));
  return areNames && areLevels;
}

/** The original asked for approval of some tools in every file; here it takes a key of the original that says something. */
function notAskedFor(file: PolicyFile): ImportNote[] {
  if (isOriginal(file)) return [];
  const tools = BUILT_IN_HIGH_RISK_TOOLS.join(', ');
  const message = `the original asked for approval of ${tools} whatever the file said; this file holds rules alone, or empty keys, so here nothing asks: write \`high_risk_tools_mode: extend\` to keep it`;
  return [{ kind: 'changed', message }];
}

/** What is stricter whatever the file says. */
function alwaysStricter(value: JsonObject, rules: readonly RuleContent[]): ImportNote[] {
  const notes: ImportNote[] = [];
  const add = (message: string) => notes.push({ kind: 'stricter', message });
  if (value['default'] === undefined)
    add('what no rule speaks about was allowed; it is blocked now: write `default: allow` to keep it');
  const restricting = rules.filter(({ action }) => action !== 'allow');
  if (restricting.some(({ match }) => match.sensitivity_level !== undefined))
    add('a step without a sensitivity level now matches the rules that restrict by level');
  if (restricting.some(({ args }) => args[''] !== undefined)) {
    add(
      'an argument that another step provides is in doubt for dangerous_argument_patterns, so such a step is blocked',
    );
    add(
      'dangerous_argument_patterns are found in keys and numbers, at any depth, and in full-width letters and between invisible ones as well',
    );
  }
  add(
    'an agent and its tools must stand in agents.yaml and capabilities.yaml; whoever is not there is blocked first',
  );
  return notes;
}
