import { didYouMean } from '../suggestion.ts';
import { isKey } from './access.ts';
import { canBeEqual, equal, hasKey, isIn, order } from './compare.ts';
import {
  type Compiled,
  expectKinds,
  type Frame,
  faultAt,
  onBoth,
  type Run,
  refusal,
  type Scope,
  wrongKind,
} from './scope.ts';
import { type Node, type NodeOf, saysNull } from './syntax.ts';
import {
  BOOL,
  DURATION,
  DYN,
  kindNames,
  LIST,
  MAP,
  NUMBER,
  STRING,
  scalar,
  TIMESTAMP,
  type Type,
} from './types.ts';
import { Fault, isMap, type Key, type ObjectValue, type Value } from './value.ts';

const BOOLEAN = scalar(BOOL);
const ORDERED = NUMBER | STRING | BOOL | TIMESTAMP | DURATION;

function bothSides(node: NodeOf<'call'>, scope: Scope): [Compiled, Compiled] {
  return node.operands.map((part) => scope.compile(part, scope)) as [Compiled, Compiled];
}

/** `==` and `!=`. */
export function compileEquality(node: NodeOf<'call'>, scope: Scope): Compiled {
  const [left, right] = bothSides(node, scope);
  if (!canBeEqual(left.type.kinds, right.type.kinds)) {
    throw refusal(node, `compares ${kindNames(left.type.kinds)} with ${kindNames(right.type.kinds)}`);
  }
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const)
    expectText(one, other.type);
  const whenEqual = node.name === '_==_';
  return { node, type: BOOLEAN, run: equality(node, left, right, whenEqual) };
}

/** Refuses a text that the other side can never be. */
function expectText({ node, constant }: Compiled, { kinds, texts }: Type): void {
  if (typeof constant !== 'string' || kinds !== STRING || texts === undefined || texts.has(constant)) return;
  const meant = didYouMean(constant, [...texts]);
  const hint =
    meant === undefined ? `it can be ${[...texts].slice(0, 20).join(', ')}` : `did you mean "${meant}"?`;
  throw refusal(node, `it can never be ${JSON.stringify(constant)}`, hint);
}

function equality(node: Node, left: Compiled, right: Compiled, whenEqual: boolean): Run {
  if (right.constant !== undefined) return equalityWith(node, left, right, whenEqual);
  if (left.constant !== undefined) return equalityWith(node, right, left, whenEqual);
  return onBoth(left, right, comparing(node, left, right, whenEqual));
}

function comparing(node: Node, left: Compiled, right: Compiled, whenEqual: boolean) {
  const fault = faultAt(node);
  const nulls = { first: saysNull(left.node), second: saysNull(right.node) };
  return (a: Value, b: Value, frame: Frame): Value => {
    const same = equal(a, b, frame, nulls);
    return typeof same === 'boolean' ? same === whenEqual : fault(same);
  };
}

function equalityWith(node: Node, side: Compiled, of: Compiled, whenEqual: boolean): Run {
  const { run } = side;
  const { constant = null } = of;
  const compare = comparing(node, side, of, whenEqual);
  const slow = (value: Value, frame: Frame) =>
    value instanceof Fault ? value : compare(value, constant, frame);
  if (typeof constant === 'string' || typeof constant === 'boolean') {
    const kind = typeof constant;
    return (frame) => {
      const value = run(frame);
      return typeof value === kind ? (value === constant) === whenEqual : slow(value, frame);
    };
  }
  const number = asNumber(constant);
  return (frame) => {
    const value = run(frame);
    return typeof value === 'number' && number !== undefined
      ? (value === number) === whenEqual
      : slow(value, frame);
  };
}

/** Integers of a rule are exact as numbers of JSON. */
function asNumber(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' && BigInt(Number(value)) === value ? Number(value) : undefined;
}

const HOLDS: Record<string, (order: number) => boolean> = {
  '_<_': (order) => order < 0,
  '_<=_': (order) => order <= 0,
  '_>_': (order) => order > 0,
  '_>=_': (order) => order >= 0,
};

