import { parsePointer, pointerSegment } from '../../json/pointer.ts';
import { RUNTIME_MODES } from '../../plan/plan.ts';
import { layerWords } from '../layer.ts';
import type { Place } from '../problem.ts';
import { didYouMean } from '../suggestion.ts';
import type { GrantShape, GrantShapes } from './grant-shapes.ts';
import type { LintCode, RuleFinding } from './lint-issue.ts';
import { type Possible, possibleAnswers, typesThere, typesWanted } from './possible.ts';
import type { Aspect, RuleShape } from './rule-shape.ts';
import { ANYTHING, type Bound, boundAt, closedNames } from './schema-bound.ts';
import { whenFaults } from './when-faults.ts';

/** A rule about more tools than this is not held against their schemas one by one. */
export const MAX_GRANTS = 200;

/** Conditions of a rule that can never hold, or never be answered, for the tools it is about. */
export function ruleFaults(shape: RuleShape, grants: GrantShapes): RuleFinding[] {
  const { rule } = shape;
  const elsewhere = outsideLayer(shape);
  if (elsewhere !== undefined) return [elsewhere];
  const about = grants.ofTools(rule);
  const unfit = unfitGrants(shape, about);
  if (unfit !== undefined) return [unfit];
  const fitting = about.filter((grant) => isGranted(shape, grant));
  const known = fitting.length > 0 && fitting.length <= MAX_GRANTS ? fitting : [];
  const inArguments = [...shape.aspects.values()].flatMap((aspect) =>
    aspect.kind === 'argument' ? argumentFaults(shape, aspect, known) : [],
  );
  return [...inArguments, ...whenFaults(shape, known)];
}

function vacuous({ rule }: RuleShape, place: Place, why: string): RuleFinding {
  const message = `rule ${rule.id} can never match: ${why}; correct it or remove the rule`;
  return { code: 'vacuous', rule_ids: [rule.id], ...place, message };
}

/** A rule of a layer that asks for an agent or a tenant that is not of the layer. */
function outsideLayer(shape: RuleShape): RuleFinding | undefined {
  const { layer } = shape.rule;
  if (layer === undefined) return undefined;
  const { tenant_id, agent_id } = layer as { tenant_id?: string; agent_id?: string };
  for (const [name, own] of Object.entries({ tenant_id, agent_id })) {
    const asked = shape.aspects.get(`match.${name}`);
    if (own === undefined || asked?.kind !== 'names' || asked.names.test(own)) continue;
    return vacuous(shape, { pointer: `/match/${name}` }, `its layer is ${layerWords(layer)}`);
  }
  return undefined;
}

/** Tools, capabilities and levels that exist, but not together. */
function unfitGrants(shape: RuleShape, about: readonly GrantShape[]): RuleFinding | undefined {
  const { match } = shape.rule;
  const modes = shape.aspects.get('match.runtime_mode');
  if (modes?.kind === 'names' && !RUNTIME_MODES.some(modes.names.test))
    return vacuous(
      shape,
      { pointer: '/match/runtime_mode' },
      `there are only ${RUNTIME_MODES.join(', ')} as runtime_mode`,
    );
  if (about.length === 0) return undefined;
  if (match.capability !== undefined && !about.some((grant) => isOfCapability(shape, grant)))
    return vacuous(
      shape,
      { pointer: '/match/capability' },
      'none of its capabilities grants one of its tools',
    );
  const granted = about.filter((grant) => isOfCapability(shape, grant));
  if (match.sensitivity_level !== undefined && !granted.some((grant) => isOfLevel(shape, grant)))
    return vacuous(
      shape,
      { pointer: '/match/sensitivity_level' },
      `a step with one of its tools is at least ${granted[0]?.levels[0]}, as capabilities.yaml says`,
    );
  return undefined;
}

/** Whether a step with the grant can be one that the rule asks for, by capability and level. */
export function isGranted(shape: RuleShape, grant: GrantShape): boolean {
  return isOfCapability(shape, grant) && isOfLevel(shape, grant);
}

function isOfCapability({ aspects }: RuleShape, { capability }: GrantShape): boolean {
  const asked = aspects.get('match.capability');
  return asked?.kind !== 'names' || asked.names.test(capability);
}

