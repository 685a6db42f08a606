import { type Node, type NodeOf, partsOf, type Scalar } from '../../when/syntax.ts';

/** What loops stand around a place: the ways that their variables stand for. */
export type Locals = ReadonlyMap<string, string | undefined>;
export const NO_LOCALS: Locals = new Map();

/**
 * The way to a value from the names a condition may use, elements of lists as `[]`: `plan.steps[].tool_name`.
 * `undefined` of what is reckoned.
 */
export function wayOf(node: Node, locals: Locals): string | undefined {
  switch (node.kind) {
    case 'variable':
      return locals.has(node.name) ? locals.get(node.name) : node.name;
    case 'select': {
      const holder = node.isTest ? undefined : wayOf(node.operand, locals);
      return holder && `${holder}.${node.field}`;
    }
    case 'loop':
      return node.macro === 'filter' ? wayOf(node.range, locals) : undefined;
    case 'call':
      return node.name === '_[_]' ? elementWay(node, locals) : undefined;
    default:
      return undefined;
  }
}

function elementWay({ operands: [list, index] }: NodeOf<'call'>, locals: Locals): string | undefined {
  if (list === undefined || index?.kind !== 'constant' || typeof index.value === 'string') return undefined;
  const way = wayOf(list, locals);
  return way && `${way}[]`;
}

/** Inside of a loop its variable is an element of what it goes through. */
export function insideLoop(node: NodeOf<'loop'>, locals: Locals): Locals {
  const range = wayOf(node.range, locals);
  return new Map([...locals, [node.variable, range && `${range}[]`]]);
}

/** A value that is held against a constant: `==`, `in` and the like. */
export type Compared = { way: string; constant: NodeOf<'constant'>; value: Scalar; isLeftOut: boolean };

/**
 * The comparisons of values with constants in an expression, wherever they stand. What is looked for in a value is held against
 * its elements, or the names of its members.
 */
export function* comparisonsIn(node: Node, locals: Locals = NO_LOCALS): Generator<Compared> {
  if (node.kind === 'call') yield* comparisonsOf(node, locals);
  if (node.kind !== 'loop') {
    for (const part of partsOf(node)) yield* comparisonsIn(part, locals);
    return;
  }
  yield* comparisonsIn(node.range, locals);
  const inside = insideLoop(node, locals);
  for (const part of partsOf(node).slice(1)) yield* comparisonsIn(part, inside);
}

function* comparisonsOf(node: NodeOf<'call'>, locals: Locals): Generator<Compared> {
  const isLeftOut = node.name === '_!=_';
  for (const { value, constant, isInside } of pairsOf(node)) {
    const way = wayOf(value, locals);
    if (way === undefined || constant.kind !== 'constant') continue;
    yield { way: isInside ? `${way}[]` : way, constant, value: constant.value, isLeftOut };
  }
}

/** What may be a value and what may be the constant it is held against; `isInside`: something in it is. */
type Pair = { value: Node; constant: Node; isInside?: true };

function pairsOf({ name, operands }: NodeOf<'call'>): Pair[] {
  const [left, right] = operands as [Node, Node];
  if (name === '_==_' || name === '_!=_')
    return [
      { value: left, constant: right },
      { value: right, constant: left },
    ];
  if (name !== '@in') return [];
  if (right.kind === 'list') return right.items.map((constant) => ({ value: left, constant }));
  return [{ value: right, constant: left, isInside: true }];
}
