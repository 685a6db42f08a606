import type { Plan } from './plan.ts';
import { findReferences, type Reference } from './references.ts';

/** No tool call is put together from more. Every condition has to look at each of them. */
const MAX_REFERENCES = 1_000;

/** The steps of a plan as a graph. */
export type PlanGraph = {
  /** Step indexes, each after all it depends on; those that depend on nothing are in the plan's own order. */
  order: number[];
  /** By step index: the references in its arguments. */
  references: Reference[][];
};

/**
 * Builds the step graph. Problems (unknown steps, a cycle, a malformed reference) come back with their JSON pointers
 * into the plan; the graph is only meaningful where there are none.
 */
export function planGraph(steps: Plan['steps']): {
  graph: PlanGraph;
  problems: { pointer: string; message: string }[];
} {
  const indexOf = new Map<string, number>();
  for (let index = 0; index < steps.length; index += 1) indexOf.set(steps[index]?.step_id ?? '', index);
  const problems: { pointer: string; message: string }[] = [];
  const references = steps.map((step, index) => referencesOf(step, index, indexOf, problems));
  const needs = steps.map((step, index) => needsOf(step, index, references[index] ?? [], indexOf, problems));
  const order = topologicalOrder(needs);
  if (order.length < steps.length && problems.length === 0) {
    const inCycle = stepOnCycle(needs, order);
    problems.push({
      pointer: `/steps/${inCycle}`,
      message: `step "${steps[inCycle]?.step_id}" depends on itself through a cycle`,
    });
  }
  return { graph: { order, references }, problems };
}

function referencesOf(
  step: Plan['steps'][number],
  index: number,
  indexOf: ReadonlyMap<string, number>,
  problems: { pointer: string; message: string }[],
): Reference[] {
  const found = findReferences(step.arguments);
  if (found.references.length > MAX_REFERENCES) {
    const message = `a step may refer to others ${MAX_REFERENCES} times, and this one does so ${found.references.length} times`;
    problems.push({ pointer: `/steps/${index}/arguments`, message });
    return [];
  }
  for (const problem of found.problems) {
    problems.push({ pointer: `/steps/${index}/arguments${problem.pointer}`, message: problem.message });
  }
  for (const reference of found.references) {
    if (!indexOf.has(reference.from)) {
      const pointer = `/steps/${index}/arguments${reference.pointer}/$from`;
      problems.push({ pointer, message: `no step of this plan is called "${reference.from}"` });
    }
  }
  return found.references;
}

const NOTHING: ReadonlySet<number> = new Set();

/** Indexes of the steps that must come before this one. */
function needsOf(
  step: Plan['steps'][number],
  index: number,
  references: readonly Reference[],
  indexOf: ReadonlyMap<string, number>,
  problems: { pointer: string; message: string }[],
): ReadonlySet<number> {
  if (step.depends_on.length === 0 && references.length === 0) return NOTHING;
  const needs = new Set<number>();
  for (const [position, needed] of step.depends_on.entries()) {
    const at = indexOf.get(needed);
    if (at === undefined) {
      const pointer = `/steps/${index}/depends_on/${position}`;
      problems.push({ pointer, message: `no step of this plan is called "${needed}"` });
    } else needs.add(at);
  }
  for (const reference of references) {
    const at = indexOf.get(reference.from);
    if (at !== undefined) needs.add(at);
  }
  return needs;
}

/** A step that lies on a cycle, found by going from need to need among those without a place in `order`. */
function stepOnCycle(needs: readonly ReadonlySet<number>[], order: readonly number[]): number {
  const placed = new Set(order);
  const seen = new Set<number>();
  let at = needs.findIndex((_, index) => !placed.has(index));
  while (!seen.has(at)) {
    seen.add(at);
    for (const needed of needs[at] ?? []) if (!placed.has(needed)) at = needed;
  }
  return at;
}

/** Kahn's algorithm; what is left out of the result lies on a cycle or behind one. */
function topologicalOrder(needs: readonly ReadonlySet<number>[]): number[] {
  if (needs.every((needed) => needed.size === 0)) return needs.map((_, index) => index);
  const order: number[] = [];
  const done = new Set<number>();
  let progress = true;
  while (progress) {
    progress = false;
    for (let index = 0; index < needs.length; index += 1) {
      if (done.has(index) || ![...(needs[index] ?? [])].every((needed) => done.has(needed))) continue;
      done.add(index);
      order.push(index);
      progress = true;
    }
  }
  return order;
}
