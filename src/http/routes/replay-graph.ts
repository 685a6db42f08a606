import { z } from 'zod';
import type { Gateway } from '../../gateway.ts';
import { GRAPH_SCOPES, type TraceGraph } from '../../replay/graph/graphs.ts';
import { toDot, toMermaid } from '../../replay/graph/render-graph.ts';
import { type Answer, json, type Operation, operation } from '../operation.ts';
import { HttpError } from '../problem.ts';
import { graphSchema } from '../schemas/graph.ts';
import { pathId } from '../schemas/paging.ts';

const FORMATS = ['json', 'mermaid', 'dot'] as const;
const MERMAID = 'text/vnd.mermaid';
const DOT = 'text/vnd.graphviz';

export function replayGraph(gateway: Gateway): Operation {
  return operation({
    route: 'GET /replay/:trace_id/graph',
    operationId: 'getTraceGraph',
    tag: 'replay',
    summary: 'Draw how a trace hangs together',
    description:
      'From the sources of instructions through identity, plans, steps and the six stages to approvals, executions and outcomes: recorded causes alone, nothing guessed from times. With `scope=linked` the traces that its plans were handed on from and to are drawn as well.',
    params: z.strictObject({ trace_id: pathId('run-123') }),
    query: z.strictObject({
      scope: z.enum(GRAPH_SCOPES).default('trace'),
      format: z
        .enum(FORMATS)
        .default('json')
        .meta({ description: '`mermaid` and `dot` are the same graph as text.' }),
    }),
    answers: {
      200: { description: 'The graph.', schema: graphSchema, alsoAs: [MERMAID, DOT] },
    },
    problems: ['trace_not_found'],
    handle: async ({ params: { trace_id }, query: { scope, format }, caller }) => {
      const graph = await gateway.graph(trace_id, caller.tenant_id, scope);
      if (graph === undefined) throw new HttpError('trace_not_found', `There is no trace ${trace_id}.`);
      return answerIn(format, graph);
    },
  });
}

function answerIn(format: (typeof FORMATS)[number], graph: TraceGraph): Answer {
  if (format === 'mermaid') return text(MERMAID, toMermaid(graph));
  return format === 'dot' ? text(DOT, toDot(graph)) : json(graph);
}

function text(type: string, body: string): Answer {
  return { status: 200, contentType: `${type}; charset=utf-8`, body };
}
