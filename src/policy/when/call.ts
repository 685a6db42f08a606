import { compilePattern } from '../pattern.ts';
import { didYouMean } from '../suggestion.ts';
import { compileIndex } from './access.ts';
import { CHARACTERS_A_STEP, Incomparable, OVER_BUDGET } from './compare.ts';
import { compileEquality, compileIn, compileOrder } from './comparison.ts';
import { FUNCTIONS, METHODS, type Overload, operandHint, timeMethods } from './functions.ts';
import { ConditionError, MAX_LIST, MAX_STEPS } from './limits.ts';
import { compileChoice, compileJunction, compileNot } from './logic.ts';
import {
  type Compiled,
  expectKinds,
  Frame,
  faultAt,
  onBoth,
  type Run,
  refusal,
  type Scope,
  wrongKind,
} from './scope.ts';
import { type NodeOf, textOf } from './syntax.ts';
import { CALENDAR, parseZone } from './time.ts';
import { BOOL, kindNames, STRING, scalar, TIMESTAMP, unionOf } from './types.ts';
import { Fault, isMap, kindOf, sizeOf, type Value } from './value.ts';

type CallNode = NodeOf<'call'>;

const FORMS: Record<string, (node: CallNode, scope: Scope) => Compiled> = {
  '_&&_': compileJunction,
  '_||_': compileJunction,
  '!_': compileNot,
  '_?_:_': compileChoice,
  '_[_]': compileIndex,
  '_==_': compileEquality,
  '_!=_': compileEquality,
  '_<_': compileOrder,
  '_<=_': compileOrder,
  '_>_': compileOrder,
  '_>=_': compileOrder,
  '@in': compileIn,
  matches: compileMatches,
};

export function compileCall(node: CallNode, scope: Scope): Compiled {
  const form = Object.hasOwn(FORMS, node.name) ? FORMS[node.name] : undefined;
  if (form !== undefined && (!node.isMethod || node.name === 'matches')) return form(node, scope);
  const isZoned = node.isMethod && node.operands.length === 2 && Object.hasOwn(CALENDAR, node.name);
  return isZoned ? compileZoned(node, scope) : compileFunction(node, scope);
}

/** `text.matches(pattern)`: the pattern stands in the rule, so that it is compiled once and can be checked. */
function compileMatches(node: CallNode, scope: Scope): Compiled {
  if (node.operands.length !== 2) throw refusal(node, '`matches` takes a text and a pattern');
  const [text, pattern] = node.operands.map((part) => scope.compile(part, scope)) as [Compiled, Compiled];
  expectKinds(text, STRING, '`matches`');
  if (typeof pattern.constant !== 'string')
    throw refusal(pattern.node, 'the pattern of `matches` must be a text in the rule itself');
  const compiled = compilePattern(pattern.constant);
  if (compiled.pattern === undefined) throw refusal(pattern.node, compiled.error);
  const overBudget = new Fault(node, OVER_BUDGET.reason);
  const run: Run = (frame) => {
    const value = text.run(frame);
    if (typeof value !== 'string') return wrongKind(text.node, value, STRING);
    frame.steps += 1 + Math.ceil(value.length / PATTERN_CHARACTERS);
    return frame.steps > MAX_STEPS ? overBudget : compiled.pattern.test(value);
  };
  return { node, type: scalar(BOOL), run };
}

/** How many characters of a text count as one step where a pattern is looked for. */
const PATTERN_CHARACTERS = 128;

/** `time.getHours("+02:00")`. Zones by name depend on a data base that changes, so a decision would too. */
function compileZoned(node: CallNode, scope: Scope): Compiled {
  const [time, zone] = node.operands.map((part) => scope.compile(part, scope)) as [Compiled, Compiled];
  expectKinds(time, TIMESTAMP, `\`${node.name}\` with a zone`);
  const offset = typeof zone.constant === 'string' ? parseZone(zone.constant) : undefined;
  if (offset === undefined)
    throw refusal(zone.node, 'a time zone is `"UTC"` or an offset such as `"+02:00"`, in the rule itself');
  const overloads = timeMethods(offset).get(node.name) ?? [];
  return applying(node, [time], overloads);
}

function compileFunction(node: CallNode, scope: Scope): Compiled {
  const known = node.isMethod ? METHODS : FUNCTIONS;
  const overloads = known.get(node.name)?.filter(({ operands }) => operands.length === node.operands.length);
  if (overloads === undefined) throw unknownFunction(node);
  return applying(
    node,
    node.operands.map((part) => scope.compile(part, scope)),
    overloads,
  );
}

