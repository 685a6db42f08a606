import type { Graph, GraphNode } from '../replay/graph/graph.ts';
import { escapeHtml } from './html.ts';

const WIDTH = 170;
const HEIGHT = 46;
const GAP_X = 50;
const GAP_Y = 16;
const MARGIN = 12;
/** Characters of a line that fit into a node. */
const MAX_CHARS = 24;
/** Nodes from which nobody could read a drawing any more. */
const MAX_NODES = 300;

type Placed = GraphNode & { x: number; y: number };

/** The graph as one SVG drawing, from left to right; nothing where it has too many nodes to be read. */
export function graphSvg({ nodes, edges }: Graph): string | undefined {
  if (nodes.length === 0 || nodes.length > MAX_NODES) return undefined;
  const placed = place({ nodes, edges });
  const width = Math.max(...[...placed.values()].map(({ x }) => x)) + WIDTH + MARGIN;
  const height = Math.max(...[...placed.values()].map(({ y }) => y)) + HEIGHT + MARGIN;
  const lines = edges.flatMap(({ from, to, type }) => {
    const [a, b] = [placed.get(from), placed.get(to)];
    return a === undefined || b === undefined ? [] : [edgeSvg(a, b, type)];
  });
  return [
    `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Execution graph" xmlns="http://www.w3.org/2000/svg">`,
    ...lines,
    ...[...placed.values()].map(nodeSvg),
    '</svg>',
  ].join('\n');
}

/** Each node stands right of everything that leads to it, and in the order of the record within its column. */
function place({ nodes, edges }: Graph): Map<string, Placed> {
  const columns = columnsOf({ nodes, edges });
  const rows = new Map<number, number>();
  const placed = new Map<string, Placed>();
  for (const node of nodes) {
    const column = columns.get(node.id) ?? 0;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    placed.set(node.id, {
      ...node,
      x: MARGIN + column * (WIDTH + GAP_X),
      y: MARGIN + row * (HEIGHT + GAP_Y),
    });
  }
  return placed;
}

/** The longest way from any beginning. Where plans name each other in a circle it ends after as many steps as nodes. */
function columnsOf({ nodes, edges }: Graph): Map<string, number> {
  const columns = new Map(nodes.map(({ id }) => [id, 0]));
  for (let round = 0, moves = true; moves && round < nodes.length; round += 1) {
    moves = false;
    for (const { from, to } of edges) {
      const next = (columns.get(from) ?? 0) + 1;
      if (from === to || next <= (columns.get(to) ?? 0)) continue;
      columns.set(to, Math.min(next, nodes.length));
      moves = true;
    }
  }
  return columns;
}

function edgeSvg(from: Placed, to: Placed, type: string): string {
  const [x1, y1] = [from.x + WIDTH, from.y + HEIGHT / 2];
  const [x2, y2] = [to.x, to.y + HEIGHT / 2];
  const bend = Math.max(20, (x2 - x1) / 2);
  const path = `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2} ${y2}`;
  return `<path class="edge" d="${path}"><title>${escapeHtml(type)}</title></path>`;
}

function nodeSvg({ x, y, type, label, status }: Placed): string {
  const kind = statusClass(status);
  const middle = x + WIDTH / 2;
  const second = [type, status].filter((part) => part !== undefined).join(' · ');
  return [
    `<g><title>${escapeHtml(`${type}: ${label}`)}</title>`,
    `<rect class="${kind}" x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="6"/>`,
    `<text x="${middle}" y="${y + 19}">${escapeHtml(cut(label))}</text>`,
    `<text class="small" x="${middle}" y="${y + 35}">${escapeHtml(cut(second))}</text></g>`,
  ].join('');
}

const GOOD = new Set(['allow', 'approved', 'succeeded', 'trusted', 'internal']);
const BAD = new Set(['block', 'rejected', 'failed', 'unverified']);

/** A colour, beside the word. */
export function statusClass(status: string | undefined): 'good' | 'bad' | 'other' {
  if (status === undefined) return 'other';
  return GOOD.has(status) ? 'good' : BAD.has(status) ? 'bad' : 'other';
}

function cut(text: string): string {
  const chars = [...text];
  return chars.length <= MAX_CHARS ? text : `${chars.slice(0, MAX_CHARS - 1).join('')}…`;
}
