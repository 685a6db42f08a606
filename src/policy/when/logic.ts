import { type Compiled, expectKinds, type Run, type Scope, wrongKind } from './scope.ts';
import type { Node, NodeOf } from './syntax.ts';
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
  // Whichever side settles the answer may be asked first, as long as asking it takes nothing away from the other.
  const isTurned = isPlain(right.node) && !isPlain(left.node);
  const [first, second] = isTurned ? [right, left] : [left, right];
  const run: Run = (frame) => {
    const one = first.run(frame);
    if (one === settling) return settling;
    const other = second.run(frame);
    if (other === settling) return settling;
    const [a, b] = isTurned ? [other, one] : [one, other];
    if (typeof a !== 'boolean') return wrongKind(left.node, a, BOOL);
    return typeof b === 'boolean' ? !settling : wrongKind(right.node, b, BOOL);
  };
  return { node, type: BOOLEAN, run };
}

const EQUALITIES = ['_==_', '_!=_'];
const ORDERS = ['_<_', '_<=_', '_>_', '_>=_'];

/** True of a member that is compared with a constant: that takes no steps. Texts that are put in order do. */
function isPlain(node: Node): boolean {
  if (node.kind !== 'call') return false;
  const [member, constant] = node.operands;
  if (member?.kind !== 'select' || member.operand.kind !== 'variable' || constant?.kind !== 'constant')
    return false;
  return EQUALITIES.includes(node.name) || (ORDERS.includes(node.name) && typeof constant.value !== 'string');
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
