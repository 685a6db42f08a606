import { getDomain } from 'tldts';
import { type BundleContent, type RuleOrigins, ruleWhere } from './content.ts';
import { isGlob, matchesGlob } from './glob.ts';
import { BUILT_IN_HIGH_RISK_TOOLS } from './original-form.ts';
import type { Issue } from './problem.ts';
import type { RuleContent } from './rule-schema.ts';
import { didYouMean } from './suggestion.ts';

/** What is wrong with rules as a whole, although each one alone is well formed. */
export function crossCheck(content: BundleContent, origins: RuleOrigins): Issue[] {
  const byId = new Map(content.rules.map((rule) => [rule.id, rule]));
  const issues = content.rules.flatMap((rule) =>
    rule.overrides.flatMap((target) => {
      const message = overrideFault(content, byId.get(target), target);
      const pointer = ruleWhere(origins, rule.id, '/overrides');
      return message === undefined ? [] : [{ pointer, message, ...targetHint(byId, target) }];
    }),
  );
  issues.push(...content.rules.flatMap((rule) => tooFewApprovers(rule, origins)));
  if (content.rules.length === 0 && Object.keys(content.capabilities).length === 0) {
    issues.push({ pointer: '', message: 'the bundle is empty: it has no rule and no capability' });
  }
  return issues;
}

/** A rule that asks for more people than it admits could never be satisfied. */
function tooFewApprovers(rule: RuleContent, origins: RuleOrigins): Issue[] {
  const { approvers = [], required = 1 } = rule.approval ?? {};
  const people = new Set(approvers).size;
  if (people === 0 || people >= required) return [];
  const message = `asks for ${required} people and names ${people}, so no plan could ever be approved`;
  return [{ pointer: ruleWhere(origins, rule.id, '/approval'), message }];
}

function overrideFault(
  content: BundleContent,
  target: RuleContent | undefined,
  id: string,
): string | undefined {
  if (content.combining === 'first_match')
    return 'under `combining: first_match` nothing can be overridden: order the rules';
  if (target === undefined) return `overrides ${id}, which does not exist`;
  return target.overridable ? undefined : `overrides ${id}, which is not marked \`overridable: true\``;
}

function targetHint(byId: ReadonlyMap<string, RuleContent>, target: string): { hint?: string } {
  if (byId.has(target)) return {};
  const meant = didYouMean(target, [...byId.keys()]);
  return meant === undefined ? {} : { hint: `did you mean ${meant}?` };
}

/** What is allowed but probably not meant. Pointers are into `policies.yaml`. */
export function lint(content: BundleContent, origins: RuleOrigins): Issue[] {
  const known = new Set(
    Object.values(content.capabilities).flatMap(({ tools }) => tools.map(({ name }) => name)),
  );
  const warnings = content.rules.flatMap((rule) => [
    ...(known.size === 0 ? [] : unknownTools(rule, known, origins)),
    ...unknownCapabilities(rule, content, origins),
    ...publicSuffixes(rule, origins),
  ]);
  if (known.size === 0) {
    warnings.push({
      pointer: '',
      message: 'no capability grants any tool, so every plan will be blocked before the policy',
    });
  }
  if (content.rules.length === 0) {
    warnings.push({
      pointer: '',
      message: `there is no rule: every step gets the default, ${content.default}`,
    });
  }
  return warnings;
}

function unknownTools(rule: RuleContent, known: ReadonlySet<string>, origins: RuleOrigins): Issue[] {
  const { tool_name: names = [] } = rule.match;
  const listed = Array.isArray(names) ? names : names.not_in;
  const unknown = listed.filter((name) => !isKnown(name, known) && !isBuiltIn(rule.id, name));
  return unknown.map((name) => {
    const meant = didYouMean(name, [...known]);
    const pointer = ruleWhere(origins, rule.id, '/match/tool_name');
    const message = `no capability grants a tool ${name}, so this part of rule ${rule.id} never matches`;
    return { pointer, message, ...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }) };
  });
}

function unknownCapabilities(rule: RuleContent, content: BundleContent, origins: RuleOrigins): Issue[] {
  const known = new Set(Object.keys(content.capabilities));
  const { capability: names = [] } = rule.match;
  const listed = Array.isArray(names) ? names : names.not_in;
  return listed
    .filter((name) => !isKnown(name, known))
    .map((name) => {
      const meant = didYouMean(name, [...known]);
      const pointer = ruleWhere(origins, rule.id, '/match/capability');
      const message = `there is no capability ${name}, so this part of rule ${rule.id} never matches`;
      return { pointer, message, ...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }) };
    });
}

function isKnown(name: string, known: ReadonlySet<string>): boolean {
  return isGlob(name) ? [...known].some((tool) => matchesGlob(name, tool)) : known.has(name);
}

function isBuiltIn(ruleId: string, name: string): boolean {
  return ruleId === 'high_risk_tools' && (BUILT_IN_HIGH_RISK_TOOLS as readonly string[]).includes(name);
}

/** A list that names `com` or `github.io` lets everybody in who can register a name below it. */
function publicSuffixes(rule: RuleContent, origins: RuleOrigins): Issue[] {
  return Object.values(rule.args).flatMap(({ in_domains = [], not_in_domains = [] }) =>
    [...in_domains, ...not_in_domains]
      .filter((domain) => domain !== 'localhost' && getDomain(domain, { allowPrivateDomains: true }) === null)
      .map((domain) => ({
        pointer: ruleWhere(origins, rule.id, '/args'),
        message: `${domain} is a public suffix: anybody can own a name below it`,
      })),
  );
}
