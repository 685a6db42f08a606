export type Scalar = boolean | bigint | number | string | null;

export const MACROS = ['all', 'exists', 'exists_one', 'map', 'filter'] as const;
export type Macro = (typeof MACROS)[number];

/**
 * An expression, read and reduced to what this engine knows. `at` is the character of the source where the parser
 * placed it; `size` counts the nodes in it. Operators are calls by their CEL name: `_&&_`, `_+_`, `@in`, `_?_:_`.
 */
export type Node = { at: number; size: number } & (
  | { kind: 'constant'; value: Scalar }
  | { kind: 'variable'; name: string }
  | { kind: 'select'; operand: Node; field: string; isTest: boolean }
  | { kind: 'call'; name: string; operands: Node[]; isMethod: boolean }
  | { kind: 'list'; items: Node[] }
  | { kind: 'map'; entries: [key: Node, value: Node][] }
  | { kind: 'loop'; macro: Macro; range: Node; variable: string; body: Node; filter?: Node }
);
export type NodeOf<K extends Node['kind']> = Extract<Node, { kind: K }>;

/** The parts of an expression, in the order of the text. */
export function partsOf(node: Node): Node[] {
  switch (node.kind) {
    case 'select':
      return [node.operand];
    case 'call':
      return node.operands;
    case 'list':
      return node.items;
    case 'map':
      return node.entries.flat();
    case 'loop':
      return node.filter === undefined ? [node.range, node.body] : [node.range, node.filter, node.body];
    default:
      return [];
  }
}

/** Whether a rule says null itself, alone or within a list or an object that it writes. */
export function saysNull(node: Node): boolean {
  switch (node.kind) {
    case 'constant':
      return node.value === null;
    case 'list':
    case 'map':
      return partsOf(node).some(saysNull);
    case 'call':
      return node.name === '_?_:_' && node.operands.slice(1).some(saysNull);
    default:
      return false;
  }
}

/** The character where the text of an expression begins; the parser places an operation at its operator. */
export function startOf(node: Node): number {
  return partsOf(node).reduce((start, part) => Math.min(start, startOf(part)), node.at);
}

const INFIX = /^(?:_(.+)_|@(in))$/;

/** An expression as a person would write it. */
export function textOf(node: Node): string {
  switch (node.kind) {
    case 'constant':
      return constantText(node.value);
    case 'variable':
      return node.name;
    case 'select':
      return node.isTest ? `has(${memberText(node)})` : memberText(node);
    case 'list':
      return `[${node.items.map(textOf).join(', ')}]`;
    case 'map':
      return `{${node.entries.map(([key, value]) => `${textOf(key)}: ${textOf(value)}`).join(', ')}}`;
    case 'loop': {
      const inside = [node.variable, ...partsOf(node).slice(1).map(textOf)];
      return `${nested(node.range)}.${node.macro}(${inside.join(', ')})`;
    }
    case 'call':
      return callText(node);
  }
}

function memberText({ operand, field }: NodeOf<'select'>): string {
  return `${nested(operand)}.${field}`;
}

function callText({ name, operands, isMethod }: NodeOf<'call'>): string {
  const [first, second, third] = operands as [Node, Node, Node];
  if (name === '_[_]') return `${nested(first)}[${textOf(second)}]`;
  if (name === '_?_:_') return `${nested(first)} ? ${nested(second)} : ${nested(third)}`;
  if (name === '!_' || name === '-_') return `${name[0]}${nested(first)}`;
  const infix = INFIX.exec(name);
  if (infix !== null) return `${nested(first)} ${infix[1] ?? infix[2]} ${nested(second)}`;
  if (isMethod) return `${nested(first)}.${name}(${operands.slice(1).map(textOf).join(', ')})`;
  return `${name}(${operands.map(textOf).join(', ')})`;
}

/** In brackets where it could be read together with what stands around it. */
function nested(node: Node): string {
  const isOperation = node.kind === 'call' && /^(_[^[]|@|!|-)/.test(node.name);
  return isOperation ? `(${textOf(node)})` : textOf(node);
}

function constantText(value: Scalar): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'number' && Number.isInteger(value) ? value.toFixed(1) : String(value);
}
