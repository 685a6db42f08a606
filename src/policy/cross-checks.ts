import { parse } from 'tldts';
import { type BundleContent, type RuleOrigins, ruleWhere } from './content.ts';
import { isGlob, matchesGlob } from './glob.ts';
import { compileQuery } from './history.ts';
import { BUILT_IN_HIGH_RISK_TOOLS } from './original-form.ts';
import { personKey } from './person-name.ts';
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
  issues.push(...tooManyQuestions(content, origins));
  if (content.rules.length === 0 && Object.keys(content.capabilities).length === 0) {
    issues.push({ pointer: '', message: 'the bundle is empty: it has no rule and no capability' });
  }
  return issues;
}

/** A rule that asks for more people than it admits could never be satisfied. */
function tooFewApprovers(rule: RuleContent, origins: RuleOrigins): Issue[] {
  const { approvers = [], required = 1 } = rule.approval ?? {};
  const people = new Set(approvers.map(personKey)).size;
  if (people === 0 || people >= required) return [];
  const message = `asks for ${required} people and names ${people}, so no plan could ever be approved`;
  return [{ pointer: ruleWhere(origins, rule.id, '/approval'), message }];
}

/** Different questions to the past that one bundle may ask: memory is shared among them, and each costs every decision. */
const MAX_QUESTIONS = 200;

function tooManyQuestions({ rules }: BundleContent, origins: RuleOrigins): Issue[] {
  const asked = new Set<string>();
  for (const { id, history = [] } of rules) {
    for (const { count: _count, ...question } of history) {
      const { key, seenBefore } = compileQuery(question);
      asked.add(key);
      if (seenBefore !== undefined) asked.add(seenBefore.key);
    }
    if (asked.size <= MAX_QUESTIONS) continue;
    const message = `the rules so far ask more than ${MAX_QUESTIONS} different things of the past; give conditions of one kind the same form`;
    return [{ pointer: ruleWhere(origins, id, '/history'), message }];
  }
  return [];
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
  const tools = namesAmong(known);
  const capabilities = namesAmong(new Set(Object.keys(content.capabilities)));
  const warnings = content.rules.flatMap((rule) => [
    ...(known.size === 0 ? [] : unknownTools(rule, tools, origins)),
    ...unknownCapabilities(rule, capabilities, origins),
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

/** Unknown names beyond this get no suggestion: each is a walk through all that are known, and a page of them is read by nobody. */
const MAX_SUGGESTED = 50;

type Names = { isKnown(name: string): boolean; suggestion(name: string): string | undefined };

function namesAmong(known: ReadonlySet<string>): Names {
  const candidates = [...known];
  const suggested = new Map<string, string | undefined>();
  return {
    isKnown: (name) =>
      isGlob(name) ? candidates.some((candidate) => matchesGlob(name, candidate)) : known.has(name),
    suggestion: (name) => {
      if (suggested.size < MAX_SUGGESTED && !suggested.has(name))
        suggested.set(name, didYouMean(name, candidates));
      return suggested.get(name);
    },
  };
}

function unknownTools(rule: RuleContent, tools: Names, origins: RuleOrigins): Issue[] {
  const past = (rule.history ?? []).map(({ tool_name = [] }, index) => ({
    names: tool_name,
    member: `/history/${index}/tool_name`,
  }));
  return [{ names: rule.match.tool_name ?? [], member: '/match/tool_name' }, ...past].flatMap(
    ({ names, member }) => {
      const listed = Array.isArray(names) ? names : names.not_in;
      const unknown = listed.filter((name) => !tools.isKnown(name) && !isBuiltIn(rule.id, name));
      return unknown.map((name) => {
        const meant = tools.suggestion(name);
        const pointer = ruleWhere(origins, rule.id, member);
        const message = `no capability grants a tool ${name}, so this part of rule ${rule.id} ${effectOf(names)}`;
        return { pointer, message, ...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }) };
      });
    },
  );
}

function unknownCapabilities(rule: RuleContent, capabilities: Names, origins: RuleOrigins): Issue[] {
  const { capability: names = [] } = rule.match;
  const listed = Array.isArray(names) ? names : names.not_in;
  return listed
    .filter((name) => !capabilities.isKnown(name))
    .map((name) => {
      const meant = capabilities.suggestion(name);
      const pointer = ruleWhere(origins, rule.id, '/match/capability');
      const message = `there is no capability ${name}, so this part of rule ${rule.id} ${effectOf(names)}`;
      return { pointer, message, ...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }) };
    });
}

/** A name that never comes can neither match nor be left out. */
function effectOf(names: readonly string[] | { not_in: readonly string[] }): string {
  return Array.isArray(names) ? 'never matches' : 'leaves nothing out';
}

function isBuiltIn(ruleId: string, name: string): boolean {
  return ruleId === 'high_risk_tools' && (BUILT_IN_HIGH_RISK_TOOLS as readonly string[]).includes(name);
}

/** Suffixes of the list below which nobody can register a name either (RFC 8375). */
const SPECIAL_USE = new Set(['home.arpa']);

/** True of `com` and `github.io`; not of names that nobody can register below, such as `internal`. */
function isPublicSuffix(domain: string): boolean {
  if (SPECIAL_USE.has(domain)) return false;
  const { publicSuffix, isIcann, isPrivate } = parse(domain, { allowPrivateDomains: true });
  return publicSuffix === domain && (isIcann === true || isPrivate === true);
}

/** A list that names `com` or `github.io` lets everybody in who can register a name below it. */
function publicSuffixes(rule: RuleContent, origins: RuleOrigins): Issue[] {
  return Object.values(rule.args).flatMap(({ in_domains = [], not_in_domains = [] }) =>
    [...in_domains, ...not_in_domains].filter(isPublicSuffix).map((domain) => ({
      pointer: ruleWhere(origins, rule.id, '/args'),
      message: `${domain} is a public suffix: anybody can own a name below it`,
    })),
  );
}
