import { OVER_BUDGET, TOO_LONG } from './compare.ts';
import { MAX_LIST, MAX_LOOPS, MAX_STEPS } from './limits.ts';
import { type Compiled, expectKinds, type Frame, type Run, refusal, type Scope, wrongKind } from './scope.ts';
import type { Macro, NodeOf } from './syntax.ts';
import { BOOL, DYN, LIST, listOf, MAP, STRING, scalar, type Type, unionOf } from './types.ts';
import { Fault, isMap, keysOf, sizeOf, type Value } from './value.ts';

type LoopNode = NodeOf<'loop'>;

/** `all`, `exists`, `exists_one`, `map` and `filter`, over the elements of a list or the keys of a map. */
export function compileLoop(node: LoopNode, scope: Scope): Compiled {
  if (scope.locals.length >= MAX_LOOPS)
    throw refusal(node, `\`${node.macro}\` stands inside ${MAX_LOOPS} others, and may stand inside one`);
  const range = scope.compile(node.range, scope);
  expectKinds(range, LIST | MAP, `\`${node.macro}\``);
  const element = elementType(range.type);
  const inner: Scope = { ...scope, locals: [...scope.locals, { name: node.variable, type: element }] };
  const body = scope.compile(node.body, inner);
  const filter = node.filter === undefined ? undefined : scope.compile(node.filter, inner);
  if (node.macro !== 'map') expectKinds(body, BOOL, `\`${node.macro}\``);
  if (filter !== undefined) expectKinds(filter, BOOL, '`map`');
  const run = RUNS[node.macro]({ node, range, body, filter, slot: scope.locals.length });
  const type = { map: listOf(body.type), filter: listOf(element) }[node.macro as string] ?? scalar(BOOL);
  return { node, type, run };
}

function elementType({ kinds, element = DYN, key = scalar(STRING) }: Type): Type {
  if ((kinds & MAP) === 0) return element;
  return (kinds & LIST) === 0 ? key : unionOf(element, key);
}

type Loop = {
  node: LoopNode;
  range: Compiled;
  body: Compiled;
  filter: Compiled | undefined;
  /** Where the frame keeps the loop's variable. */
  slot: number;
};

/** What becomes of the body's value for one element: nothing, or the value of the whole loop. */
type Visit = (value: Value, item: Value) => Value | undefined;

/**
 * Goes through a loop until `visit` has the answer; a fault where it cannot go on, `undefined` at the end. Each turn
 * costs as many steps as there is to evaluate.
 */
function walker(loop: Loop): (frame: Frame, visit: Visit) => Value | undefined {
  const { node, body, filter, slot } = loop;
  const itemsIn = itemReader(loop);
  const cost = body.node.size + (filter?.node.size ?? 0);
  const overBudget = new Fault(node, OVER_BUDGET.reason);
  const turn = (frame: Frame, item: Value, visit: Visit): Value | undefined => {
    frame.locals[slot] = item;
    const taken = filter === undefined || filter.run(frame);
    if (taken === false) return undefined;
    return taken === true ? visit(body.run(frame), item) : wrongKind((filter ?? body).node, taken, BOOL);
  };
  return (frame, visit) => {
    const items = itemsIn(frame);
    if (items instanceof Fault) return items;
    for (const item of items) {
      frame.steps += cost;
      if (frame.steps > MAX_STEPS) return overBudget;
      const answer = turn(frame, item, visit);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
}

function itemReader({ range }: Loop): (frame: Frame) => readonly Value[] | Fault {
  const tooLong = new Fault(range.node, TOO_LONG.reason);
  return (frame) => {
    const held = range.run(frame);
    if (!Array.isArray(held) && !isMap(held)) return wrongKind(range.node, held, LIST | MAP);
    const isList = Array.isArray(held);
    if ((isList ? held.length : sizeOf(held)) > MAX_LIST) return tooLong;
    return isList ? held : keysOf(held);
  };
}

/** `all` and `exists`: one element can settle the answer, whatever the others are. */
function quantifying(loop: Loop, settling: boolean): Run {
  const walk = walker(loop);
  return (frame) => {
    let fault: Fault | undefined;
    const answer = walk(frame, (value) => {
      if (value === settling) return settling;
      if (typeof value !== 'boolean') fault ??= wrongKind(loop.body.node, value, BOOL);
      return undefined;
    });
    return answer ?? fault ?? !settling;
  };
}

/** Exactly one: every element must have an answer. */
function countingOne(loop: Loop): Run {
  const walk = walker(loop);
  return (frame) => {
    let count = 0;
    const fault = walk(frame, (value) => {
      if (typeof value !== 'boolean') return wrongKind(loop.body.node, value, BOOL);
      count += Number(value);
      return undefined;
    });
    return fault ?? count === 1;
  };
}

/** Elements that are not known yet are kept as they are: only who looks at one is in doubt. */
function filtering(loop: Loop): Run {
  const walk = walker(loop);
  return (frame) => {
    const kept: Value[] = [];
    const fault = walk(frame, (value, item) => {
      if (typeof value !== 'boolean') return wrongKind(loop.body.node, value, BOOL);
      if (value) kept.push(item);
      return undefined;
    });
    return fault ?? kept;
  };
}

function mapping(loop: Loop): Run {
  const walk = walker(loop);
  return (frame) => {
    const made: Value[] = [];
    const fault = walk(frame, (value) => {
      if (value instanceof Fault) return value;
      made.push(value);
      return undefined;
    });
    return fault ?? made;
  };
}

const RUNS: Record<Macro, (loop: Loop) => Run> = {
  all: (loop) => quantifying(loop, false),
  exists: (loop) => quantifying(loop, true),
  exists_one: countingOne,
  filter: filtering,
  map: mapping,
};
