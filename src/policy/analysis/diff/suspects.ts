import { canonicalJson } from '../../../json/canonical.ts';
import { SENSITIVITY_LEVELS } from '../../../plan/sensitivity.ts';
import { TRUST_LEVELS } from '../../../plan/trust-level.ts';
import type { Bundle } from '../../bundle.ts';
import type { RuleContent } from '../../rule-schema.ts';
import { nameSet } from '../names.ts';
import { STRENGTH } from './leniency.ts';
import { RuleSet, someEffort } from './rule-set.ts';
import { ANY_REACH, type Reach, ruleSuspects, type Suspect } from './rule-suspects.ts';
import { schemaNarrows } from './schema-narrows.ts';
import { grantChanges, grantOf, type StructuralDiff, structuralDiff } from './structural.ts';

/**
 * Every change from `before` to `after` that may loosen a decision: all but those that are proven not to. What may tighten one
 * is what may loosen it the other way round.
 */
export function suspectsOf(
  before: Bundle,
  after: Bundle,
  { settings, rules }: Pick<StructuralDiff, 'settings' | 'rules'> = structuralDiff(before, after),
): Suspect[] {
  const effort = someEffort();
  const pair = { before: new RuleSet(before, effort), after: new RuleSet(after, effort) };
  return [
    ...settings.flatMap(({ name }) => settingSuspects(name, pair)),
    ...(rules.reordered
      ? [
          {
            change: 'order of rules',
            why: 'another rule may be the first that matches',
            ...ANY_REACH,
          },
        ]
      : []),
    ...ruleSuspects(pair),
    ...grantSuspects(before, after, pair),
  ];
}

type Pair = { before: RuleSet; after: RuleSet };

/** Settings that decide nothing about a step. */
const HARMLESS = new Set(['bundle', 'permits']);

function settingSuspects(name: string, { before, after }: Pair): Suspect[] {
  if (HARMLESS.has(name)) return [];
  if (name !== 'default') return [{ change: name, why: `${name} is another`, ...ANY_REACH }];
  const [old, now] = [before.byDefault, after.byDefault];
  const weakest = after.hasLayers ? 'allow' : now.action;
  const reach: Reach = { strongest: old.action, weakest, isOpaque: true };
  if (STRENGTH[now.action] < STRENGTH[old.action])
    return [{ change: name, why: `the default was ${old.action} and is ${now.action}`, ...reach }];
  if (!now.overridable || old.overridable || !after.hasLayers || now.action === 'allow') return [];
  return [{ change: name, why: 'rules of layers may relax the default', ...reach }];
}

function grantSuspects(before: Bundle, after: Bundle, pair: Pair): Suspect[] {
  const found: Suspect[] = [];
  for (const { capability, tool, change, members } of grantChanges(before.capabilities, after.capabilities)) {
    const name = `tool ${tool} of ${capability}`;
    const put = (why: string) => found.push({ change: name, why, ...ANY_REACH });
    if (change === 'added' && !opensNothing(tool, pair.after)) put(`${capability} grants ${tool} now`);
    if (change === 'removed' && isElsewhere(tool, after))
      put(`${tool} is no longer granted by ${capability}, and still by others`);
    const [was, is] = [grantOf(before, capability, tool), grantOf(after, capability, tool)];
    for (const member of members)
      if (!isStricter(member, { was, is, pair })) put(`${member} of ${name} is another`);
  }
  return found;
}

/** Whether a part of a grant that changed can only make decisions stronger. */
function isStricter(member: string, { was, is, pair }: { was: Grant; is: Grant; pair: Pair }): boolean {
  switch (member) {
    case 'risk':
      return true;
    case 'parameters':
      return schemaNarrows(was?.parameters, is?.parameters);
    case 'sensitivity_level':
      return isRaised(was, is) && isRising(pair, sensitivityAsked);
    case 'output_trust':
      return isTrustedLess(was, is) && isRising(pair, distrustAsked);
    default:
      return false;
  }
}

/** Whether no rule lets steps with a tool through: by none that allows, nor by the default. */
function opensNothing(tool: string, after: RuleSet): boolean {
  if (after.byDefault.action !== 'block') return false;
  return after.shapes.every(
    ({ rule: { action, match } }) =>
      action === 'block' || !(match.tool_name === undefined || isAbout(match, tool)),
  );
}

function isAbout({ tool_name: names = [] }: RuleContent['match'], tool: string): boolean {
  return nameSet(names).test(tool);
}

function isElsewhere(tool: string, { capabilities }: Bundle): boolean {
  return capabilities.some(({ tools }) => tools.some(({ name }) => name === tool));
}

type Grant = ReturnType<typeof grantOf>;

function isRaised(before: Grant, after: Grant): boolean {
  const rank = (grant: Grant) =>
    grant?.sensitivity_level === undefined ? -1 : SENSITIVITY_LEVELS.indexOf(grant.sensitivity_level);
  return rank(before) >= 0 && rank(after) >= rank(before);
}

function isTrustedLess(before: Grant, after: Grant): boolean {
  const rank = (grant: Grant) => TRUST_LEVELS.indexOf(grant?.output_trust ?? 'external');
  return rank(after) >= rank(before);
}

/** What a rule asks of levels, and of which; `undefined` where nobody can tell. */
type LevelsAsked = (
  rule: RuleContent,
) => { asked: (readonly string[] | undefined)[]; levels: readonly string[] } | undefined;

const sensitivityAsked: LevelsAsked = ({ match, when = '', history = [] }) =>
  /sensitivity/.test(when + canonicalJson(history))
    ? undefined
    : { asked: [match.sensitivity_level], levels: SENSITIVITY_LEVELS };

const distrustAsked: LevelsAsked = ({ match, taint, when = '', history = [] }) =>
  /trust/.test(when + canonicalJson(history))
    ? undefined
    : {
        asked: [match.provenance?.lowest_trust, match.provenance?.instructions, ...Object.values(taint)],
        levels: TRUST_LEVELS,
      };

/** Whether decisions of both bundles are only stronger the less a source is worth. */
export function isRisingWithDistrust(before: Bundle, after: Bundle): boolean {
  const effort = someEffort();
  return isRising({ before: new RuleSet(before, effort), after: new RuleSet(after, effort) }, distrustAsked);
}

/** Whether decisions are only stronger the worse a step is, by every rule that asks about it. */
function isRising({ before, after }: Pair, askedOf: LevelsAsked): boolean {
  return [before, after].every(({ shapes, isOrdered, byDefault }) =>
    shapes.every(({ rule }) => {
      const found = askedOf(rule);
      if (found === undefined) return false;
      const asked = found.asked.filter((levels) => levels !== undefined);
      if (asked.length === 0) return true;
      // An allow that falls away takes its obligations with it, and a step that nothing blocks may wait for approval alone.
      const isMonotone =
        rule.action === 'allow' ? rule.obligations.length === 0 : isOnlyStricter(rule, byDefault.action);
      return !isOrdered && isMonotone && asked.every((levels) => isUpward(levels, found.levels, rule.action));
    }),
  );
}

function isOnlyStricter({ action }: RuleContent, byDefault: string): boolean {
  return action === 'block' || byDefault === 'allow';
}

/** Whether the levels are all from one on, for a rule that restricts, and all up to one for a rule that allows. */
function isUpward(
  asked: readonly string[],
  levels: readonly string[],
  action: RuleContent['action'],
): boolean {
  const own = levels.map((level) => asked.includes(level));
  const wanted = own.filter((isAsked) => isAsked).length;
  return action === 'allow' ? own.lastIndexOf(true) < wanted : own.indexOf(true) >= levels.length - wanted;
}
