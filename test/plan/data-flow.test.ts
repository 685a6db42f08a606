import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RatedSource, type StepFlow, taintOf, traceDataFlow } from '../../src/plan/data-flow.ts';
import { normalizePlan } from '../../src/plan/normalize.ts';
import { SOURCE_TYPES, TRUST_LEVELS, type TrustLevel } from '../../src/plan/trust-level.ts';

/** A plan to follow: what each step reads, by index and always of earlier steps, and what its own sources are worth. */
type Sketch = {
  steps: { reads: number[]; waits: number[]; tool: TrustLevel; sources: RatedSource[] | undefined }[];
  sources: RatedSource[];
  /** True where the plan lists its steps last to first. */
  isBackwards: boolean;
};

/** The same rule, said in numbers: the higher, the less it is worth. */
const rankOf = (level: TrustLevel): number => TRUST_LEVELS.indexOf(level);
const levelOf = (rank: number): TrustLevel => TRUST_LEVELS[rank] ?? 'unverified';
const worst = (ranks: readonly number[]): number => (ranks.length === 0 ? 3 : Math.max(...ranks));

function flowOf(sketch: Sketch): Map<string, StepFlow> & { lowest?: TrustLevel } {
  const steps = sketch.steps.map(({ reads, waits, tool }, index) => ({
    step_id: `s${index}`,
    tool_name: `${tool}-tool`,
    depends_on: waits.map((wait) => `s${wait}`),
    arguments: { list: reads.map((read) => ({ $from: `s${read}` })), literal: 'x' },
  }));
  const submitted = { agent: { agent_id: 'a' }, steps: sketch.isBackwards ? steps.toReversed() : steps };
  const { plan, graph } = normalizePlan(submitted, { newId: (prefix) => prefix });
  const own = sketch.steps.flatMap(({ sources }, index) =>
    sources ? [[`s${index}`, sources] as const] : [],
  );
  const rated = { plan: sketch.sources, steps: Object.fromEntries(own) };
  const flow = traceDataFlow(plan, graph, rated, (tool) => tool.replace('-tool', '') as TrustLevel);
  const entries = plan.steps.map((step, index) => {
    const of = flow.steps[index];
    if (of === undefined) throw new Error(`nothing is said of ${step.step_id}`);
    return [step.step_id, of] as const;
  });
  return Object.assign(new Map(entries), { lowest: flow.lowest_trust });
}

/** A naive fixpoint: everything is worth the most it can be until nothing more falls. */
function naiveRanks({ steps, sources }: Sketch): number[] {
  const own = steps.map((step) =>
    worst([...sources, ...(step.sources ?? [])].map((source) => rankOf(source.trust_level))),
  );
  const ranks = steps.map(() => 0);
  let isChanged = true;
  while (isChanged) {
    isChanged = false;
    for (const [index, { reads }] of steps.entries()) {
      const inflows = reads.map((read) =>
        Math.max(ranks[read] ?? 3, rankOf(steps[read]?.tool ?? 'unverified')),
      );
      const rank = Math.max(own[index] ?? 3, ...inflows);
      if (rank === ranks[index]) continue;
      ranks[index] = rank;
      isChanged = true;
    }
  }
  return ranks;
}