function isOfLevel({ aspects }: RuleShape, { levels }: GrantShape): boolean {
  const asked = aspects.get('match.sensitivity_level');
  return asked?.kind !== 'levels' || levels.some((level) => asked.levels.includes(level));
}

type ArgumentAspect = Extract<Aspect, { kind: 'argument' }>;
type Judged = { grant: GrantShape | undefined; bound: Bound | 'absent'; possible: Possible };

function argumentFaults(
  shape: RuleShape,
  aspect: ArgumentAspect,
  grants: readonly GrantShape[],
): RuleFinding[] {
  const segments = parsePointer(aspect.pointer) ?? [];
  const judged = (grants.length === 0 ? [undefined] : grants).map((grant): Judged => {
    const bound = grant?.parameters === undefined ? ANYTHING : boundAt(grant.parameters, segments);
    return { grant, bound, possible: possibleAnswers(aspect, bound) };
  });
  const place = { pointer: `/args/${pointerSegment(segments.join('.'))}` };
  const absent = judged.filter(({ bound }) => bound === 'absent');
  if (absent.length > 0 && aspect.exists !== false)
    return unknownArgument(shape, aspect, { judged, absent, place });
  if (judged.some(({ possible }) => possible.true)) return [];
  return [neverTrue(shape, aspect, { judged, place })];
}

function unknownArgument(
  shape: RuleShape,
  { pointer: name, exists }: ArgumentAspect,
  { judged, absent, place }: { judged: readonly Judged[]; absent: readonly Judged[]; place: Place },
): RuleFinding[] {
  const isEverywhere = absent.length === judged.length;
  // A rule about many tools means those that have the argument.
  if (!isEverywhere && judged.length > 20) return [];
  const tools = [...new Set(absent.map(({ grant }) => grant?.tool ?? ''))];
  const known = absent.flatMap(({ grant }) => closedNames(grant?.parameters) ?? []);
  const meant = didYouMean(name.slice(1), known);
  const who =
    tools.length === 1 ? `the tool ${tools[0]} has` : `the tools ${tools.slice(0, 3).join(', ')} have`;
  // What lies below an argument may come from another step, whatever the schema says: doubt, even of `exists`.
  const isMatching = shape.side === 'could' && (exists !== true || name.lastIndexOf('/') > 0);
  const surely = exists === true ? 'never surely holds' : 'is always in doubt and the rule matches';
  const effect = isMatching ? surely : 'never holds and the rule never matches';
  const issue: RuleFinding = {
    code: 'unknown_argument',
    rule_ids: [shape.rule.id],
    ...place,
    message: `${who} no argument ${name}, so this condition of rule ${shape.rule.id} ${effect}${isEverywhere ? '' : ' there'}: name an argument of the tool's schema`,
    ...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }),
  };
  const isVacuous = isEverywhere && !isMatching;
  return isVacuous ? [issue, vacuous(shape, place, `no tool of it has the argument ${name}`)] : [issue];
}

function neverTrue(
  shape: RuleShape,
  { asked, pointer: name }: ArgumentAspect,
  { judged, place }: { judged: readonly Judged[]; place: Place },
): RuleFinding {
  const { rule, side } = shape;
  const why = whyNever(asked, name, judged);
  if (side === 'must') return vacuous(shape, place, why);
  const isEverFalse = judged.some(({ possible }) => possible.false);
  const code: LintCode = isEverFalse ? 'holds_only_in_doubt' : 'always_in_doubt';
  const effect = isEverFalse
    ? 'never surely holds'
    : 'is always in doubt, so as far as it goes the rule always matches';
  const message = `this condition of rule ${rule.id} ${effect}: ${why}; correct its operator or operand`;
  return { code, rule_ids: [rule.id], ...place, message };
}

function whyNever(asked: ArgumentAspect['asked'], name: string, judged: readonly Judged[]): string {
  const bounds = judged.flatMap(({ bound }) => (bound === 'absent' ? [] : [bound]));
  const there = [...new Set(bounds.flatMap(typesThere))];
  const wanted = typesWanted(asked);
  if (wanted.length === 0 && asked.operators.mentions === undefined)
    return `its operators on ${name} are for values of different types`;
  if (!there.some((type) => wanted.includes(type)))
    return `${name} is ${there.join(' or ')} by the tool's schema, and its operators are for ${wanted.join(' or ')}`;
  return `no value of ${name} can satisfy it`;
}
