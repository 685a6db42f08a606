import { type Node, partsOf } from './syntax.ts';

/** Most places that an explanation tells. */
const MAX_PLACES = 5;

/** The values from outside that an expression looks at: `args.amount`, `agent.agent_id`, each once. */
export function placesOf(node: Node): Node[] {
  const found: Node[] = [];
  collect(node, [], found);
  return found.slice(0, MAX_PLACES);
}

function collect(node: Node, locals: readonly string[], found: Node[]): void {
  const root = rootOf(node);
  if (root !== undefined) {
    if (!locals.includes(root)) found.push(node.kind === 'select' ? { ...node, isTest: false } : node);
    return;
  }
  if (node.kind !== 'loop') {
    for (const part of partsOf(node)) collect(part, locals, found);
    return;
  }
  const [range, ...bodies] = partsOf(node);
  if (range !== undefined) collect(range, locals, found);
  for (const body of bodies) collect(body, [...locals, node.variable], found);
}

/** The variable that a chain of members begins with; `undefined` for every other expression. */
export function rootOf(node: Node): string | undefined {
  if (node.kind === 'variable') return node.name;
  if (node.kind === 'select') return rootOf(node.operand);
  const [operand, index] = node.kind === 'call' && node.name === '_[_]' ? node.operands : [];
  return operand !== undefined && index?.kind === 'constant' ? rootOf(operand) : undefined;
}
