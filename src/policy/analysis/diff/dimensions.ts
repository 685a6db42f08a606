import type { Finding } from '../../../guard/finding.ts';
import type { JsonValue } from '../../../json/value.ts';
import { SENSITIVITY_LEVELS } from '../../../plan/sensitivity.ts';
import { TRUST_LEVELS } from '../../../plan/trust-level.ts';
import { layersOf } from '../../content.ts';
import { isGlob } from '../../glob.ts';
import type { Layer } from '../../layer.ts';
import { type Match, NAME_ATTRIBUTES, type NameAttribute, type RuleContent } from '../../rule-schema.ts';
import { type RuleShape, shapeOf } from '../rule-shape.ts';
import { type TriedStep, withArgument } from './draft-step.ts';
import { valuesToTry } from './values-to-try.ts';

/** One thing about a step that rules can tell apart, as changes to a step. */
export type Dimension = { name: string; changes: ((step: TriedStep) => TriedStep)[] };

/** All dimensions that some rules look at, and whether their values stand for every other value. */
export type Dimensions = { dimensions: Dimension[]; isComplete: boolean };

/** The name of the dimension of layers. */
export const LAYER = 'layer';
/** Names that no file is likely to have. */
const OTHER = 'some-other-name';

/** The dimensions of rules about one tool; the tool itself and the capability are fixed. */
export function dimensionsOf(rules: readonly RuleContent[], levels: readonly string[]): Dimensions {
  const shapes = rules.map(shapeOf);
  const found = argumentDimensions(shapes);
  const matches = rules.map(({ match }) => match);
  const dimensions = [
    ...NAME_ATTRIBUTES.filter((name) => name !== 'tool_name' && name !== 'capability').flatMap((name) =>
      nameDimension(name, matches),
    ),
    ...levelDimension(matches, levels),
    ...trustDimension(shapes),
    ...sourceDimension(matches),
    ...findingDimension(matches),
    ...found.dimensions,
    // Behind the names: a layer is of an agent as its record says, whatever the names are.
    ...layerDimension(rules),
  ];
  return { dimensions, isComplete: found.isComplete && shapes.every(isUnderstood) };
}

function isUnderstood({ aspects }: RuleShape): boolean {
  return [...aspects.values()].every(({ kind }) => kind !== 'atom');
}

function nameDimension(attribute: NameAttribute, matches: readonly Match[]): Dimension[] {
  const listed = matches.flatMap(({ [attribute]: names = [] }) =>
    Array.isArray(names) ? names : names.not_in,
  );
  if (listed.length === 0) return [];
  const samples = listed.map((name) =>
    isGlob(name) ? name.replaceAll('*', 'x').replaceAll('?', 'x') : name,
  );
  const values = [...new Set([OTHER, ...samples])];
  const changes = values.map((value) => (step: TriedStep) => ({ ...step, [attribute]: value }));
  return [{ name: attribute, changes }];
}

/** An agent of no layer, and one of each. */
function layerDimension(rules: readonly RuleContent[]): Dimension[] {
  const layers = layersOf(rules);
  if (layers.length === 0) return [];
  const changes = layers.map((layer) => (step: TriedStep) => ({ ...step, ...agentIn(layer) }));
  return [{ name: LAYER, changes: [(step) => step, ...changes] }];
}

/** What the record of an agent of the layer says at least. */
function agentIn(layer: Layer): Partial<TriedStep> {
  const { kind: _, ...named } = layer;
  if (layer.kind !== 'agent_group') return named;
  const { tenant_id, group } = layer;
  return { groups: [group], ...(tenant_id !== undefined && { tenant_id }) };
}

function levelDimension(matches: readonly Match[], levels: readonly string[]): Dimension[] {
  if (matches.every(({ sensitivity_level }) => sensitivity_level === undefined)) return [];
  const possible = SENSITIVITY_LEVELS.filter((level) => levels.includes(level));
  return [
    {
      name: 'sensitivity_level',
      changes: possible.map((sensitivity_level) => (step) => ({ ...step, sensitivity_level })),
    },
  ];
}

