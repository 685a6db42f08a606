import { byIdentity } from '../json/by-identity.ts';
import { canonicalHash, canonicalJson, canonicalString, sha256 } from '../json/canonical.ts';
import { parseJson } from '../json/parse-json.ts';
import { pointerSegment } from '../json/pointer.ts';
import type { JsonObject } from '../json/value.ts';
import { type CapabilityContent, sortedTools } from './capability-file.ts';
import { translateOriginal } from './original-form.ts';
import type { PolicyFile, PolicyTest } from './policy-file.ts';
import type { Issue } from './problem.ts';
import type { RuleContent, UnnamedRule } from './rule-schema.ts';

/**
 * Everything a bundle says, in its one form: equal meaning, equal content, whatever the order of keys, the
 * comments and, where order does not decide, the order of rules. It is itself a valid policy file with its
 * capabilities, and reading it again gives the same content.
 */
export type BundleContent = {
  bundle: string;
  default: PolicyFile['default'];
  combining: PolicyFile['combining'];
  permits: PolicyFile['permits'];
  rules: RuleContent[];
  tests: PolicyTest[];
  capabilities: Record<string, CapabilityContent>;
};

/** The ids of the rules in the content of a bundle. */
export function ruleIdsOf(content: JsonObject): string[] {
  const rules = (content['rules'] ?? []) as { id?: string }[];
  return rules.flatMap(({ id }) => id ?? []);
}

/** Where each rule came from, by rule id: a JSON pointer into `policies.yaml`. */
export type RuleOrigins = ReadonlyMap<string, string>;

export type Normalised = { content: BundleContent; origins: RuleOrigins; issues: Issue[]; warnings: Issue[] };

/**
 * The content of a policy file and its capabilities. Rules without an id get one from their content; a second
 * copy of such a rule is left out with a warning. Two rules of one id are an issue.
 */
export function normalise(file: PolicyFile, capabilities: Record<string, CapabilityContent>): Normalised {
  const rules = new Map<string, RuleContent>();
  const origins = new Map<string, string>();
  const issues: Issue[] = [];
  const warnings: Issue[] = [];
  for (const { rule, pointer, isNamed } of namedRules(file)) {
    if (!rules.has(rule.id)) {
      rules.set(rule.id, rule);
      origins.set(rule.id, pointer);
    } else if (isNamed) {
      issues.push({ pointer, message: `the id ${rule.id} is taken by the rule at ${origins.get(rule.id)}` });
    } else {
      warnings.push({
        pointer,
        message: `the same rule stands at ${origins.get(rule.id)}; this copy is ignored`,
      });
    }
  }
  const ordered = [...rules.values()];
  // Under `strongest` the order of rules has no meaning, so it must not show in the version.
  if (file.combining === 'strongest') ordered.sort((a, b) => (a.id < b.id ? -1 : 1));
  const { bundle, default: byDefault, combining, permits, tests } = file;
  return {
    content: {
      bundle,
      default: byDefault,
      combining,
      permits,
      rules: ordered,
      tests,
      capabilities: inOrder(capabilities),
    },
    origins,
    issues,
    warnings,
  };
}

function inOrder(capabilities: Record<string, CapabilityContent>): Record<string, CapabilityContent> {
  const entries = Object.entries(capabilities);
  return Object.fromEntries(
    entries.map(([name, content]) => [name, { ...content, tools: sortedTools(content.tools) }]),
  );
}

function namedRules(file: PolicyFile): { rule: RuleContent; pointer: string; isNamed: boolean }[] {
  const written = file.rules.map((rule, index) => ({
    rule: withId(rule),
    pointer: `/rules/${index}${rule.id === undefined ? '' : '/id'}`,
    isNamed: rule.id !== undefined,
  }));
  const translated = translateOriginal(file).map(({ id, rule, pointer }) => ({
    rule: { ...rule, id },
    pointer,
    isNamed: true,
  }));
  return [...written, ...translated];
}

/** The same rule is the same object again: what is made of a rule is kept by that. */
const withId = byIdentity((rule: UnnamedRule): RuleContent => {
  const id = rule.id ?? `rule-${canonicalHash(rule).slice('sha256:'.length, 'sha256:'.length + 12)}`;
  return { ...rule, id };
});

/** The canonical JSON of a rule. */
export const ruleText = byIdentity((rule: RuleContent): string => canonicalJson(rule));

/** The hash of a rule, by which it is the same rule in another bundle. */
export const ruleHash = byIdentity((rule: RuleContent): string => sha256(ruleText(rule)));

/** The rule without members that have no value. */
const ruleJson = byIdentity((rule: RuleContent) => parseJson(ruleText(rule)) as JsonObject);

/** The content as plain JSON, without members that have no value, and its version. Rules that were sealed before are not again. */
export function sealContent(content: BundleContent): { json: JsonObject; version: string } {
  const rest = parseJson(canonicalJson({ ...content, rules: [] })) as JsonObject;
  return { json: { ...rest, rules: content.rules.map(ruleJson) }, version: sha256(contentText(content)) };
}

/** The canonical JSON of a content, its rules as they were written before. */
export function contentText(content: BundleContent): string {
  const members = Object.entries(content)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = members.map(([name, value]) => {
    const text = name === 'rules' ? `[${content.rules.map(ruleText).join(',')}]` : canonicalJson(value);
    return `${canonicalString(name)}:${text}`;
  });
  return `{${texts.join(',')}}`;
}

/** Where a rule stands, or a member of it: `/rules/3/overrides` from the rule's id and `/overrides`. */
export function ruleWhere(origins: RuleOrigins, id: string, member: string): string {
  const origin = origins.get(id) ?? '';
  return origin.startsWith('/rules/') ? `${origin.replace(/\/id$/, '')}${member}` : origin;
}

/** Where a tool stands in `capabilities.yaml`. */
export function toolWhere(capability: string, index: number): string {
  return `/capabilities/${pointerSegment(capability)}/tools/${index}`;
}
