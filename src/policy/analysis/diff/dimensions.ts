import type { Finding } from '../../../guard/finding.ts';
import { RUNTIME_MODES } from '../../../plan/plan.ts';
import { SENSITIVITY_LEVELS } from '../../../plan/sensitivity.ts';
import { SOURCE_TYPES, TRUST_LEVELS } from '../../../plan/trust-level.ts';
import { layersOf } from '../../content.ts';
import type { Layer } from '../../layer.ts';
import { type Match, NAME_ATTRIBUTES, type NameAttribute, type RuleContent } from '../../rule-schema.ts';
import { argumentDimensions } from './argument-dimensions.ts';
import { historyDimensions, planDimensions, timeDimension } from './context-dimensions.ts';
import type { Dimension, Surroundings } from './dimension.ts';
import { jointNames, OTHER_NAME } from './joint-names.ts';
import { literalsOf } from './literals.ts';
import { ALWAYS } from './may-meet.ts';
import type { TriedStep } from './tried-step.ts';

/** The name of the dimension of layers. */
export const LAYER = 'layer';

/**
 * The dimensions of rules about one tool; the tool itself and the capability are fixed. One that `isComplete` has a value for
 * everything that the rules can tell apart in it.
 */
export function dimensionsOf(rules: readonly RuleContent[], around: Surroundings): Dimension[] {
  const matches = rules.map(({ match }) => match);
  const expressions = rules.flatMap(({ when = [] }) => when);
  return [
    ...NAME_ATTRIBUTES.filter((name) => name !== 'tool_name' && name !== 'capability').flatMap((name) =>
      nameDimension(name, matches, expressions),
    ),
    ...levelDimension(matches, expressions),
    ...trustDimension(rules, expressions),
    ...sourceDimension(matches),
    ...findingDimension(matches, expressions),
    ...argumentDimensions(rules, around),
    ...historyDimensions(rules),
    ...timeDimension(expressions),
    ...planDimensions(rules, around),
    // Behind the names: a layer is of an agent as its record says, whatever the names are.
    ...layerDimension(rules),
  ];
}

/**
 * Whether what a rule asks of a step, and what it changes in one, is all told apart by attributes with a value for everything. An
 * expression may ask anything of anything, and whether a value can be set or capped hangs on the arguments.
 */
export function asksOfAttributesAlone({
  match,
  args,
  taint,
  when,
  history,
  layer,
  obligations,
}: RuleContent): boolean {
  const isOpen = when !== undefined || layer !== undefined || match.findings !== undefined;
  const asked = [args, taint, history ?? []].some((some) => Object.keys(some).length > 0);
  return !isOpen && !asked && !obligations.some((one) => 'set' in one || 'cap' in one);
}

function nameDimension(
  attribute: NameAttribute,
  matches: readonly Match[],
  expressions: readonly string[],
): Dimension[] {
  const listed = matches.flatMap(({ [attribute]: names = [] }) =>
    Array.isArray(names) ? names : names.not_in,
  );
  const speaking = expressions.filter((text) => text.includes(attribute));
  if (listed.length + speaking.length === 0) return [];
  const { names, isComplete } = namesFor(attribute, [
    ...listed,
    ...speaking.flatMap((text) => literalsOf(text).texts),
  ]);
  const values = names.map((value) => (step: TriedStep) => ({ ...step, [attribute]: value }));
  const absent = (step: TriedStep) => {
    const { [attribute]: _, ...rest } = step;
    return rest as TriedStep;
  };
  return [
    {
      name: attribute,
      changes: ALWAYS.includes(attribute) ? values : [...values, absent],
      isComplete: isComplete && speaking.length === 0,
    },
  ];
}

/** What an attribute can be called is open, but for the modes in which a gateway runs. */
function namesFor(attribute: NameAttribute, patterns: readonly string[]) {
  return attribute === 'runtime_mode'
    ? { names: [...RUNTIME_MODES], isComplete: true }
    : jointNames(patterns);
}

/** An agent of no layer, and one of each. */
function layerDimension(rules: readonly RuleContent[]): Dimension[] {
  const layers = layersOf(rules);
  if (layers.length === 0) return [];
  const changes = layers.map((layer) => (step: TriedStep) => ({ ...step, ...agentIn(layer) }));
  // An agent can be in several at once.
  return [{ name: LAYER, changes: [(step) => step, ...changes], isComplete: false }];
}

/** What the record of an agent of the layer says at least. */
function agentIn(layer: Layer): Partial<TriedStep> {
  const { kind: _, ...named } = layer;
  if (layer.kind !== 'agent_group') return named;
  const { tenant_id, group } = layer;
  return { groups: [group], ...(tenant_id !== undefined && { tenant_id }) };
}