function trustDimension(shapes: readonly RuleShape[]): Dimension[] {
  const asksTrust = (name: string) =>
    /^match\.provenance\.(?:instructions|lowest_trust)$/.test(name) || name.startsWith('taint.');
  if (!shapes.some(({ aspects }) => [...aspects.keys()].some(asksTrust))) return [];
  const changes = TRUST_LEVELS.map((lowest_trust) => (step: TriedStep) => ({ ...step, lowest_trust }));
  return [{ name: 'lowest_trust', changes }];
}

function sourceDimension(matches: readonly Match[]): Dimension[] {
  const asked = matches.flatMap(({ provenance }) => provenance?.source_type ?? []);
  if (asked.length === 0) return [];
  const types = [...new Set([...asked, 'user_prompt' as const, 'memory' as const])];
  return [
    { name: 'source_type', changes: types.map((type) => (step) => ({ ...step, source_types: [type] })) },
  ];
}

function findingDimension(matches: readonly Match[]): Dimension[] {
  const asked = matches.flatMap(({ findings }) => findings ?? []);
  if (asked.length === 0) return [];
  const nameOf = (names: readonly string[] | undefined) => (names?.[0] ?? OTHER).replaceAll(/[*?]/g, 'x');
  const found = asked.flatMap(({ category, detector }) =>
    SENSITIVITY_LEVELS.map((severity): Finding[] => [
      {
        detector: nameOf(detector),
        category: nameOf(category),
        severity,
        message: 'tried',
        start: 0,
        end: 1,
      },
    ]),
  );
  const distinct = new Map([[], ...found].map((findings) => [JSON.stringify(findings), findings]));
  const changes = [...distinct.values()].map((findings) => (step: TriedStep) => ({ ...step, findings }));
  return [{ name: 'findings', changes }];
}

function argumentDimensions(shapes: readonly RuleShape[]): Dimensions {
  const asked = new Map<string, RuleContent['args'][string][]>();
  let isComplete = true;
  const constants = shapes.flatMap(constantsOf);
  for (const { rule } of shapes)
    for (const [pointer, operators] of Object.entries(rule.args))
      asked.set(pointer, [...(asked.get(pointer) ?? []), operators]);
  for (const pointer of shapes.flatMap(namedInText)) if (!asked.has(pointer)) asked.set(pointer, []);
  const dimensions = [...asked].map(([pointer, operators]): Dimension => {
    const tried = valuesToTry(operators, constants);
    isComplete &&= tried.isComplete && pointer !== '' && (pointer.match(/\//g) ?? []).length === 1;
    const values: (JsonValue | undefined)[] = [...tried.values, undefined];
    // All arguments together are searched: any one of them will do.
    const place = pointer === '' ? '/note' : pointer;
    const changes = values.map((value) => (step: TriedStep) => ({
      ...step,
      arguments: withArgument(step.arguments, place, value),
    }));
    return { name: `args.${pointer}`, changes };
  });
  return { dimensions, isComplete };
}

/** The texts of conditions that are not understood: their constants are worth trying. */
function textsOf({ aspects }: RuleShape): string[] {
  return [...aspects.values()].flatMap((aspect) => (aspect.kind === 'atom' ? [aspect.text] : []));
}

const MAX_CONSTANTS = 20;

function constantsOf(shape: RuleShape): (string | number)[] {
  const found = textsOf(shape).flatMap((text): (string | number)[] => [
    ...[...text.matchAll(/(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])/g)].map(([number]) => Number(number)),
    ...[...text.matchAll(/'([^']{1,100})'|\\"([^"\\]{1,100})\\"/g)].map(([, a, b]) => a ?? b ?? ''),
  ]);
  return found.slice(0, MAX_CONSTANTS);
}

function namedInText(shape: RuleShape): string[] {
  return textsOf(shape).flatMap((text) =>
    [...text.matchAll(/\bargs\.([a-zA-Z_]\w*)/g)].map(([, name]) => `/${name}`),
  );
}