describe('traceDataFlow', () => {
  it('agrees with a naive fixpoint on what every step and the plan are worth', () => {
    fc.assert(
      fc.property(anySketch(), (sketch) => {
        const flow = flowOf(sketch);
        const ranks = naiveRanks(sketch);
        for (const [index, rank] of ranks.entries()) {
          expect(flow.get(`s${index}`)?.lowest_trust).toBe(levelOf(rank));
        }
        expect(flow.lowest).toBe(levelOf(worst(ranks)));
      }),
      { numRuns: 500 },
    );
  });

  it('says of every inflow where it stands and what it is worth', () => {
    fc.assert(
      fc.property(anySketch(), (sketch) => {
        const flow = flowOf(sketch);
        const ranks = naiveRanks(sketch);
        for (const [index, { reads }] of sketch.steps.entries()) {
          const inflows = reads.map((read, position) => ({
            pointer: `/list/${position}`,
            from: `s${read}`,
            trust_level: levelOf(
              Math.max(ranks[read] ?? 3, rankOf(sketch.steps[read]?.tool ?? 'unverified')),
            ),
          }));
          expect(flow.get(`s${index}`)?.inflows).toEqual(inflows);
        }
      }),
    );
  });

  it('says of every step what its own sources are worth, and of which types they are, once each', () => {
    fc.assert(
      fc.property(anySketch(), (sketch) => {
        const flow = flowOf(sketch);
        for (const [index, step] of sketch.steps.entries()) {
          const sources = [...sketch.sources, ...(step.sources ?? [])];
          const own = worst(sources.map((source) => rankOf(source.trust_level)));
          expect(flow.get(`s${index}`)).toMatchObject({
            own_trust: levelOf(own),
            source_types: [...new Set(sources.map((source) => source.source_type))],
          });
        }
      }),
    );
  });

  it('lets no trust fall through waiting alone', () => {
    const trusted: RatedSource[] = [{ source_type: 'user_prompt', trust_level: 'trusted' }];
    const low = { reads: [], waits: [], tool: 'unverified' as const, sources: [] };
    const waiting = { reads: [], waits: [0], tool: 'trusted' as const, sources: trusted };
    const flow = flowOf({ steps: [low, waiting], sources: [], isBackwards: false });
    expect(flow.get('s1')?.lowest_trust).toBe('trusted');
    expect(flow.lowest).toBe('unverified');
  });

  describe('of a source that flows into arguments', () => {
    const quoting = (extra: object, own: readonly RatedSource[], ofPlan: readonly RatedSource[]) => {
      const page = { source_type: 'retrieval_chunk', flows_into: ['/body'] };
      const step = {
        step_id: 's1',
        tool_name: 'mail',
        arguments: { to: 'a', body: 'b' },
        provenance: [page],
      };
      const next = { step_id: 's2', tool_name: 'mail', arguments: { to: { $from: 's1' } } };
      const submitted = { agent: { agent_id: 'a' }, steps: [{ ...step, ...extra }, next] };
      const { plan, graph } = normalizePlan(submitted, { newId: (prefix) => prefix });
      const flow = traceDataFlow(plan, graph, { plan: ofPlan, steps: { s1: own } }, () => 'trusted');
      const [first, second] = flow.steps as [StepFlow, StepFlow];
      return { first, second };
    };
    const user: RatedSource[] = [{ source_type: 'user_prompt', trust_level: 'trusted' }];
    const page: RatedSource = { source_type: 'retrieval_chunk', trust_level: 'external' };

    it('lowers those arguments, the step and what flows on, but not its instructions', () => {
      const { first, second } = quoting({}, [page], user);
      expect(first).toMatchObject({ own_trust: 'trusted', lowest_trust: 'external' });
      expect([taintOf(first, '/to'), taintOf(first, '/body')]).toEqual(['trusted', 'external']);
      expect([second.lowest_trust, taintOf(second, '/to')]).toEqual(['external', 'external']);
    });

    it('vouches for no step that nothing else told to be', () => {
      expect(quoting({}, [page], []).first.own_trust).toBe('unverified');
    });

    it('leaves the others of the step as instructions', () => {
      const provenance = [
        { source_type: 'retrieval_chunk', flows_into: ['/body'] },
        { source_type: 'agent_message' },
      ];
      const told: RatedSource = { source_type: 'agent_message', trust_level: 'internal' };
      const { first } = quoting({ provenance }, [page, told], user);
      expect([first.own_trust, taintOf(first, '/to'), first.lowest_trust]).toEqual([
        'internal',
        'internal',
        'external',
      ]);
    });

    it.each(['/boddy', 'body', '/body/0', '/constructor'])(
      'refuses a pointer that leads nowhere: %s',
      (pointer) => {
        const provenance = [{ source_type: 'retrieval_chunk', flows_into: [pointer] }];
        expect(() => quoting({ provenance }, [page], user)).toThrow(
          expect.objectContaining({
            errors: [expect.objectContaining({ pointer: '/steps/0/provenance/0/flows_into/0' })],
          }),
        );
      },
    );
  });

  it('calls a plan without any provenance unverified', () => {
    const flow = flowOf({
      steps: [{ reads: [], waits: [], tool: 'trusted', sources: undefined }],
      sources: [],
      isBackwards: false,
    });
    expect(flow.get('s0')).toMatchObject({ lowest_trust: 'unverified', source_types: [] });
  });

  // Steps without sources of their own are looked up in a plain object, which has members that nobody put there.
  it.each(['constructor', 'toString', 'valueOf'])('judges a step that is called %s by the plan', (id) => {
    const submitted = { agent: { agent_id: 'a' }, steps: [{ step_id: id, tool_name: 'read' }] };
    const { plan, graph } = normalizePlan(submitted, { newId: (prefix) => prefix });
    const rated = { plan: [{ source_type: 'memory', trust_level: 'internal' } as const], steps: {} };
    expect(traceDataFlow(plan, graph, rated, () => 'trusted').lowest_trust).toBe('internal');
  });
});