function levelDimension(matches: readonly Match[], expressions: readonly string[]): Dimension[] {
  const isSpoken = expressions.some((text) => text.includes('sensitivity_level'));
  if (!isSpoken && matches.every(({ sensitivity_level }) => sensitivity_level === undefined)) return [];
  const absent = ({ sensitivity_level: _, ...rest }: TriedStep): TriedStep => rest;
  const changes = SENSITIVITY_LEVELS.map((sensitivity_level) => (step: TriedStep) => ({
    ...step,
    sensitivity_level,
  }));
  return [{ name: 'sensitivity_level', changes: [...changes, absent], isComplete: !isSpoken }];
}

function trustDimension(rules: readonly RuleContent[], expressions: readonly string[]): Dimension[] {
  const isTainted = rules.some(({ taint }) => Object.keys(taint).length > 0);
  const isSpoken = expressions.some((text) => text.includes('_trust'));
  const asked = rules.flatMap(({ match }) => match.provenance ?? []);
  // The one source of a tried step tells it what to do: what only flows into a step is tried apart.
  const isTold = asked.some(({ instructions }) => instructions !== undefined);
  const isAsked = asked.some(({ lowest_trust }) => lowest_trust !== undefined);
  if (!isTainted && !isSpoken && !isTold && !isAsked) return [];
  const changes = TRUST_LEVELS.map((lowest_trust) => (step: TriedStep) => ({ ...step, lowest_trust }));
  return [{ name: 'lowest_trust', changes, isComplete: !isTainted && !isSpoken && !isTold }];
}

/** Kinds of sources, told apart as rules do, of which every choice is tried. */
const MAX_KINDS = 4;

function sourceDimension(matches: readonly Match[]): Dimension[] {
  const asked = matches.flatMap(({ provenance }) =>
    provenance?.source_type ? [provenance.source_type] : [],
  );
  if (asked.length === 0) return [];
  const kinds = new Map(
    SOURCE_TYPES.map((type) => [asked.map((types) => (types.includes(type) ? '1' : '0')).join(''), type]),
  );
  const types = [...kinds.values()];
  const choices = types.length > MAX_KINDS ? types.map((type) => [type]) : subsets(types);
  // Without any source nothing vouches for a step.
  const none = (step: TriedStep): TriedStep => ({ ...step, source_types: [], lowest_trust: 'unverified' });
  const changes = choices.map((source_types) => (step: TriedStep) => ({ ...step, source_types }));
  return [{ name: 'source_type', changes: [...changes, none], isComplete: types.length <= MAX_KINDS }];
}

/** All choices but the empty one, small ones first. */
function subsets<T>(items: readonly T[]): T[][] {
  let all: T[][] = [[]];
  for (const item of items) all = all.concat(all.map((some) => [...some, item]));
  return all.filter((some) => some.length > 0).sort((a, b) => a.length - b.length);
}

const MAX_FINDINGS = 60;

function findingDimension(matches: readonly Match[], expressions: readonly string[]): Dimension[] {
  const asked = matches.flatMap(({ findings }) => findings ?? []);
  const speaking = expressions.filter((text) => /\bfindings\b/.test(text));
  if (asked.length + speaking.length === 0) return [];
  const literals = speaking.flatMap((text) => literalsOf(text).texts);
  const named = (names: readonly (readonly string[] | undefined)[]) =>
    jointNames([...names.flatMap((some) => some ?? []), ...literals]).names;
  const categories = named(asked.map(({ category }) => category));
  const detectors = named(asked.map(({ detector }) => detector));
  const found = categories.flatMap((category) =>
    detectors.flatMap((detector) =>
      SENSITIVITY_LEVELS.map((severity) => finding({ category, detector, severity })),
    ),
  );
  // The worst first: rules most often ask for a severity from one on.
  const single = found.reverse().map((one) => [one]);
  const changes = [[], ...single.slice(0, MAX_FINDINGS), ...pairs(found).slice(0, MAX_FINDINGS)].map(
    (findings) => (step: TriedStep) => ({ ...step, findings }),
  );
  return [{ name: 'findings', changes, isComplete: false }];
}

function finding(seen: Pick<Finding, 'category' | 'detector' | 'severity'>): Finding {
  return { ...seen, message: 'tried', start: 0, end: 1 };
}

/** Each with one that nobody asks for: a rule that allows wants all of them. */
function pairs(found: readonly Finding[]): Finding[][] {
  const other = finding({ category: OTHER_NAME, detector: OTHER_NAME, severity: 'low' });
  return found.map((one) => [one, other]);
}
