import { MAX_STEPS } from '../../../plan/schema.ts';
import { compilePattern } from '../../pattern.ts';
import { type Node, type NodeOf, type Scalar, textOf } from '../../when/syntax.ts';
import { NO_BOUNDS, type WhenBounds } from './when-bounds.ts';
import { insideLoop, type Locals, NO_LOCALS, wayOf } from './when-comparisons.ts';
import { isSame, type Range, Values } from './when-values.ts';

/** The names that a rule leaves to a value by its other conditions: all of them where they are listed, and which fit. */
export type LeftNames = { listed?: readonly string[]; test(name: string): boolean };
/** By way: `step.tool_name`. */
export type NamesAt = ReadonlyMap<string, LeftNames>;

/** A part of an expression that is to be true, or false. */
type Literal = { node: Node; wanted: boolean };

const MIRRORED: Record<string, string> = { '_<_': '_>_', '_<=_': '_>=_', '_>_': '_<_', '_>=_': '_<=_' };
const DENIED: Record<string, string> = { '_<_': '_>=_', '_<=_': '_>_', '_>_': '_<=_', '_>=_': '_<_' };

/**
 * What an expression can surely come out as. Sound: what it calls impossible never comes, whatever a plan holds; a value that
 * is missing or of another kind is doubt, and neither.
 */
export class WhenAnswers {
  readonly #names: NamesAt;
  readonly #bounds: WhenBounds;
  /** The parts that cannot be beside what stands before them, or not at all. */
  readonly #culprits: Node[] = [];

  constructor(names: NamesAt, bounds: WhenBounds = NO_BOUNDS) {
    this.#names = names;
    this.#bounds = bounds;
  }

  /** The part that keeps an expression from ever being true; `undefined` where nothing does. */
  obstacle(node: Node): Node | undefined {
    return this.#can({ node, wanted: true }, NO_LOCALS) ? undefined : (this.#culprits.at(-1) ?? node);
  }

  /** Whether one comparison alone has an answer other than the one it always has. */
  isOpen(node: Node, wanted: boolean, locals: Locals): boolean {
    return this.#areTogether([{ node, wanted }], locals);
  }

  #can(literal: Literal, locals: Locals): boolean {
    const { node, wanted } = literal;
    if (node.kind === 'constant') return node.value === wanted;
    if (node.kind === 'loop') return this.#canLoop(node, wanted, locals);
    if (node.kind !== 'call') return true;
    const [first, second, third] = node.operands as [Node, Node, Node];
    switch (node.name) {
      case '!_':
        return this.#can({ node: first, wanted: !wanted }, locals);
      case '_?_:_':
        return (
          (this.#can({ node: first, wanted: true }, locals) && this.#can({ node: second, wanted }, locals)) ||
          (this.#can({ node: first, wanted: false }, locals) && this.#can({ node: third, wanted }, locals))
        );
      case '_&&_':
      case '_||_':
        return (node.name === '_&&_') === wanted
          ? this.#areTogether(flattened(literal), locals)
          : this.#canAny(node, wanted, locals);
      default:
        return this.#areTogether([literal], locals);
    }
  }

  #canAny(node: NodeOf<'call'>, wanted: boolean, locals: Locals): boolean {
    const isPossible = node.operands.some((part) => this.#can({ node: part, wanted }, locals));
    if (!isPossible) this.#culprits.push(node);
    return isPossible;
  }

  /** `exists` needs an element for which the body can be true, `all` one for which it can be false to fail. */
  #canLoop(node: NodeOf<'loop'>, wanted: boolean, locals: Locals): boolean {
    const isEmpty = node.range.kind === 'list' && node.range.items.length === 0;
    const needsElement = node.macro === 'all' ? !wanted : wanted;
    if (!['all', 'exists', 'exists_one'].includes(node.macro) || !needsElement) return true;
    return !isEmpty && this.#can({ node: node.body, wanted }, insideLoop(node, locals));
  }

