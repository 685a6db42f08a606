import { visible } from '../visible.ts';
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

/** How nodes and edges are marked, by their place in the graph, where it is not by their status. */
export type GraphLook = { node(index: number): Look; edge(index: number): Look };
type Look = { mark: string; colour: string; dash: boolean };

/** The graph as a Mermaid flowchart. Whatever stands in a label is text there, and cannot become part of the drawing. */
export function toMermaid({ nodes, edges }: Graph, look: GraphLook = byStatus(nodes)): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const lines = ['flowchart LR'];
  for (const [index, node] of nodes.entries()) {
    const { open, close } = SHAPES[node.type];
    const words = captionOf(node, look.node(index)).map(mermaidText).join('<br/>');
    lines.push(`  ${names.get(node.id)}${open}"${words}"${close}`);
  }
  const styles: string[] = [];
  let drawn = 0;
  for (const [index, { from, to, type }] of edges.entries()) {
    const ends = [names.get(from), names.get(to)];
    if (ends.includes(undefined)) continue;
    const { mark, colour, dash } = look.edge(index);
    lines.push(`  ${ends[0]} ${dash ? '-.->' : '-->'}|${mark}${type}| ${ends[1]}`);
    if (mark !== '') styles.push(`  linkStyle ${drawn} stroke:${colour},stroke-width:2px`);
    drawn += 1;
  }
  for (const [index, node] of nodes.entries()) {
    const { colour, dash } = look.node(index);
    const dashes = dash ? ',stroke-dasharray:6 4' : '';
    lines.push(`  style ${names.get(node.id)} stroke:${colour},stroke-width:2px${dashes}`);
  }
  return `${[...lines, ...styles].join('\n')}\n`;
}

/** The graph in the DOT language of Graphviz. */
export function toDot({ nodes, edges }: Graph, look: GraphLook = byStatus(nodes)): string {
  const lines = ['digraph trace {', '  rankdir=LR;', '  node [fontname="sans-serif", penwidth=2];'];
  for (const [index, node] of nodes.entries()) {
    const own = look.node(index);
    const label = captionOf(node, own).map(dotText).join('\\n');
    const { dot } = SHAPES[node.type];
    const style = own.dash ? ', style=dashed' : '';
    lines.push(`  "${dotText(node.id)}" [label="${label}", shape=${dot}, color="${own.colour}"${style}];`);
  }
  for (const [index, { from, to, type }] of edges.entries()) {
    const { mark, colour, dash } = look.edge(index);
    const style = mark === '' ? '' : `, color="${colour}"${dash ? ', style=dashed' : ''}`;
    lines.push(`  "${dotText(from)}" -> "${dotText(to)}" [label="${mark}${type}"${style}];`);
  }
  lines.push('}');
  return `${lines.join('\n')}\n`;
}

const PLAIN_EDGE: Look = { mark: '', colour: OTHER, dash: false };

function byStatus(nodes: readonly GraphNode[]): GraphLook {
  return {
    node: (index) => ({ mark: '', colour: COLOURS.get(nodes[index]?.status ?? '') ?? OTHER, dash: false }),
    edge: () => PLAIN_EDGE,
  };
}

/** The lines of text in a node. */
function captionOf({ type, label, status }: GraphNode, { mark }: Look): string[] {
  const words = status === undefined || label.startsWith(status) ? [label] : [label, status];
  return [`${mark}${type}`, ...words];
}

/** Everything but plain letters, digits and a few marks as the entity of its code point; what cannot be seen as its code. */
function mermaidText(text: string): string {
  return visible(text).replaceAll(/[^A-Za-z0-9 .:_/@+-]/gu, (mark) => `#${mark.codePointAt(0)};`);
}

/** What cannot be seen stands as its code, and no entity is one: neither a terminal nor a drawing acts upon it. */
function dotText(text: string): string {
  return visible(text).replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
