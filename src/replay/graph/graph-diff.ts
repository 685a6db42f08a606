import { pairSubmissions, type SubmissionPair } from '../diff/pair-submissions.ts';
import type { Submission } from '../submissions.ts';
import { type Graph, type GraphEdge, type GraphNode, type NodeIds, type NodeType, ownIds } from './graph.ts';
import { submissionGraph } from './trace-graph.ts';

export const GRAPH_CHANGES = ['same', 'added', 'removed', 'changed'] as const;
export type GraphChange = (typeof GRAPH_CHANGES)[number];

/** What a node says of itself on one side. */
export type NodeSide = Omit<GraphNode, 'id' | 'type'>;

/** A node that both sides have, or one of them; the other lacks its side. */
export type DiffedNode = {
  id: string;
  type: NodeType;
  change: GraphChange;
  before?: NodeSide;
  after?: NodeSide;
};

export type DiffedEdge = GraphEdge & { change: Exclude<GraphChange, 'changed'> };

/** Both graphs in one. What is not the same on both sides says so. */
export type GraphDiff = { identical: boolean; nodes: DiffedNode[]; edges: DiffedEdge[] };

/**
 * How what happened in one record hangs together otherwise than in another. Plans and steps are paired as the diff pairs
 * them, and go by the names of the first; approvals are paired in the order in which a plan asked for them. Sequences,
 * and the ids that plans and approvals have by themselves, always differ and count as the same. Pure.
 */
export function diffGraphs(before: readonly Submission[], after: readonly Submission[]): GraphDiff {
  const pairs = pairSubmissions(before, after);
  return compareGraphs(submissionGraph(before, ownIds), submissionGraph(after, pairedIds(pairs)));
}

/** Two graphs whose nodes go by the same names. Those of the first come first. */
export function compareGraphs(before: Graph, after: Graph): GraphDiff {
  const nodes = comparedNodes(before.nodes, after.nodes);
  const edges = comparedEdges(before.edges, after.edges);
  const identical = [...nodes, ...edges].every(({ change }) => change === 'same');
  return { identical, nodes, edges };
}

function comparedNodes(before: readonly GraphNode[], after: readonly GraphNode[]): DiffedNode[] {
  const others = new Map(after.map((node) => [node.id, node]));
  const own = new Set(before.map(({ id }) => id));
  const kept = before.map((node): DiffedNode => {
    const other = others.get(node.id);
    const { id, type } = node;
    if (other === undefined) return { id, type, change: 'removed', before: sideOf(node) };
    const change = isSame(node, other) ? 'same' : 'changed';
    return { id, type, change, before: sideOf(node), after: sideOf(other) };
  });
  const added = after
    .filter(({ id }) => !own.has(id))
    .map((node): DiffedNode => ({ id: node.id, type: node.type, change: 'added', after: sideOf(node) }));
  return [...kept, ...added];
}

/** Nodes that are called after an id of their own. */
const NAMED_BY_ID = new Set<NodeType>(['plan', 'approval']);

function isSame(one: GraphNode, other: GraphNode): boolean {
  return one.status === other.status && (NAMED_BY_ID.has(one.type) || one.label === other.label);
}

function sideOf({ id: _id, type: _type, ...side }: GraphNode): NodeSide {
  return side;
}

function comparedEdges(before: readonly GraphEdge[], after: readonly GraphEdge[]): DiffedEdge[] {
  const keyOf = ({ from, to, type }: GraphEdge) => JSON.stringify([from, to, type]);
  const [own, others] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))];
  const kept = before.map(
    (edge): DiffedEdge => ({ ...edge, change: others.has(keyOf(edge)) ? 'same' : 'removed' }),
  );
  const added = after.filter((edge) => !own.has(keyOf(edge)));
  return [...kept, ...added.map((edge): DiffedEdge => ({ ...edge, change: 'added' }))];
}

/** Names the nodes of the second record as those of the first that they are paired with. */
function pairedIds(pairs: readonly SubmissionPair[]): NodeIds {
  const byKey = new Map(pairs.flatMap((pair) => (pair.after === undefined ? [] : [[pair.after.key, pair]])));
  const approvals = new Map(pairs.flatMap(approvalPairs));
  return (type, ...parts) => {
    if (type === 'identity') return ownIds(type, ...parts);
    if (type === 'approval') return ownIds(type, approvals.get(parts[0] ?? '') ?? parts[0] ?? '');
    if (type === 'source') return ownIds(type, ...sourceParts(parts, byKey));
    return ownIds(type, ...planParts(type, parts, byKey));
  };
}

type ByKey = ReadonlyMap<string, SubmissionPair>;

/** The key of a plan, and behind it a step; in stages the name of the stage comes between. */
function planParts(type: NodeType, [key = '', ...rest]: readonly string[], byKey: ByKey): string[] {
  const pair = byKey.get(key);
  if (pair === undefined) return [key, ...rest];
  const step = type === 'stage' ? 1 : 0;
  return [pair.name, ...rest.map((part, index) => (index === step ? pair.stepName(part) : part))];
}

/** A source that has neither name nor hash is called after its place: key, step and number. */
function sourceParts([type = '', ...place]: readonly string[], byKey: ByKey): string[] {
  if (place.length < 2) return [type, ...place];
  const number = place.at(-1) ?? '';
  return [type, ...planParts('step', place.slice(0, -1), byKey), number];
}

/** What the plan of the second asked for, with what the plan of the first did. */
function approvalPairs({ before, after }: SubmissionPair): [string, string][] {
  if (before === undefined || after === undefined) return [];
  const own = askedBy(before);
  return askedBy(after).flatMap((id, index): [string, string][] => {
    const partner = own[index];
    return partner === undefined ? [] : [[id, partner]];
  });
}

function askedBy({ later }: Submission): string[] {
  return later.flatMap(({ event_type, payload }) => {
    if (event_type !== 'approval_requested') return [];
    const approval = payload?.['approval'] as { approval_id?: string } | undefined;
    return approval?.approval_id ?? [];
  });
}
