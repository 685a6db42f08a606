export const NODE_TYPES = [
  'source',
  'identity',
  'plan',
  'step',
  'stage',
  'approval',
  'execution',
  'outcome',
] as const;
export type NodeType = (typeof NODE_TYPES)[number];

/** What an edge says of its two ends; docs/replay.md has the table. */
export const EDGE_TYPES = [
  'derived',
  'instructs',
  'submits',
  'delegates',
  'contains',
  'depends_on',
  'data',
  'checks',
  'next',
  'decides',
  'requests',
  'approves',
  'executes',
  'results_in',
] as const;
export type EdgeType = (typeof EDGE_TYPES)[number];

/** Something that took part in a trace. */
export type GraphNode = {
  /** The same for the same record: made of what the events say, never of a counter over the whole graph. */
  id: string;
  type: NodeType;
  label: string;
  /** A decision, a level of trust, or the state of an approval or execution; absent where none is recorded. */
  status?: string;
  /** Of the first event that tells of it. Absent: it is only referred to, and lies in another trace. */
  sequence?: number;
};

export type GraphEdge = { from: string; to: string; type: EdgeType };

/** How what happened hangs together: recorded causes alone, nothing guessed from times. */
export type Graph = { nodes: GraphNode[]; edges: GraphEdge[] };

/**
 * Names nodes by what they are part of: those of one trace by themselves, those of several with the trace in front. The
 * first part is the key of a plan, but for identities, approvals and sources.
 */
export type NodeIds = {
  (type: NodeType, ...parts: string[]): string;
  /** What stands in front for a trace of this id; absent: the id. */
  traceName?(traceId: string): string;
};

export const ownIds: NodeIds = (type, ...parts) => `${type}:${parts.join('/')}`;

/** Collects nodes and edges, each once, in the order in which they first come. */
export class GraphBuilder {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #edges = new Map<string, GraphEdge>();

  /** Adds a node, or fills in what was only referred to so far. Answers its id. */
  node(node: GraphNode): string {
    const known = this.#nodes.get(node.id);
    if (known === undefined) this.#nodes.set(node.id, { ...node });
    else if (known.sequence === undefined) Object.assign(known, node);
    return node.id;
  }

  /** Says what became of a node later on. */
  status(id: string, status: string): void {
    const node = this.#nodes.get(id);
    if (node !== undefined) node.status = status;
  }

  edge(from: string, to: string, type: EdgeType): void {
    const key = JSON.stringify([from, to, type]);
    if (!this.#edges.has(key)) this.#edges.set(key, { from, to, type });
  }

  has(id: string): boolean {
    return this.#nodes.has(id);
  }

  get size(): number {
    return this.#nodes.size;
  }

  build(): Graph {
    return { nodes: [...this.#nodes.values()], edges: [...this.#edges.values()] };
  }
}
