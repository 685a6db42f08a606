import { compileSelect, compileVariable } from './access.ts';
import { compileCall } from './call.ts';
import { compileConstant, compileList, compileMap } from './literal.ts';
import { compileLoop } from './loop.ts';
import { parseCondition } from './parse.ts';
import { placesOf } from './places.ts';
import { type Compiled, type Declarations, Frame, type Scope } from './scope.ts';
import { type Node, partsOf } from './syntax.ts';
import type { Type } from './types.ts';
import type { Value } from './value.ts';

/** A condition ready to be evaluated. */
export type Expression<Input> = {
  node: Node;
  type: Type;
  /** True where it looks at nothing from outside, so that its value is always the same. */
  isConstant: boolean;
  /** Pure and bounded in time. What has no value is a `Fault`. */
  evaluate(input: Input): Value;
  /** The values from outside that it looks at, each as an expression of its own. */
  places(): { node: Node; evaluate(input: Input): Value }[];
};

/**
 * Compiles the text of an expression over the names declared. Throws a `ConditionError`, with the place in the text,
 * for what is not CEL, not supported, or can never have a value by the types of what it speaks of.
 */
export function compileExpression<Input>(
  source: string,
  declarations: Declarations<Input>,
): Expression<Input> {
  const node = parseCondition(source);
  const prepare = (part: Node) => {
    const localsOf = hasLoop(part) ? () => [] : () => NO_LOCALS;
    const { type, run } = compileNode(part, { declarations, locals: [], compile: compileNode });
    return { node: part, type, evaluate: (input: Input) => run(new Frame(input, localsOf())) };
  };
  const places = placesOf(node);
  return { ...prepare(node), isConstant: places.length === 0, places: () => places.map(prepare) };
}

/** Never written to: what has no loop has no variables. */
const NO_LOCALS: Value[] = [];

function hasLoop(node: Node): boolean {
  return node.kind === 'loop' || partsOf(node).some(hasLoop);
}

function compileNode(node: Node, scope: Scope): Compiled {
  switch (node.kind) {
    case 'constant':
      return compileConstant(node);
    case 'variable':
      return compileVariable(node, scope);
    case 'select':
      return compileSelect(node, scope);
    case 'call':
      return compileCall(node, scope);
    case 'list':
      return compileList(node, scope);
    case 'map':
      return compileMap(node, scope);
    case 'loop':
      return compileLoop(node, scope);
  }
}
