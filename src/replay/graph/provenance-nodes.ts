import type { SourceTrust } from '../../decision/facts.ts';
import type { Source } from '../../plan/plan.ts';
import type { Submission } from '../submissions.ts';
import type { GraphBuilder, NodeIds } from './graph.ts';

/** Where the instructions of a plan and of its steps came from, and what those sources were made from. */
export function addProvenance(builder: GraphBuilder, submission: Submission, idOf: NodeIds): void {
  const { key, plan, trust, received } = submission;
  const named = new Map<string, string[]>();
  const derived: { id: string; from: readonly string[] }[] = [];
  const add = (source: Source, fact: SourceTrust | undefined, place: string[]): string => {
    const id = idOf('source', source.source_type, ...nameOf(source, place));
    builder.node({
      ...{ id, type: 'source', sequence: received.sequence },
      label: [source.source_type, source.source_name].filter((part) => part !== undefined).join(' '),
      status: fact?.trust_level ?? 'unverified',
    });
    for (const name of [source.source_name, source.content_hash]) {
      if (name !== undefined) named.set(name, [...(named.get(name) ?? []), id]);
    }
    if (source.derived_from !== undefined) derived.push({ id, from: source.derived_from });
    return id;
  };
  for (const [index, source] of plan.provenance.entries()) {
    builder.edge(add(source, trust.plan[index], [key, String(index)]), idOf('plan', key), 'instructs');
  }
  for (const { step_id, provenance } of plan.steps) {
    for (const [index, source] of provenance.entries()) {
      const id = add(source, trust.steps[step_id]?.[index], [key, step_id, String(index)]);
      builder.edge(id, idOf('step', key, step_id), 'instructs');
    }
  }
  for (const { id, from } of derived) {
    for (const origin of from.flatMap((name) => named.get(name) ?? [])) {
      if (origin !== id) builder.edge(origin, id, 'derived');
    }
  }
}

/** A source with a name is one node wherever it is named; one without is told by its content, or by its place. */
function nameOf({ source_name, content_hash }: Source, place: string[]): string[] {
  if (source_name !== undefined) return [encodeURIComponent(source_name)];
  return content_hash === undefined ? place : [content_hash];
}
