import { type Compiled, expectKinds, type Run, type Scope, wrongKind } from './scope.ts';
import type { NodeOf } from './syntax.ts';
import { BOOL, scalar, unionOf } from './types.ts';
import type { Value } from './value.ts';

const BOOLEAN = scalar(BOOL);

/**
 * `&&` and `||`. Either side can settle the answer, also where the other has none: `false && fault` is false. Where
 * neither settles it the first fault is the answer.
 */
export function compileJunction(node: NodeOf<'call'>, scope: Scope): Compiled {
  const settling = node.name === '_||_';
  const [left, right] = node.operands.map((part) => scope.compile(part, scope)) as [Compiled, Compiled];
  for (const side of [left, right]) expectKinds(side, BOOL, `\`${settling ? '||' : '&&'}\``);
  const run: Run = (frame) => {
    const a = left.run(frame);
    if (a === settling) return settling;
    const b = right.run(frame);
    if (b === settling) return settling;
    if (typeof a !== 'boolean') return wrongKind(left.node, a, BOOL);
    return typeof b === 'boolean' ? !settling : wrongKind(right.node, b, BOOL);
  };
  return { node, type: BOOLEAN, run };
}

export function compileNot(node: NodeOf<'call'>, scope: Scope): Compiled {
  const operand = scope.compile(node.operands[0] as NodeOf<'call'>, scope);
  expectKinds(operand, BOOL, '`!`');
  const run: Run = (frame) => {
    const value = operand.run(frame);
    return typeof value === 'boolean' ? !value : wrongKind(operand.node, value, BOOL);
  };
  return { node, type: BOOLEAN, run };
}

/** `test ? a : b`: only the chosen side is evaluated. */
export function compileChoice(node: NodeOf<'call'>, scope: Scope): Compiled {
  const parts = node.operands.map((part) => scope.compile(part, scope));
  const [test, whenTrue, whenFalse] = parts as [Compiled, Compiled, Compiled];
  expectKinds(test, BOOL, '`?`');
  const run: Run = (frame): Value => {
    const value = test.run(frame);
    if (typeof value !== 'boolean') return wrongKind(test.node, value, BOOL);
    return value ? whenTrue.run(frame) : whenFalse.run(frame);
  };
  return { node, type: unionOf(whenTrue.type, whenFalse.type), run };
}
