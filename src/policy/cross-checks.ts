import { parse } from 'tldts';
import { type BundleContent, defaultOf, type RuleOrigins, ruleWhere } from './content.ts';
import { isGlob, matchesGlob } from './glob.ts';
import { compileQuery } from './history.ts';
import { isAtOrAbove, layerWords } from './layer.ts';
import { BUILT_IN_HIGH_RISK_TOOLS } from './original-form.ts';
import { personKey } from './person-name.ts';
import type { Issue } from './problem.ts';
import type { RuleContent } from './rule-schema.ts';
import { didYouMean } from './suggestion.ts';

/** What is wrong with rules as a whole, although each one alone is well formed. */
export function crossCheck(content: BundleContent, origins: RuleOrigins): Issue[] {
  const byId = new Map(content.rules.map((rule) => [rule.id, rule]));
  const issues = content.rules.flatMap((rule) =>
    rule.overrides.flatMap((id) => {
      const target = byId.get(id);
      const message = overrideFault(content, { rule, target, id });
      const place = ruleWhere(origins, rule.id, '/overrides');
      return message === undefined ? [] : [{ ...place, message, ...targetHint(byId, id) }];
    }),
  );
  issues.push(...content.rules.flatMap((rule) => tooFewApprovers(rule, origins)));
  if (content.combining === 'first_match') issues.push(...layersInOrder(content, origins));
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
  return [{ ...ruleWhere(origins, rule.id, '/approval'), message }];
}

/** One order of rules knows no layers: whichever came first would decide over all others. */
function layersInOrder({ rules }: BundleContent, origins: RuleOrigins): Issue[] {
  const message = 'under `combining: first_match` there are no layers: use `combining: strongest`';
  const files = new Map<string | undefined, Issue>();
  for (const { id, layer } of rules) {
    if (layer === undefined) continue;
    const { file } = ruleWhere(origins, id, '');
    const pointer = file === undefined ? ruleWhere(origins, id, '/layer').pointer : '/layer';
    if (!files.has(file))
      files.set(file, file === undefined ? { pointer, message } : { file, pointer, message });
  }
  return [...files.values()];
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
    return [{ ...ruleWhere(origins, id, '/history'), message }];
  }
  return [];
}

function overrideFault(
  content: BundleContent,
  { rule, target, id }: { rule: RuleContent; target: RuleContent | undefined; id: string },
): string | undefined {
  if (content.combining === 'first_match')
    return 'under `combining: first_match` nothing can be overridden: order the rules';
  if (target === undefined) return `overrides ${id}, which does not exist`;
  if (!isAtOrAbove(target.layer, rule.layer)) return `overrides ${id}, which ${besideWords(target.layer)}`;
  return target.overridable ? undefined : `overrides ${id}, which is not marked \`overridable: true\``;
}

function besideWords(layer: RuleContent['layer']): string {
  const whose = layer === undefined ? 'everyone' : layerWords(layer);
  return `is a rule of ${whose}: a layer overrides rules of its own and of the layers above it`;
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
    ...allowsForNothing(rule, content, origins),
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
      message: `there is no rule: every step gets the default, ${defaultOf(content).action}`,
    });
  }
  return warnings;
}

/**
 * An allow of a layer adds nothing to an allow for everyone, and does not relax the default where that is not marked:
 * without obligations and exceptions it is a rule that loads and never counts.
 */
function allowsForNothing(rule: RuleContent, content: BundleContent, origins: RuleOrigins): Issue[] {
  const byDefault = defaultOf(content);
  const counts = byDefault.overridable || byDefault.action === 'allow';
  const isPlainAllow = rule.action === 'allow' && rule.overrides.length + rule.obligations.length === 0;
  if (rule.layer === undefined || counts || !isPlainAllow) return [];
  const message = `rule ${rule.id} of ${layerWords(rule.layer)} changes nothing: an allow of a layer relaxes only a default that is marked \`overridable: true\``;
  return [{ ...ruleWhere(origins, rule.id, '/action'), message }];
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
        const place = ruleWhere(origins, rule.id, member);
        const message = `no capability grants a tool ${name}, so this part of rule ${rule.id} ${effectOf(names)}`;
        return { ...place, message, ...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }) };
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
      const place = ruleWhere(origins, rule.id, '/match/capability');
      const message = `there is no capability ${name}, so this part of rule ${rule.id} ${effectOf(names)}`;
      return { ...place, message, ...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }) };
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
      ...ruleWhere(origins, rule.id, '/args'),
      message: `${domain} is a public suffix: anybody can own a name below it`,
    })),
  );
}
