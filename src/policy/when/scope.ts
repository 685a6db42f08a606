import type { Incomparable, Meter } from './compare.ts';
import { ConditionError } from './limits.ts';
import { type Node, startOf } from './syntax.ts';
import { kindNames, type Type } from './types.ts';
import { Fault, kindOf, type Value } from './value.ts';

/** A member of the world outside an expression: its type, and how it is read. `undefined`: it is not there. */
export type Variable<Input> = {
  type: Type;
  read(input: Input): Value | undefined;
  /** Reads a member of it at once, where that costs less than reading all of it; `undefined`: nobody knows, ask for all. */
  reader?(member: string): (input: Input) => Value | undefined;
};

/** A name that expressions may use: a value, or a group of which only the members are values. */
export type Declaration<Input> = Variable<Input> | { members: Readonly<Record<string, Variable<Input>>> };
export type Declarations<Input> = ReadonlyMap<string, Declaration<Input>>;

/** One evaluation: what it looks at, the variables of its loops, and the steps it took. */
export class Frame implements Meter {
  readonly input: never;
  readonly locals: Value[];
  steps = 0;

  constructor(input: unknown, locals: Value[]) {
    this.input = input as never;
    this.locals = locals;
  }
}

export type Run = (frame: Frame) => Value;

/** An expression ready to be evaluated. `constant` where its value is known already. */
export type Compiled = {
  node: Node;
  type: Type;
  run: Run;
  constant?: Value;
  /** How it is read, where it is a value from outside. */
  read?: Variable<never>['read'];
  reader?: Variable<never>['reader'];
};

/** What is known at one place of an expression. */
export type Scope = {
  declarations: Declarations<never>;
  /** Variables of the loops around it, outermost first. */
  locals: readonly { name: string; type: Type }[];
  compile(node: Node, scope: Scope): Compiled;
};

/** Refuses an operand that can never have one of the kinds wanted. */
export function expectKinds({ node, type }: Compiled, wanted: number, what: string): void {
  if ((type.kinds & wanted) !== 0) return;
  throw refusal(node, `${what} takes ${kindNames(wanted)}, and this is ${kindNames(type.kinds)}`);
}

export function refusal(node: Node, message: string, hint?: string): ConditionError {
  return new ConditionError(startOf(node), message, hint);
}

/** A fault of the wrong kind; what is a fault already stays that. */
export function wrongKind(node: Node, value: Value, wanted: number): Fault {
  if (value instanceof Fault) return value;
  return new Fault(node, `is ${kindNames(kindOf(value)) || 'not known'}, not ${kindNames(wanted)}`);
}

/** Makes faults of the reasons that shared functions give. */
export function faultAt(node: Node): (reason: Incomparable) => Fault {
  return ({ reason }) => new Fault(node, reason);
}

/** Applies to the values of both; a fault of either, the left one first, is the answer. */
export function onBoth(
  left: Compiled,
  right: Compiled,
  apply: (a: Value, b: Value, frame: Frame) => Value,
): Run {
  return (frame) => {
    const a = left.run(frame);
    if (a instanceof Fault) return a;
    const b = right.run(frame);
    return b instanceof Fault ? b : apply(a, b, frame);
  };
}
