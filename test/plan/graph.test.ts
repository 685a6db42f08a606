import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { planGraph } from '../../src/plan/graph.ts';
import type { Step } from '../../src/plan/plan.ts';

function step(id: string, depends_on: string[] = [], args: JsonObject = {}): Step {
  const cost = { usd_micros: 0, tokens: 0, tool_calls: 1 };
  return { step_id: id, tool_name: 'tool', arguments: args, cost, depends_on, provenance: [] };
}

const idOf = (index: number): string => `step-${index}`;
const from = (id: string): JsonObject => ({ $from: id });

/** Which step needs which, by index: `waits` by name, `reads` through its arguments. */
type Needs = { waits: number[]; reads: number[] };

function stepsOf(needs: readonly Needs[]): Step[] {
  return needs.map(({ waits, reads }, index) => {
    const args = { list: reads.map((read) => ({ inner: from(idOf(read)) })), literal: 'x' };
    return step(idOf(index), waits.map(idOf), args);
  });
}

/** The rule written down naively: a step reaches itself along what it needs. */
function hasCycle(needs: readonly Needs[]): boolean {
  const reached = needs.map(({ waits, reads }) => new Set([...waits, ...reads]));
  for (let round = 0; round < needs.length; round += 1) {
    for (const set of reached)
      for (const next of [...set]) for (const far of reached[next] ?? []) set.add(far);
  }
  return reached.some((set, index) => set.has(index));
}

function expectInOrder(order: readonly number[], needs: readonly Needs[]): void {
  expect(order.toSorted((a, b) => a - b)).toEqual([...needs.keys()]);
  for (const [index, { waits, reads }] of needs.entries()) {
    for (const needed of [...waits, ...reads])
      expect(order.indexOf(needed)).toBeLessThan(order.indexOf(index));
  }
}

