import type { Graph, GraphNode, NodeType } from './graph.ts';

/** The shape of each type of node: Mermaid's brackets, and Graphviz' name. */
const SHAPES: Record<NodeType, { open: string; close: string; dot: string }> = {
  source: { open: '[/', close: '/]', dot: 'parallelogram' },
  identity: { open: '([', close: '])', dot: 'oval' },
  plan: { open: '[', close: ']', dot: 'box' },
  step: { open: '[', close: ']', dot: 'box' },
  stage: { open: '{{', close: '}}', dot: 'hexagon' },
  approval: { open: '[\\', close: '\\]', dot: 'note' },
  execution: { open: '[[', close: ']]', dot: 'box3d' },
  outcome: { open: '>', close: ']', dot: 'doubleoctagon' },
};

/** How a status is told in both forms: by a colour as well as by its word. */
const COLOURS: ReadonlyMap<string, string> = new Map([
  ...['allow', 'approved', 'succeeded'].map((status) => [status, '#1a7f37'] as const),
  ...['block', 'rejected', 'failed', 'unverified'].map((status) => [status, '#cf222e'] as const),
  ...['require_approval', 'pending', 'external'].map((status) => [status, '#9a6700'] as const),
]);
const OTHER = '#59636e';

/** The graph as a Mermaid flowchart. Whatever stands in a label is text there, and cannot become part of the drawing. */
export function toMermaid({ nodes, edges }: Graph): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const lines = ['flowchart LR'];
  for (const node of nodes) {
    const { open, close } = SHAPES[node.type];
    const words = captionOf(node).map(mermaidText).join('<br/>');
    lines.push(`  ${names.get(node.id)}${open}"${words}"${close}`);
  }
  for (const { from, to, type } of edges) {
    const ends = [names.get(from), names.get(to)];
    if (!ends.includes(undefined)) lines.push(`  ${ends[0]} -->|${type}| ${ends[1]}`);
  }
  for (const node of nodes) {
    lines.push(`  style ${names.get(node.id)} stroke:${colourOf(node)},stroke-width:2px`);
  }
  return `${lines.join('\n')}\n`;
}

/** The graph in the DOT language of Graphviz. */
export function toDot({ nodes, edges }: Graph): string {
  const lines = ['digraph trace {', '  rankdir=LR;', '  node [fontname="sans-serif", penwidth=2];'];
  for (const node of nodes) {
    const label = captionOf(node).map(dotText).join('\\n');
    const { dot } = SHAPES[node.type];
    lines.push(`  "${dotText(node.id)}" [label="${label}", shape=${dot}, color="${colourOf(node)}"];`);
  }
  for (const { from, to, type } of edges)
    lines.push(`  "${dotText(from)}" -> "${dotText(to)}" [label="${type}"];`);
  lines.push('}');
  return `${lines.join('\n')}\n`;
}

/** The lines of text in a node. */
function captionOf({ type, label, status }: GraphNode): string[] {
  const words = status === undefined || label.startsWith(status) ? [label] : [label, status];
  return [type, ...words];
}

function colourOf({ status }: GraphNode): string {
  return COLOURS.get(status ?? '') ?? OTHER;
}

/** Everything but plain letters, digits and a few marks as the entity of its code point. */
function mermaidText(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9 .:_/@+-]/gu, (mark) => `#${mark.codePointAt(0)};`);
}

const CONTROL = /\p{Cc}/gu;

function dotText(text: string): string {
  return text.replaceAll(CONTROL, ' ').replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