function unknownFunction(node: CallNode): ConditionError {
  if ((MACRO_NAMES as readonly string[]).includes(node.name)) {
    const form = node.name === 'has' ? '`has(args.x)`' : `\`list.${node.name}(x, …)\``;
    return refusal(node, `\`${node.name}\` is written ${form}`);
  }
  const meant = didYouMean(node.name, [...(node.isMethod ? METHODS : FUNCTIONS).keys(), ...MACRO_NAMES]);
  const message = `there is no ${node.isMethod ? 'method' : 'function'} \`${node.name}\``;
  const offset = node.isMethod ? node.at + 1 : node.at;
  return new ConditionError(offset, message, meant === undefined ? undefined : `did you mean \`${meant}\`?`);
}

const MACRO_NAMES = ['all', 'exists', 'exists_one', 'map', 'filter', 'has', 'matches'];

/** The overloads that the operands can have. With constants only, the value is known now. */
function applying(node: CallNode, operands: readonly Compiled[], all: readonly Overload[]): Compiled {
  const types = operands.map(({ type }) => type);
  const overloads = all.filter((overload) =>
    overload.operands.every((kinds, index) => (kinds & (types[index]?.kinds ?? 0)) !== 0),
  );
  const [first, ...others] = overloads;
  if (first === undefined) {
    const found = types.map(({ kinds }) => kindNames(kinds)).join(' and ');
    throw refusal(
      node,
      `\`${nameOf(node)}\` does not take ${found || 'nothing'}`,
      operandHint(node.name, types),
    );
  }
  const type = others.reduce((union, { result }) => unionOf(union, result(types)), first.result(types));
  const run =
    operands.length === 1 ? applyOne(node, operands, overloads) : applyTwo(node, operands, overloads);
  if (!operands.every(({ constant }) => constant !== undefined)) return { node, type, run };
  const constant = run(new Frame(undefined, []));
  if (constant instanceof Fault) throw refusal(node, `\`${textOf(node)}\` ${constant.reason}`);
  return { node, type, run: () => constant, constant };
}

function nameOf({ name }: CallNode): string {
  return name.replaceAll('_', '') || name;
}

function applyOne(node: CallNode, operands: readonly Compiled[], overloads: readonly Overload[]): Run {
  const [operand] = operands as [Compiled];
  const perform = performing(node);
  return (frame) => {
    const value = operand.run(frame);
    if (value instanceof Fault) return value;
    const kind = kindOf(value);
    const fitting = fittingAmong(overloads, kind, ANY_KIND);
    if (fitting === undefined) return new Fault(node, `does not take ${kindNames(kind)}`);
    return perform(frame, fitting, value, null);
  };
}

function applyTwo(node: CallNode, operands: readonly Compiled[], overloads: readonly Overload[]): Run {
  const [left, right] = operands as [Compiled, Compiled];
  const perform = performing(node);
  return onBoth(left, right, (a, b, frame) => {
    const kind = kindOf(a);
    const other = kindOf(b);
    const fitting = fittingAmong(overloads, kind, other);
    if (fitting === undefined)
      return new Fault(node, `does not take ${kindNames(kind)} and ${kindNames(other)}`);
    return perform(frame, fitting, a, b);
  });
}

/** Stands for the second operand where there is none. */
const ANY_KIND = -1;

function fittingAmong(overloads: readonly Overload[], kind: number, other: number): Overload | undefined {
  for (const overload of overloads) {
    const { operands } = overload;
    if (((operands[0] ?? 0) & kind) !== 0 && ((operands[1] ?? ANY_KIND) & other) !== 0) return overload;
  }
  return undefined;
}

/** Steps that the length of a value takes. */
function cost(value: Value): number {
  if (typeof value === 'string') return value.length / CHARACTERS_A_STEP;
  if (Array.isArray(value)) return Math.min(value.length, MAX_LIST) / 16;
  return isMap(value) ? sizeOf(value) / 16 : 0;
}

function performing(node: CallNode): (frame: Frame, overload: Overload, a: Value, b: Value) => Value {
  const overBudget = new Fault(node, OVER_BUDGET.reason);
  const fault = faultAt(node);
  return (frame, { steps, apply }, a, b) => {
    frame.steps += cost(a) + cost(b) + (steps === undefined ? 0 : steps(a, b));
    if (frame.steps > MAX_STEPS) return overBudget;
    const value = apply(a, b);
    return value instanceof Incomparable ? fault(value) : value;
  };
}