describe('taintOf', () => {
  const inflows: StepFlow['inflows'] = [
    { pointer: '/a', from: 's1', trust_level: 'external' },
    { pointer: '/list/1', from: 's2', trust_level: 'unverified' },
    { pointer: '/ab/c', from: 's3', trust_level: 'external' },
    { pointer: '/rows/2/to', from: 's3', trust_level: 'external' },
    { pointer: '/grid/1/7/name', from: 's3', trust_level: 'unverified' },
  ];
  const flow: StepFlow = {
    own_trust: 'internal',
    lowest_trust: 'unverified',
    source_types: [],
    inflows,
    quotes: [{ pointer: '/note', source_type: 'retrieval_chunk', trust_level: 'external' }],
  };

  it.each<[pointer: string, taint: TrustLevel]>([
    ['', 'unverified'],
    ['/a', 'external'],
    ['/a/deep/er', 'external'],
    ['/list', 'unverified'],
    ['/li', 'internal'],
    ['/list/1', 'unverified'],
    ['/list/1/x', 'unverified'],
    ['/list/10', 'internal'],
    ['/list/0', 'internal'],
    ['/ab', 'external'],
    ['/ab/cd', 'internal'],
    ['/abc', 'internal'],
    ['/other', 'internal'],
    ['/note', 'external'],
    ['/notes', 'internal'],
    ['/list/x', 'unverified'],
    ['/rows/to', 'external'],
    ['/rows/to/name', 'external'],
    ['/rows', 'external'],
    ['/rows/0', 'internal'],
    ['/rows/2', 'external'],
    ['/rows/2/to', 'external'],
    ['/rows/2/cc', 'internal'],
    ['/rows/cc', 'internal'],
    ['/grid/name', 'unverified'],
    ['/grid/1/name', 'unverified'],
    ['/grid/0/name', 'internal'],
  ])('says what stands at, in or above %j is worth', (pointer, taint) => {
    expect(taintOf(flow, pointer)).toBe(taint);
  });

  it('says of arguments that are one reference what flows through it', () => {
    const whole = [{ pointer: '', from: 's1', trust_level: 'external' as const }];
    expect(taintOf({ ...flow, inflows: whole }, '/any/thing')).toBe('external');
  });
});

function anySketch(): fc.Arbitrary<Sketch> {
  const sources = fc.array(
    fc.record({
      source_type: fc.constantFrom(...SOURCE_TYPES),
      trust_level: anyLevel(),
    }),
    { maxLength: 3 },
  );
  const links = fc.array(fc.nat(100), { maxLength: 3 });
  const step = fc.record({
    reads: links,
    waits: links,
    tool: anyLevel(),
    sources: fc.option(sources, { nil: undefined }),
  });
  // A step reads of earlier ones only; the first of nobody.
  const earlier = (at: number) => (links: number[]) => (at === 0 ? [] : links.map((link) => link % at));
  return fc
    .record({ steps: fc.array(step, { minLength: 1, maxLength: 7 }), sources, isBackwards: fc.boolean() })
    .map(({ steps, ...rest }) => ({
      ...rest,
      steps: steps.map((made, at) => ({
        ...made,
        reads: earlier(at)(made.reads),
        waits: earlier(at)(made.waits),
      })),
    }));
}

/** Mostly high, so that the lowest is often told by one place alone. */
function anyLevel(): fc.Arbitrary<TrustLevel> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('trusted', 'internal') },
    { weight: 1, arbitrary: fc.constantFrom(...TRUST_LEVELS) },
  );
}