/** `<`, `<=`, `>`, `>=`. */
export function compileOrder(node: NodeOf<'call'>, scope: Scope): Compiled {
  const [left, right] = bothSides(node, scope);
  const sign = node.name.slice(1, -1);
  for (const side of [left, right]) {
    expectKinds(side, ORDERED, `\`${sign}\``);
    if (side.type.isRanked) {
      const hint = 'write `in ["high", "critical"]`, or `match` with `gte`';
      throw refusal(side.node, `levels are texts here and would be compared by their letters`, hint);
    }
  }
  const [kinds, others] = [left.type.kinds & ORDERED, right.type.kinds & ORDERED];
  if (!canBeEqual(kinds, others)) {
    throw refusal(node, `compares ${kindNames(left.type.kinds)} with ${kindNames(right.type.kinds)}`);
  }
  return { node, type: BOOLEAN, run: ordering(node, left, right) };
}

function ordering(node: NodeOf<'call'>, left: Compiled, right: Compiled): Run {
  const fault = faultAt(node);
  const holds = HOLDS[node.name] as (order: number) => boolean;
  const general = onBoth(left, right, (a, b, frame) => {
    const ordered = order(a, b, frame);
    return typeof ordered === 'number' ? holds(ordered) : fault(ordered);
  });
  const limit = right.constant === undefined ? undefined : asNumber(right.constant);
  return limit === undefined ? general : orderingAgainst(node.name, left, limit, general);
}

/** The common case, a number or a count against a limit, as one comparison of the machine. */
function orderingAgainst(name: string, { run }: Compiled, limit: number, general: Run): Run {
  const fast = (compare: (value: number | bigint) => boolean): Run => {
    return (frame) => {
      const value = run(frame);
      return typeof value === 'number' || typeof value === 'bigint' ? compare(value) : general(frame);
    };
  };
  switch (name) {
    case '_<_':
      return fast((value) => value < limit);
    case '_<=_':
      return fast((value) => value <= limit);
    case '_>_':
      return fast((value) => value > limit);
    default:
      return fast((value) => value >= limit);
  }
}

/** `x in list`, `key in map`. */
export function compileIn(node: NodeOf<'call'>, scope: Scope): Compiled {
  const [item, container] = bothSides(node, scope);
  expectKinds(container, LIST | MAP, '`in`');
  const inside = insideKinds(container.type);
  if (!canBeEqual(item.type.kinds, inside)) {
    throw refusal(node, `looks for ${kindNames(item.type.kinds)} among ${kindNames(inside)}`);
  }
  const listed = Array.isArray(container.constant) ? container.constant : undefined;
  if (container.node.kind === 'list') {
    for (const element of container.node.items) expectText(scope.compile(element, scope), item.type);
  }
  const general = membership(node, item, container);
  return { node, type: BOOLEAN, run: listed === undefined ? general : listedTexts(item, listed, general) };
}

function insideKinds({ kinds, element = DYN, key = DYN }: Type): number {
  return ((kinds & LIST) === 0 ? 0 : element.kinds) | ((kinds & MAP) === 0 ? 0 : key.kinds);
}

/** Texts of a list that the rule names are looked up, not gone through. */
function listedTexts({ run }: Compiled, listed: readonly Value[], general: Run): Run {
  if (!listed.some((element) => typeof element === 'string')) return general;
  const texts = new Set(listed);
  return (frame) => {
    const value = run(frame);
    return typeof value === 'string' ? texts.has(value) : general(frame);
  };
}

function membership(node: Node, item: Compiled, container: Compiled): Run {
  const fault = faultAt(node);
  const nulls = { first: saysNull(item.node), second: saysNull(container.node) };
  return onBoth(item, container, (value, holder, frame) => {
    if (!Array.isArray(holder) && !isMap(holder)) return wrongKind(container.node, holder, LIST | MAP);
    if (!Array.isArray(holder) && !isKey(value)) return wrongKind(item.node, value, STRING);
    const found = Array.isArray(holder)
      ? isIn(value, holder, frame, nulls)
      : hasKey(holder as ObjectValue, value as Key);
    return typeof found === 'boolean' ? found : fault(found);
  });
}
