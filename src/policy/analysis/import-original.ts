import type { JsonObject, JsonValue } from '../../json/value.ts';
import { normalise } from '../content.ts';
import { type PolicyFile, policyFileSchema } from '../policy-file.ts';
import type { Issue } from '../problem.ts';
import type { RuleContent } from '../rule-schema.ts';
import { readBySchema } from '../schema-issues.ts';
import { mayMeet, nameSet } from './names.ts';

/** One thing that is not as it was: more strict than the original, said in another way, or left out. */
export type ImportNote = { kind: 'stricter' | 'changed' | 'left_out'; message: string; rule_ids?: string[] };

export type Imported = { policies: JsonObject; notes: ImportNote[] };

/**
 * The rules that say what a file of the original interceptor says, as a `policies.yaml` of the form of today, and what is
 * different. Keys that nothing corresponds to are left out and named. With `first_match` the rules decide in the original's
 * order; with `strongest` the strongest wins, and every pair of rules for which that can matter is named.
 */
export function importOriginal(
  given: JsonValue,
  combining: PolicyFile['combining'],
): { imported: Imported; issues?: never } | { imported?: never; issues: Issue[] } {
  const { value, notes } = understood(given);
  const read = readBySchema(policyFileSchema, { ...value, combining: 'first_match' });
  if (read.issues !== undefined) return { issues: read.issues };
  const { content, issues } = normalise(read.value, {});
  if (issues.length > 0) return { issues };
  const { bundle, rules, tests } = content;
  const byDefault = content.default;
  const policies = {
    ...{ bundle, default: byDefault, combining },
    rules: rules.map(plainRule),
    ...(tests.length > 0 && { tests }),
  } as unknown as JsonObject;
  const stricter = combining === 'strongest' ? overtaken(rules) : [];
  return { imported: { policies, notes: [...notes, ...stricter, ...alwaysStricter(value, rules)] } };
}

/** What a file holds that can be read: unknown keys go, and a reason in words becomes the message that it is. */
function understood(given: JsonValue): { value: JsonObject; notes: ImportNote[] } {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return { value: {}, notes: [] };
  const notes: ImportNote[] = [];
  const value: JsonObject = {};
  for (const [key, member] of Object.entries(given)) {
    if (Object.hasOwn(policyFileSchema.shape, key)) value[key] = member;
    else notes.push({ kind: 'left_out', message: `the key \`${key}\` means nothing here and was left out` });
  }
  if (Array.isArray(value['rules']))
    value['rules'] = value['rules'].map((rule, index) => readable(rule, index, notes));
  return { value, notes };
}

function readable(rule: JsonValue, index: number, notes: ImportNote[]): JsonValue {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) return rule;
  const { reason, ...rest } = rule;
  if (typeof reason !== 'string' || /^[a-z][a-z0-9_]{0,63}$/.test(reason)) return rule;
  notes.push({
    kind: 'changed',
    message: `the reason of rule ${index + 1} is a sentence, so it became its message`,
  });
  return { message: reason.slice(0, 1000), ...rest };
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
  for (const [index, earlier] of rules.entries()) {
    for (const later of rules.slice(index + 1)) {
      if (STRENGTH[later.action] <= STRENGTH[earlier.action] || !mayMatchTogether(earlier, later)) continue;
      if (notes.length >= MAX_PAIRS_NAMED) return notes;
      const message = `where both match, the original took ${earlier.id} (${earlier.action}), which stands first; now ${later.id} (${later.action}) wins`;
      notes.push({ kind: 'stricter', message, rule_ids: [earlier.id, later.id] });
    }
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

/** What is stricter whatever the file says. */
function alwaysStricter(value: JsonObject, rules: readonly RuleContent[]): ImportNote[] {
  const notes: ImportNote[] = [];
  const add = (message: string) => notes.push({ kind: 'stricter', message });
  if (value['default'] === undefined)
    add('what no rule speaks about was allowed; it is blocked now: write `default: allow` to keep it');
  const restricting = rules.filter(({ action }) => action !== 'allow');
  if (restricting.some(({ match }) => match.sensitivity_level !== undefined))
    add('a step without a sensitivity level now matches the rules that restrict by level');
  if (restricting.some(({ args }) => args[''] !== undefined))
    add(
      'an argument that another step provides is in doubt for dangerous_argument_patterns, so such a step is blocked',
    );
  add(
    'an agent and its tools must stand in agents.yaml and capabilities.yaml; whoever is not there is blocked first',
  );
  return notes;
}
