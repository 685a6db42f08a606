import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withoutUndefined } from '../../src/json/without-undefined.ts';
import type { TraceQuery } from '../../src/replay/event-index.ts';
import type { StoreBench } from './conformance.ts';
import { GroupMaker } from './group-maker.ts';

export function describeLongLists(bench: StoreBench): void {
  /** Events of one group, so that a few groups reach as far as thousands do. */
  const LONG = 3_000;
  const some = <T>(values: T[]): fc.Arbitrary<T | undefined> => fc.constantFrom(undefined, ...values);
  const anyDecision = fc.record({
    trace_id: fc.constantFrom('t0', 't1', 't2', 't3', 't4', 't5'),
    tenant_id: fc.constantFrom('acme', 'globex'),
    agent_id: fc.constantFrom('a', 'b', 'a"b', '\\', 'é'),
    tool: fc.constantFrom('read', 'pay', '"'),
    decision: fc.constantFrom('allow', 'block', 'require_approval'),
    lowest_trust: fc.constantFrom('trusted', 'external', 'unverified'),
  });
  const anyQuery = fc.record({
    tenant_id: some(['acme', 'globex', 'none']),
    agent_id: some(['a', 'b', 'a"b', '"', '\\', 'é', 'none']),
    tool_name: some(['read', 'pay', '"', 'none']),
    decision: some(['allow', 'block', 'require_approval']),
    trust_level: some(['trusted', 'external', 'unverified']),
  });

  it('are as a scan over all would give them, however far apart what they show is', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyDecision, { maxLength: 4 }), { minLength: 1, maxLength: 5 }),
        fc.array(anyQuery, { minLength: 5, maxLength: 10 }),
        fc.integer({ min: 1, max: 4 }),
        async (batches, queries, limit) => {
          await bench.store.clearProjection();
          const log = new GroupMaker();
          for (const batch of batches) {
            await bench.store.commit(
              batch.map(({ tool, decision, lowest_trust, ...context }) => {
                const filler = Array.from({ length: LONG - 1 }, () => ({
                  event_type: 'plan_received' as const,
                }));
                const made = { event_type: 'decision_made' as const, decision, payload: { tools: [tool] } };
                const own = { ...context, trace_id: `${context.tenant_id}-${context.trace_id}` };
                return log.next({ ...own, provenance: { lowest_trust } }, [...filler, made]);
              }),
            );
          }
          const decisions = batches.flat();
          for (const query of queries) {
            const given = withoutUndefined(query) as Partial<TraceQuery>;
            expect(await allTraces(given, limit)).toEqual(scannedTraces(decisions, given));
            const { tenant_id, agent_id } = given;
            const spans = await bench.store.spans({
              limit: 1_000,
              ...withoutUndefined({ tenant_id, agent_id }),
            });
            const expected = decisions.flatMap((each, index) =>
              (tenant_id ?? each.tenant_id) === each.tenant_id &&
              (agent_id ?? each.agent_id) === each.agent_id
                ? [index * LONG]
                : [],
            );
            expect(spans.map(({ first_sequence }) => first_sequence)).toEqual(expected.reverse());
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('lose nothing where there are more agents and tools than are kept of a stretch', async () => {
    const { store, log } = bench;
    const names = Array.from({ length: 700 }, (_, index) => `agent-${index}`);
    await store.commit(
      names.map((agent_id) =>
        log.decision({ trace_id: `of-${agent_id}`, agent_id }, { payload: { tools: [`tool-${agent_id}`] } }),
      ),
    );
    for (const name of ['agent-0', 'agent-255', 'agent-256', 'agent-699']) {
      for (const query of [{ agent_id: name }, { tool_name: `tool-${name}` }])
        expect((await store.traces({ ...query, limit: 5 })).items).toMatchObject([
          { trace_id: `of-${name}` },
        ]);
    }
    expect((await store.traces({ agent_id: 'agent-700', limit: 5 })).items).toEqual([]);
  });

  type Decision = typeof anyDecision extends fc.Arbitrary<infer T> ? T : never;

  async function allTraces(query: Partial<TraceQuery>, limit: number): Promise<string[]> {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await bench.store.traces({ ...query, limit, ...withoutUndefined({ cursor }) });
      found.push(...page.items.map(({ trace_id }) => trace_id));
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    return found;
  }

  function scannedTraces(decisions: readonly Decision[], query: Partial<TraceQuery>): string[] {
    const byTrace = Map.groupBy(decisions, ({ tenant_id, trace_id }) => `${tenant_id}-${trace_id}`);
    const levels = ['trusted', 'external', 'unverified'];
    const lowest = (own: readonly Decision[]) =>
      levels.findLast((level) => own.some(({ lowest_trust }) => lowest_trust === level));
    const isMeant = (own: readonly Decision[]) =>
      own.some(({ tenant_id }) => tenant_id === (query.tenant_id ?? tenant_id)) &&
      own.some(({ agent_id }) => agent_id === (query.agent_id ?? agent_id)) &&
      own.some(({ tool }) => tool === (query.tool_name ?? tool)) &&
      own.some(({ decision }) => decision === (query.decision ?? decision)) &&
      lowest(own) === (query.trust_level ?? lowest(own));
    return [...byTrace].flatMap(([id, own]) => (isMeant(own) ? [id] : [])).reverse();
  }
}
