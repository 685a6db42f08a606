import { z } from 'zod';
import { EDGE_TYPES, NODE_TYPES } from '../../replay/graph/graph.ts';
import { GRAPH_CHANGES } from '../../replay/graph/graph-diff.ts';
import { GRAPH_SCOPES } from '../../replay/graph/graphs.ts';

export const graphNodeSchema = z.strictObject({
  id: z.string(),
  type: z.enum(NODE_TYPES),
  label: z.string(),
  status: z.string().optional().meta({
    description: 'A decision, a level of trust, or the state of an approval or execution.',
  }),
  sequence: z.int().optional().meta({
    description: 'Of the first event that tells of it. Absent: it lies in another trace.',
  }),
});

export const graphEdgeSchema = z.strictObject({
  from: z.string(),
  to: z.string(),
  type: z.enum(EDGE_TYPES),
});

export const graphSchema = z.strictObject({
  trace_id: z.string(),
  log: z.string().optional().meta({ description: 'The log it is in, where that was taken over.' }),
  scope: z.enum(GRAPH_SCOPES),
  traces: z.array(z.string()).meta({ description: 'The traces that are drawn, this one first.' }),
  taken_over: z
    .array(z.strictObject({ trace_id: z.string(), log: z.string() }))
    .optional()
    .meta({ description: 'Those of them that are in logs that were taken over.' }),
  truncated: z.boolean().meta({ description: 'True where there was more than one answer holds.' }),
  nodes: z.array(graphNodeSchema),
  edges: z.array(graphEdgeSchema),
});

/** A trace, and the log it is in where that was taken over. */
export const traceRefSchema = z.strictObject({ trace_id: z.string(), log: z.string().optional() });

const nodeSide = graphNodeSchema.omit({ id: true, type: true });
const change = z.enum(GRAPH_CHANGES);

export const graphDiffSchema = z.strictObject({
  before: traceRefSchema,
  after: traceRefSchema,
  truncated: z.boolean(),
  identical: z.boolean(),
  nodes: z
    .array(
      z.strictObject({
        id: z.string(),
        type: z.enum(NODE_TYPES),
        change,
        before: nodeSide.optional(),
        after: nodeSide.optional(),
      }),
    )
    .meta({ description: 'Of both graphs; plans and steps go by their names before.' }),
  edges: z.array(graphEdgeSchema.extend({ change })),
});
