import { visible } from '../visible.ts';
import type { DiffedNode, GraphChange, GraphDiff, NodeSide } from './graph-diff.ts';
import { type GraphLook, toDot, toMermaid } from './render-graph.ts';

/** How a change shows in a drawing: by a word, and by colour and stroke. */
const LOOKS: Record<GraphChange, { mark: string; colour: string; dash: boolean }> = {
  same: { mark: '', colour: '#8c959f', dash: false },
  added: { mark: 'added ', colour: '#1a7f37', dash: false },
  removed: { mark: 'removed ', colour: '#cf222e', dash: true },
  changed: { mark: 'changed ', colour: '#9a6700', dash: false },
};

/** And how in a line of text. */
const SIGNS: Record<GraphChange, string> = { same: '  ', added: '+ ', removed: '- ', changed: '~ ' };

/** Both graphs as one drawing, in which each node and edge shows by colour and mark what became of it. */
export function diffToMermaid(diff: GraphDiff): string {
  return toMermaid(drawn(diff), lookOf(diff));
}

export function diffToDot(diff: GraphDiff): string {
  return toDot(drawn(diff), lookOf(diff));
}

function drawn({ nodes, edges }: GraphDiff) {
  return {
    nodes: nodes.map((node) => ({ id: node.id, type: node.type, label: captionOf(node) })),
    edges: edges.map(({ from, to, type }) => ({ from, to, type })),
  };
}

function lookOf({ nodes, edges }: GraphDiff): GraphLook {
  return {
    node: (index) => LOOKS[nodes[index]?.change ?? 'same'],
    edge: (index) => LOOKS[edges[index]?.change ?? 'same'],
  };
}

function captionOf({ before, after, change }: DiffedNode): string {
  if (change !== 'changed') return textOf(after ?? before);
  return `${textOf(before)} → ${textOf(after)}`;
}

function textOf(side: NodeSide | undefined): string {
  if (side === undefined) return '';
  const { label, status } = side;
  return status === undefined || label.startsWith(status) ? label : `${label} (${status})`;
}

/** What differs for a terminal: a line for each node and edge that is not the same on both sides. */
export function diffToText(
  { nodes, edges, identical }: GraphDiff,
  title: { before: string; after: string },
): string {
  const head = `${visible(title.before)} → ${visible(title.after)}`;
  if (identical) return `${head}: the same graph\n`;
  const count = (items: readonly { change: GraphChange }[], change: GraphChange) =>
    items.filter((item) => item.change === change).length;
  const sums = [
    `${count(nodes, 'added')} nodes added, ${count(nodes, 'removed')} removed, ${count(nodes, 'changed')} changed`,
    `${count(edges, 'added')} edges added, ${count(edges, 'removed')} removed`,
  ];
  const ofNodes = nodes
    .filter(({ change }) => change !== 'same')
    .map((node) => `${SIGNS[node.change]}${visible(node.id)}  ${visible(captionOf(node))}`);
  const ofEdges = edges
    .filter(({ change }) => change !== 'same')
    .map(({ change, from, to, type }) => `${SIGNS[change]}${visible(from)} ${type} ${visible(to)}`);
  return `${[`${head}: ${sums.join('; ')}`, ...ofNodes, ...ofEdges].join('\n')}\n`;
}
