import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EDGE_TYPES, type Graph, NODE_TYPES } from '../../src/replay/graph/graph.ts';
import { toDot, toMermaid } from '../../src/replay/graph/render-graph.ts';
import { visible } from '../../src/replay/visible.ts';

const anyText = () =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(
      '"]; click n0 "javascript:x"',
      '<script>',
      '#quot;',
      'a\nb',
      'n0 --> n1',
      '\\"',
      '%%{init}%%',
      'end',
    ),
  );

function anyGraph(): fc.Arbitrary<Graph> {
  const node = fc.record(
    { id: anyText(), type: fc.constantFrom(...NODE_TYPES), label: anyText(), status: anyText() },
    { requiredKeys: ['id', 'type', 'label'] },
  );
  return fc.uniqueArray(node, { selector: ({ id }) => id, minLength: 1, maxLength: 6 }).chain((nodes) => {
    const end = fc.constantFrom(...nodes.map(({ id }) => id));
    const edge = fc.record({ from: end, to: end, type: fc.constantFrom(...EDGE_TYPES) });
    return fc.record({ nodes: fc.constant(nodes), edges: fc.array(edge, { maxLength: 6 }) });
  });
}

/** What a Mermaid label shows, read as its documentation says: entities by their code points. */
function shownByMermaid(label: string): string {
  return label.replaceAll(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

describe('a graph as text', () => {
  it('is Mermaid in which every label is text and nothing else, whatever it holds', () => {
    fc.assert(
      fc.property(anyGraph(), (graph) => {
        const [head, ...lines] = toMermaid(graph).trimEnd().split('\n');
        expect(head).toBe('flowchart LR');
        const labels: string[] = [];
        for (const line of lines) {
          const node =
            /^ {2}n\d+[[({/\\>]{1,3}"([^"<>[\](){}|]*(?:<br\/>[^"<>[\](){}|]*)*)"[\])}/\\]{1,3}$/.exec(line);
          if (node?.[1] !== undefined) labels.push(shownByMermaid(node[1].split('<br/>')[1] ?? ''));
          else
            expect(line).toMatch(
              /^ {2}(n\d+ -->\|[a-z_]+\| n\d+|style n\d+ stroke:#[0-9a-f]{6},stroke-width:2px)$/,
            );
        }
        expect(labels).toEqual(graph.nodes.map(({ label }) => visible(label).toWellFormed()));
      }),
      { numRuns: 500 },
    );
  });

  it('is DOT in which every label is one quoted text, whatever it holds', () => {
    fc.assert(
      fc.property(anyGraph(), (graph) => {
        const lines = toDot(graph).trimEnd().split('\n');
        const quoted = '"((?:[^"\\\\]|\\\\.)*)"';
        const node = new RegExp(
          `^ {2}${quoted} \\[label=${quoted}, shape=[a-z0-9]+, color="#[0-9a-f]{6}"\\];$`,
        );
        const edge = new RegExp(`^ {2}${quoted} -> ${quoted} \\[label="[a-z_]+"\\];$`);
        expect(lines.filter((line) => node.test(line))).toHaveLength(graph.nodes.length);
        expect(lines.filter((line) => edge.test(line))).toHaveLength(graph.edges.length);
        expect(lines).toHaveLength(graph.nodes.length + graph.edges.length + 4);
        // Graphviz reads entities in labels.
        expect(lines.filter((line) => /&(?!amp;)/.test(line))).toEqual([]);
        expect(toDot(graph)).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 500 },
    );
  });
});