  #areTogether(literals: readonly Literal[], locals: Locals): boolean {
    const known = new Map<string, Values>();
    const said = new Map<string, boolean>();
    return literals.every((literal) => {
      const isPossible = this.#isPossible(literal, { known, said, locals });
      if (!isPossible) this.#culprits.push(literal.node);
      return isPossible;
    });
  }

  #isPossible(
    literal: Literal,
    { known, said, locals }: { known: Map<string, Values>; said: Map<string, boolean>; locals: Locals },
  ): boolean {
    const { node, wanted } = literal;
    const text = textOf(node);
    if ((said.get(text) ?? wanted) !== wanted) return false;
    said.set(text, wanted);
    const asked = askedBy(literal);
    if (asked === undefined) return isComposed(node) ? this.#can(literal, locals) : true;
    const { about } = asked;
    const values = known.get(textOf(about)) ?? this.#valuesOf(about, locals);
    known.set(textOf(about), values);
    asked.narrow(values);
    return !values.isEmpty;
  }

  #valuesOf(about: Node, locals: Locals): Values {
    if (about.kind === 'constant') {
      const values = new Values();
      values.among([about.value]);
      return values;
    }
    const way = wayOf(about, locals);
    const names = way === undefined ? undefined : this.#names.get(way);
    const { range, listed } = way === undefined ? {} : this.#bounds.at(way);
    const values = new Values(rangeOf(about, locals) ?? range, names?.listed ?? listed);
    const fold = foldOf(about);
    if (fold !== undefined) values.fits((value) => isText(value) && fold(value) === value);
    if (names !== undefined) values.fits((value) => typeof value === 'string' && names.test(value));
    return values;
  }
}

function isComposed(node: Node): boolean {
  if (node.kind !== 'call') return node.kind === 'loop' || node.kind === 'constant';
  return ['!_', '_?_:_', '_&&_', '_||_'].includes(node.name);
}

/** The parts of `a && b && c`, or of `!(a || b)`, each with what it has to be. */
function flattened({ node, wanted }: Literal): Literal[] {
  if (node.kind !== 'call') return [{ node, wanted }];
  const [first] = node.operands as [Node];
  if (node.name === '!_') return flattened({ node: first, wanted: !wanted });
  const isJoined = node.name === (wanted ? '_&&_' : '_||_');
  return isJoined ? node.operands.flatMap((part) => flattened({ node: part, wanted })) : [{ node, wanted }];
}

/** A question that is understood: what it is about, and what it leaves of the values that has. */
type Asked = { about: Node; narrow(values: Values): void };

function askedBy({ node, wanted }: Literal): Asked | undefined {
  if (node.kind !== 'call') return undefined;
  const [left, right] = node.operands as [Node, Node];
  if (node.name === '@in') return right.kind === 'list' ? asksAmong(left, right.items, wanted) : undefined;
  if (node.name === '_==_' || node.name === '_!=_') return asksEqual(node, (node.name === '_==_') === wanted);
  if (node.name in DENIED) return asksOrder(node, wanted);
  return node.isMethod && right?.kind === 'constant' && typeof right.value === 'string'
    ? asksText(node.name, left, { part: right.value, wanted })
    : undefined;
}

function asksAmong(about: Node, items: readonly Node[], wanted: boolean): Asked | undefined {
  const listed = items.flatMap((item) => (item.kind === 'constant' ? [item.value] : []));
  if (listed.length < items.length) return undefined;
  if (!wanted)
    return { about, narrow: (values) => values.fits((value) => !listed.some((one) => isSame(one, value))) };
  return { about, narrow: (values) => values.among(listed) };
}

function asksEqual({ operands }: NodeOf<'call'>, wanted: boolean): Asked | undefined {
  const [left, right] = operands as [Node, Node];
  if (right.kind === 'constant') return asksAmong(left, [right], wanted);
  return left.kind === 'constant' ? asksAmong(right, [left], wanted) : undefined;
}

