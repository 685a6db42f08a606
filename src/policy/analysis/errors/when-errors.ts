import { SOURCE_TYPES } from '../../../plan/trust-level.ts';
import { isGlob } from '../../glob.ts';
import { compileNames } from '../../match-conditions.ts';
import type { RuleContent } from '../../rule-schema.ts';
import { didYouMean } from '../../suggestion.ts';
import { parseCondition } from '../../when/parse.ts';
import { type Node, partsOf, startOf, textOf } from '../../when/syntax.ts';
import { type KnownFindings, unknownFinding } from './name-errors.ts';
import { meaning, type RuleError } from './rule-error.ts';
import { type LeftNames, type NamesAt, rangeOf, WhenAnswers } from './when-answers.ts';
import { NO_BOUNDS, type WhenBounds } from './when-bounds.ts';
import { comparisonsIn, insideLoop, type Locals, NO_LOCALS } from './when-comparisons.ts';

/** What a `when` that is well formed asks for and can never get. `bounds`: those of the rule's tools, for names of arguments. */
export function whenErrors(
  rule: RuleContent,
  findings: KnownFindings,
  bounds: WhenBounds = NO_BOUNDS,
): RuleError[] {
  const { when } = rule;
  if (when === undefined) return [];
  const root = parseCondition(when);
  const names = namesLeft(rule);
  // What a schema leaves out today may come tomorrow, and a rule may say so beforehand: that is for lint.
  const answers = new WhenAnswers(names);
  const at = (node: Node, words: Pick<RuleError, 'message' | 'hint'>): RuleError => ({
    members: ['when'],
    inside: { text: when, offset: startOf(node) },
    ...words,
  });
  const errors = [
    ...unknownNames(root, { findings, bounds }, at),
    ...settled(root, NO_LOCALS, answers).map(({ node, words }) => at(node, { message: words })),
  ];
  if (errors.length > 0) return errors;
  if (isTrue(root)) return [at(root, { message: 'it is always true', hint: 'remove it' })];
  const obstacle = answers.obstacle(root);
  return obstacle === undefined ? [] : [at(obstacle, neverTrue(obstacle, root, names))];
}

/** The part of a `when` that is never true of arguments and levels within these bounds; `undefined` where there is none. */
export function obstacleWithin(rule: RuleContent, bounds: WhenBounds): Node | undefined {
  const { when } = rule;
  return when === undefined
    ? undefined
    : new WhenAnswers(namesLeft(rule), bounds).obstacle(parseCondition(when));
}

type At = (node: Node, words: Pick<RuleError, 'message' | 'hint'>) => RuleError;

type Known = { findings: KnownFindings; bounds: WhenBounds };

function unknownNames(root: Node, known: Known, at: At): RuleError[] {
  return [...comparisonsIn(root)].flatMap(({ way, value, constant }) => {
    const error = typeof value === 'string' ? unknownAt(way, value, known) : undefined;
    return error === undefined ? [] : [at(constant, error)];
  });
}

function unknownAt(
  way: string,
  name: string,
  { findings, bounds }: Known,
): Pick<RuleError, 'message' | 'hint'> | undefined {
  switch (way) {
    case 'findings[].category':
      return unknownFinding('category', name, findings.category);
    case 'findings[].detector':
      return unknownFinding('detector', name, findings.detector);
    case 'step.source_types[]':
      return (SOURCE_TYPES as readonly string[]).includes(name) ? undefined : unknownSource(name);
    case 'args[]':
      return bounds.unknownArgument(name);
    default:
      return undefined;
  }
}

function unknownSource(name: string): Pick<RuleError, 'message' | 'hint'> {
  const message = `no source is of the type ${name}: there are ${SOURCE_TYPES.join(', ')}`;
  return { message, ...meaning(didYouMean(name, SOURCE_TYPES)) };
}

/** Comparisons of what lies in known bounds with what does not: the answer is always the same. */
function settled(node: Node, locals: Locals, answers: WhenAnswers): { node: Node; words: string }[] {
  const own = settledAlone(node, locals, answers);
  if (own !== undefined) return [{ node, words: own }];
  const inside = node.kind === 'loop' ? insideLoop(node, locals) : locals;
  const outside = node.kind === 'loop' ? node.range : undefined;
  return partsOf(node).flatMap((part) => settled(part, part === outside ? locals : inside, answers));
}

function settledAlone(node: Node, locals: Locals, answers: WhenAnswers): string | undefined {
  if (node.kind !== 'call') return undefined;
  const about = node.operands.find((part) => rangeOf(part, locals) !== undefined);
  const range = about && rangeOf(about, locals);
  if (about === undefined || range === undefined) return undefined;
  const [canBeTrue, canBeFalse] = [true, false].map((wanted) => answers.isOpen(node, wanted, locals));
  if (canBeTrue && canBeFalse) return undefined;
  const bounds = range.high === Infinity ? `at least ${range.low}` : `between ${range.low} and ${range.high}`;
  return `\`${textOf(about)}\` is ${bounds}, so this is ${canBeTrue ? 'always' : 'never'} true`;
}

/** What is true whatever it looks at, doubt or not. */
function isTrue(node: Node, wanted = true): boolean {
  if (node.kind === 'constant') return node.value === wanted;
  if (node.kind !== 'call') return false;
  const parts = node.operands;
  if (node.name === '!_') return parts.every((part) => isTrue(part, !wanted));
  const isSettling = node.name === (wanted ? '_||_' : '_&&_');
  if (isSettling) return parts.some((part) => isTrue(part, wanted));
  return node.name === (wanted ? '_&&_' : '_||_') && parts.every((part) => isTrue(part, wanted));
}

function neverTrue(obstacle: Node, root: Node, names: NamesAt): Pick<RuleError, 'message' | 'hint'> {
  const outcome = 'so the rule could never surely match';
  for (const { way, value } of comparisonsIn(obstacle)) {
    const left = names.get(way);
    if (left === undefined || typeof value !== 'string' || left.test(value)) continue;
    const message = `\`${textOf(obstacle)}\` can never hold in a rule that asks for another ${way.split('.').at(-1)}, ${outcome}`;
    return { message, ...meaning(didYouMean(value, left.listed ?? [])) };
  }
  const isWhole = obstacle === root || obstacle.kind === 'constant';
  const why = isWhole
    ? 'it can never be true'
    : `\`${textOf(obstacle)}\` can never hold here, beside the rest`;
  return { message: `${why}, ${outcome}` };
}

/** The names that `match` and the layer leave, by the ways that lead to them. */
function namesLeft({ match, layer }: RuleContent): NamesAt {
  const left = new Map<string, LeftNames>();
  for (const [way, attribute] of WAYS) {
    const names = match[attribute];
    if (names === undefined) continue;
    const isListed = Array.isArray(names) && !names.some(isGlob);
    left.set(way, { test: compileNames(names), ...(isListed ? { listed: names } : {}) });
  }
  const tenant = layer?.tenant_id;
  if (tenant !== undefined)
    left.set('agent.tenant_id', { listed: [tenant], test: (name) => name === tenant });
  return left;
}

const WAYS = [
  ['step.tool_name', 'tool_name'],
  ['step.capability', 'capability'],
  ['agent.agent_id', 'agent_id'],
  ['agent.agent_name', 'agent_name'],
  ['agent.agent_type', 'agent_type'],
  ['agent.tenant_id', 'tenant_id'],
  ['agent.runtime_mode', 'runtime_mode'],
  ['plan.environment', 'environment'],
  ['plan.session_id', 'session_id'],
] as const;
