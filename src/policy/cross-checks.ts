import { type BundleContent, type RuleOrigins, ruleWhere } from './content.ts';
import { compileQuery } from './history.ts';
import { isAtOrAbove, layerWords } from './layer.ts';
import { personKey } from './person-name.ts';
import type { Issue } from './problem.ts';
import type { RuleContent } from './rule-schema.ts';
import { didYouMean } from './suggestion.ts';

/** What is wrong with rules as a whole, although each one alone is well formed. */
export function crossCheck(content: BundleContent, origins: RuleOrigins): Issue[] {
  const issues = overrideFaults(content, origins);
  issues.push(...content.rules.flatMap((rule) => tooFewApprovers(rule, origins)));
  if (content.combining === 'first_match') issues.push(...layersInOrder(content, origins));
  issues.push(...tooManyQuestions(content, origins));
  if (content.rules.length === 0 && Object.keys(content.capabilities).length === 0) {
    issues.push({ pointer: '', message: 'the bundle is empty: it has no rule and no capability' });
  }
  return issues;
}

function overrideFaults(content: BundleContent, origins: RuleOrigins): Issue[] {
  const overriding = content.rules.filter(({ overrides }) => overrides.length > 0);
  if (overriding.length === 0) return [];
  const byId = new Map(content.rules.map((rule) => [rule.id, rule]));
  return overriding.flatMap((rule) =>
    rule.overrides.flatMap((id) => {
      const target = byId.get(id);
      const message = overrideFault(content, { rule, target, id });
      const place = ruleWhere(origins, rule.id, '/overrides');
      return message === undefined ? [] : [{ ...place, message, ...targetHint(byId, id) }];
    }),
  );
}

/** A rule that asks for more people than it admits could never be satisfied. */
function tooFewApprovers(rule: RuleContent, origins: RuleOrigins): Issue[] {
  if (rule.approval === undefined) return [];
  const { approvers, required } = rule.approval;
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