function asksOrder({ name, operands }: NodeOf<'call'>, wanted: boolean): Asked | undefined {
  const [left, right] = operands as [Node, Node];
  const [about, limit, sign] =
    numberIn(right) === undefined ? [right, numberIn(left), MIRRORED[name]] : [left, numberIn(right), name];
  const asked = wanted ? sign : DENIED[sign ?? ''];
  if (limit === undefined || asked === undefined) return undefined;
  const isOpen = asked === '_<_' || asked === '_>_';
  const isBelow = asked === '_<_' || asked === '_<=_';
  return { about, narrow: (values) => (isBelow ? values.below(limit, isOpen) : values.above(limit, isOpen)) };
}

function numberIn(node: Node): number | undefined {
  if (node.kind !== 'constant') return undefined;
  return typeof node.value === 'number' || typeof node.value === 'bigint' ? Number(node.value) : undefined;
}

function asksText(
  name: string,
  about: Node,
  { part, wanted }: { part: string; wanted: boolean },
): Asked | undefined {
  const holds = TEXTUAL[name]?.(part);
  if (holds === undefined) return undefined;
  const fold = name === 'matches' ? undefined : foldOf(about);
  // No text in one case of letters has a part in the other.
  if (wanted && fold !== undefined && fold(part) !== part)
    return { about, narrow: (values) => values.among([]) };
  return { about, narrow: (values) => values.fits((value) => isText(value) && holds(value) === wanted) };
}

/** The letters of a text in the one case that an expression leaves of them. */
function foldOf(node: Node): ((text: string) => string) | undefined {
  if (node.kind !== 'call' || !node.isMethod || node.operands.length !== 1) return undefined;
  if (node.name === 'lowerAscii')
    return (text) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (node.name === 'upperAscii')
    return (text) => text.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());
  return undefined;
}

function isText(value: Scalar): value is string {
  return typeof value === 'string';
}

const TEXTUAL: Record<string, (part: string) => ((text: string) => boolean) | undefined> = {
  startsWith: (part) => (text) => text.startsWith(part),
  endsWith: (part) => (text) => text.endsWith(part),
  contains: (part) => (text) => text.includes(part),
  matches: (part) => {
    const { pattern } = compilePattern(part);
    return pattern && ((text) => pattern.test(text));
  },
};

/** What a calendar says lies between these, in any zone. */
const CALENDAR: Record<string, [low: number, high: number]> = {
  getMonth: [0, 11],
  getDate: [1, 31],
  getDayOfMonth: [0, 30],
  getDayOfWeek: [0, 6],
  getDayOfYear: [0, 365],
  getHours: [0, 23],
  getMinutes: [0, 59],
  getSeconds: [0, 59],
  getMilliseconds: [0, 999],
};

/** How many steps a plan has. */
const STEPS: Range = { low: 1, high: MAX_STEPS, isWhole: true };

/** The numbers that a value can be by what it is. */
export function rangeOf(node: Node, locals: Locals): Range | undefined {
  if (wayOf(node, locals) === 'plan.step_count') return STEPS;
  if (node.kind !== 'call') return undefined;
  const [operand] = node.operands;
  if (operand === undefined) return undefined;
  if (node.name === 'size') {
    const isSteps = wayOf(operand, locals) === 'plan.steps' && operand.kind === 'select';
    return isSteps ? STEPS : { low: 0, high: Infinity, isWhole: true };
  }
  const [low, high] = node.isMethod && isTime(operand, locals) ? (CALENDAR[node.name] ?? []) : [];
  return low === undefined || high === undefined ? undefined : { low, high, isWhole: true };
}

/** A duration has hours without end. */
function isTime(node: Node, locals: Locals): boolean {
  return (
    wayOf(node, locals) === 'now' || (node.kind === 'call' && !node.isMethod && node.name === 'timestamp')
  );
}
