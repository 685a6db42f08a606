import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EDGE_TYPES,
  type Graph,
  type GraphEdge,
  type GraphNode,
  NODE_TYPES,
} from '../../src/replay/graph/graph.ts';
import { compareGraphs, type GraphDiff } from '../../src/replay/graph/graph-diff.ts';
import { diffToDot, diffToMermaid, diffToText } from '../../src/replay/graph/render-graph-diff.ts';

const IDS = ['a', 'b', 'c', 'd', 'e'];
const anyLabel = () =>
  fc.oneof(fc.constantFrom('x', 'y'), fc.string({ unit: 'binary', maxLength: 8 }), fc.constant('"] --> n0'));

/** Graphs over few names, so that two of them share some. The type of a node follows from its name, as in a record. */
function anyGraph(): fc.Arbitrary<Graph> {
  const node = fc.record(
    {
      id: fc.constantFrom(...IDS),
      label: anyLabel(),
      status: fc.constantFrom('allow', 'block'),
      sequence: fc.nat(9),
    },
    { requiredKeys: ['id', 'label'] },
  );
  return fc.uniqueArray(node, { selector: ({ id }) => id, maxLength: 5 }).chain((found) => {
    const nodes = found.map((each): GraphNode => ({ ...each, type: typeOf(each.id) }));
    if (nodes.length === 0) return fc.constant({ nodes, edges: [] });
    const end = fc.constantFrom(...nodes.map(({ id }) => id));
    const edge = fc.record({ from: end, to: end, type: fc.constantFrom(...EDGE_TYPES.slice(0, 3)) });
    const edges = fc.uniqueArray(edge, { selector: (each) => JSON.stringify(each), maxLength: 6 });
    return edges.map((all) => ({ nodes, edges: all }));
  });
}

function typeOf(id: string) {
  return NODE_TYPES[(IDS.indexOf(id) + 2) % NODE_TYPES.length] ?? 'plan';
}

/** One graph out of both, read naively: what has that side, as it is there. */
function sideOf({ nodes, edges }: GraphDiff, side: 'before' | 'after'): Graph {
  const other = side === 'before' ? 'added' : 'removed';
  return {
    nodes: nodes.flatMap(({ id, type, ...sides }) =>
      sides[side] === undefined ? [] : [{ id, type, ...sides[side] }],
    ),
    edges: edges.flatMap(({ change, ...edge }) => (change === other ? [] : [edge])),
  };
}

const sorted = ({ nodes, edges }: Graph) => ({
  nodes: nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  edges: edges.map((edge) => JSON.stringify([edge.from, edge.to, edge.type])).toSorted(),
});

function naiveChange(was: string | undefined, is: string | undefined): string {
  if (was === undefined) return 'added';
  if (is === undefined) return 'removed';
  return was === is ? 'same' : 'changed';
}

/** What a node says that counts: plans and approvals are called after ids of their own. */
function saysOf({ nodes }: Graph, id: string): string | undefined {
  const node = nodes.find((each) => each.id === id);
  if (node === undefined) return undefined;
  const label = node.type === 'plan' || node.type === 'approval' ? '' : node.label;
  return JSON.stringify([label, node.status]);
}

function has({ edges }: Graph, { from, to, type }: GraphEdge): string | undefined {
  return edges.some((edge) => edge.from === from && edge.to === to && edge.type === type)
    ? 'there'
    : undefined;
}

describe('two graphs in one', () => {
  it('are the two, each with all that it was', () => {
    fc.assert(
      fc.property(anyGraph(), anyGraph(), (before, after) => {
        const diff = compareGraphs(before, after);
        expect(sorted(sideOf(diff, 'before'))).toEqual(sorted(before));
        expect(sorted(sideOf(diff, 'after'))).toEqual(sorted(after));
      }),
    );
  });

  it('say of each node and edge what a look at both sides says', () => {
    fc.assert(
      fc.property(anyGraph(), anyGraph(), (before, after) => {
        const { nodes, edges, identical } = compareGraphs(before, after);
        for (const { id, change } of nodes)
          expect(change).toBe(naiveChange(saysOf(before, id), saysOf(after, id)));
        for (const edge of edges) expect(edge.change).toBe(naiveChange(has(before, edge), has(after, edge)));
        const changes = [...nodes, ...edges].map(({ change }) => change);
        expect(identical).toBe(changes.every((change) => change === 'same'));
      }),
    );
  });

  it('are the same where there is one, whatever numbers its events have', () => {
    fc.assert(
      fc.property(anyGraph(), (graph) => {
        const nodes = graph.nodes.map((node) => ({ ...node, sequence: 1_000 }));
        expect(compareGraphs(graph, { ...graph, nodes })).toMatchObject({ identical: true });
        const { identical } = compareGraphs(graph, { nodes: [], edges: [] });
        expect(identical).toBe(graph.nodes.length === 0);
      }),
    );
  });

  it('are drawn with every label as text, and in lines that a terminal obeys in nothing', () => {
    fc.assert(
      fc.property(anyGraph(), anyGraph(), anyLabel(), (before, after, name) => {
        const diff = compareGraphs(before, after);
        const [head, ...lines] = diffToMermaid(diff).trimEnd().split('\n');
        expect(head).toBe('flowchart LR');
        for (const line of lines)
          expect(line).toMatch(
            /^ {2}(n\d+[[({/\\>]{1,3}"[^"]*"[\])}/\\]{1,3}|n\d+ -\.?->\|(?:added |removed )?[a-z_]+\| n\d+|style n\d+ stroke:#[0-9a-f]{6},stroke-width:2px(,stroke-dasharray:6 4)?|linkStyle \d+ stroke:#[0-9a-f]{6},stroke-width:2px)$/,
          );
        expect(lines.filter((line) => line.startsWith('  linkStyle'))).toHaveLength(
          diff.edges.filter(({ change }) => change !== 'same').length,
        );
        const quoted = '"(?:[^"\\\\]|\\\\.)*"';
        const dot = new RegExp(
          `^ {2}${quoted}(?: -> ${quoted})? \\[label=${quoted}[^"]*(?:"#[0-9a-f]{6}"[a-z=, ]*)?\\];$`,
        );
        for (const line of diffToDot(diff).trimEnd().split('\n').slice(3, -1)) expect(line).toMatch(dot);
        const text = diffToText(diff, { before: name, after: 'run-2' });
        expect(text).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\u2028\u2029]/u);
        const differing = [...diff.nodes, ...diff.edges].filter(({ change }) => change !== 'same').length;
        expect(text.split('\n')).toHaveLength(differing + 2);
      }),
      { numRuns: 300 },
    );
  });
});