describe('the order of steps', () => {
  it('has every step once, after all that it needs, whenever there is no cycle', () => {
    fc.assert(
      fc.property(anyNeeds(), (needs) => {
        const { graph, problems } = planGraph(stepsOf(needs));
        expect(problems.length).toBe(hasCycle(needs) ? 1 : 0);
        if (problems.length === 0) expectInOrder(graph.order, needs);
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves steps that need nothing in the order of the plan', () => {
    fc.assert(
      fc.property(anyNeeds(), (needs) => {
        const { graph } = planGraph(stepsOf(needs));
        const isFree = (index: number): boolean => Object.values(needs[index] ?? {}).flat().length === 0;
        expect(graph.order.filter(isFree)).toEqual([...needs.keys()].filter(isFree));
      }),
    );
  });

  it.each<[what: string, steps: Step[], order: number[]]>([
    ['steps that need nothing', [step('c'), step('b'), step('a')], [0, 1, 2]],
    ['a chain written backwards', [step('c', ['b']), step('b', ['a']), step('a')], [2, 1, 0]],
    ['a diamond', [step('d', ['b', 'c']), step('b', ['a']), step('c', ['a']), step('a')], [3, 1, 2, 0]],
    ['a step that needs the same twice', [step('b', ['a', 'a'], from('a')), step('a')], [1, 0]],
    ['no steps', [], []],
  ])('is known of %s', (_, steps, order) => {
    expect(planGraph(steps)).toMatchObject({ graph: { order }, problems: [] });
  });
});

describe('references', () => {
  it('are found wherever they stand, in the order of the document', () => {
    const args = {
      'a/b': [1, { '~': from('a') }],
      deep: { er: { $from: 'a', path: '/x/0' } },
      text: '$from',
    };
    const { graph, problems } = planGraph([step('a'), step('b', [], args)]);
    expect(problems).toEqual([]);
    expect(graph.references).toEqual([
      [],
      [
        { pointer: '/a~1b/1/~0', from: 'a', path: '' },
        { pointer: '/deep/er', from: 'a', path: '/x/0' },
      ],
    ]);
  });

  it('are all of them, and no others', () => {
    fc.assert(
      fc.property(anyNeeds(), (needs) => {
        const { graph } = planGraph(stepsOf(needs));
        const found = graph.references.map((list) => list.map((reference) => reference.from));
        expect(found).toEqual(needs.map(({ reads }) => reads.map(idOf)));
      }),
    );
  });

  it('may be the arguments themselves', () => {
    const { graph } = planGraph([step('a'), step('b', [], from('a'))]);
    expect(graph.references[1]).toEqual([{ pointer: '', from: 'a', path: '' }]);
  });
});

describe('a plan that has no order', () => {
  it.each<[what: string, args: JsonValue, pointer: string, words: string]>([
    ['an unknown step', from('z'), '/$from', 'no step of this plan is called "z"'],
    ['an unknown step in a list', [from('z')], '/0/$from', 'no step of this plan is called "z"'],
    ['a name that objects know', from('constructor'), '/$from', 'is called "constructor"'],
    ['no name', { $from: 7 }, '/$from', 'must be the step_id'],
    ['null', { $from: null }, '/$from', 'must be the step_id'],
    ['a path that is no pointer', { $from: 'a', path: 'x' }, '/path', 'must be a JSON pointer'],
    ['a path with a bad escape', { $from: 'a', path: '/~2' }, '/path', 'must be a JSON pointer'],
    ['a path that is no text', { $from: 'a', path: 0 }, '/path', 'must be a JSON pointer'],
    ['more beside it', { $from: 'a', or: 'b' }, '', 'may only have "path" beside it, not "or"'],
  ])('is refused for a reference to %s', (_, reference, pointer, words) => {
    const { problems } = planGraph([step('a'), step('b', [], { x: reference })]);
    expect(problems.map((problem) => problem.pointer)).toEqual([`/steps/1/arguments/x${pointer}`]);
    expect(problems[0]?.message).toContain(words);
  });

  it('is refused for every step that it waits for and does not have', () => {
    const { problems } = planGraph([step('a', ['a2', 'b']), step('b', ['constructor'])]);
    expect(problems.map(({ pointer, message }) => [pointer, message])).toEqual([
      ['/steps/0/depends_on/0', 'no step of this plan is called "a2"'],
      ['/steps/1/depends_on/0', 'no step of this plan is called "constructor"'],
    ]);
  });

  it.each<[what: string, steps: Step[], id: string, at: number]>([
    ['a step that waits for itself', [step('z'), step('a', ['a'])], 'a', 1],
    ['a step that reads itself', [step('a', [], { x: from('a') })], 'a', 0],
    ['two that wait for each other', [step('a', ['b']), step('b', ['a'])], 'a', 0],
    ['one that waits and one that reads', [step('z'), step('a', ['b']), step('b', [], from('a'))], 'a', 1],
    ['one that has a step behind it', [step('a', ['b']), step('b', ['a']), step('c', ['b'])], 'a', 0],
  ])('is refused for a cycle: %s', (_, steps, id, at) => {
    expect(planGraph(steps).problems).toEqual([
      { pointer: `/steps/${at}`, message: `step "${id}" depends on itself through a cycle` },
    ]);
  });

  it('names a step of the cycle itself, not one that waits for it', () => {
    const { problems } = planGraph([step('behind', ['a']), step('a', ['b']), step('b', ['a'])]);
    expect(problems.map((problem) => problem.pointer)).toEqual(['/steps/1']);
  });
});

type Edge = { at: number; to: number; reads: boolean; dice: number };

/** Graphs with and without cycles: most edges agree with one order, and the plan lists its steps in another. */
function anyNeeds(): fc.Arbitrary<Needs[]> {
  return fc.integer({ min: 1, max: 8 }).chain((count) => {
    const places = fc.shuffledSubarray([...Array(count).keys()], { minLength: count });
    const anyEdge = fc.record<Edge>({
      at: fc.nat(count - 1),
      to: fc.nat(count - 1),
      reads: fc.boolean(),
      dice: fc.nat(19),
    });
    return fc.tuple(places, fc.array(anyEdge, { maxLength: 14 })).map(needsOf);
  });
}

function needsOf([places, edges]: [places: number[], edges: Edge[]]): Needs[] {
  const needs = places.map((): Needs => ({ waits: [], reads: [] }));
  const placeOf = (index: number): number => places[index] ?? 0;
  for (const { at, to, reads, dice } of edges) {
    const isLoose = dice === 0;
    if (at <= to && !isLoose) continue;
    needs[placeOf(at)]?.[reads ? 'reads' : 'waits'].push(placeOf(to));
  }
  return needs;
}
