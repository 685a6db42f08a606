import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutUndefined } from '../../src/json/without-undefined.ts';
import { MAX_LISTED_PLANS, type PlanQuery, type TraceQuery } from '../../src/replay/event-index.ts';
import type { StoreBench } from './conformance.ts';
import { describeLongLists } from './conformance-long-lists.ts';
import { GroupMaker, hashOf, timeOf } from './group-maker.ts';

export function describeIndex(bench: StoreBench): void {
  describe('trace', () => describeTrace(bench));
  describe('list of traces', () => describeTraceList(bench));
  describe('long lists', () => describeLongLists(bench));
  describe('spans', () => describeSpans(bench));
}

function describeTrace(bench: StoreBench): void {
  it('shows the latest decision, all tools and all plans', async () => {
    const { store, log } = bench;
    const provenance = { lowest_trust: 'external' };
    await store.commit([
      log.decision(
        { trace_id: 't1', execution_plan_id: 'p1', provenance },
        {
          decision: 'require_approval',
          reason: 'r1',
          control: 'policy',
          payload: { tools: ['a', 'b', 'a'] },
        },
      ),
      log.next({ trace_id: 't1', tenant_id: 'acme' }, [
        { event_type: 'approval_granted', payload: grant('apr-1') },
      ]),
      log.decision(
        { trace_id: 't1', execution_plan_id: 'p2', provenance },
        { payload: { tools: ['c', 'a'], correlation_id: 'cid', session_id: 's' } },
      ),
    ]);
    expect(await store.trace('t1')).toEqual({
      trace_id: 't1',
      tenant_id: 'acme',
      agent_id: 'agent-1',
      started_at: timeOf(0),
      ended_at: timeOf(2),
      event_count: 5,
      final_decision: 'allow',
      reason: 'allowed',
      control: 'none',
      lowest_trust: 'external',
      tools: ['a', 'b', 'c'],
      decisions: ['require_approval', 'allow'],
      agent_ids: ['agent-1'],
      execution_plan_ids: ['p1', 'p2'],
      correlation_id: 'cid',
      session_id: 's',
      head: { trace_sequence: 4, hash: hashOf(4) },
    });
  });

  it('is not hidden by what comes after: a harmless plan, a dry run, another agent', async () => {
    const { store, log } = bench;
    const trusted = { trace_id: 't1', provenance: { lowest_trust: 'trusted' } };
    await store.commit([
      log.decision(
        { trace_id: 't1', agent_id: 'agent-1', provenance: { lowest_trust: 'unverified' } },
        { decision: 'block', reason: 'untrusted' },
      ),
      log.decision({ ...trusted, agent_id: 'agent-2' }, { payload: { mode: 'enforce' } }),
      log.decision(trusted, { decision: 'require_approval', payload: { mode: 'dry_run' } }),
    ]);
    expect(await store.trace('t1')).toMatchObject({
      final_decision: 'allow',
      lowest_trust: 'unverified',
      decisions: ['block', 'allow'],
      agent_ids: ['agent-1', 'agent-2'],
    });
    for (const filter of [{ decision: 'block' }, { agent_id: 'agent-1' }, { trust_level: 'unverified' }]) {
      expect((await store.traces({ ...filter, limit: 10 })).items).toHaveLength(1);
    }
    expect((await store.traces({ decision: 'require_approval', limit: 10 })).items).toEqual([]);
  });

  it('names no more plans than a list can show, however many there are', async () => {
    const { store, log } = bench;
    const ids = Array.from({ length: MAX_LISTED_PLANS + 3 }, (_, index) => `p${index}`);
    await store.commit(ids.map((id) => log.decision({ trace_id: 't1', execution_plan_id: id })));
    const trace = await store.trace('t1');
    expect(trace?.execution_plan_ids).toEqual(ids.slice(0, MAX_LISTED_PLANS));
    expect(trace?.event_count).toBe(2 * ids.length);
    expect(await store.spansOfTrace('t1', 0, 100)).toHaveLength(ids.length);
  });

  it('is there without a decision', async () => {
    const { store, log } = bench;
    await store.commit([log.next({ trace_id: 't1' }, [{ event_type: 'access_denied' }])]);
    const trace = await store.trace('t1');
    expect(trace).toMatchObject({ tools: [], execution_plan_ids: [], event_count: 1 });
    expect(trace).not.toHaveProperty('final_decision');
  });

  it('belongs to the tenant that used it first', async () => {
    const { store, log } = bench;
    await store.commit([
      log.decision({ trace_id: 't1', tenant_id: 'acme' }),
      log.decision({ trace_id: 't1', tenant_id: 'globex' }),
    ]);
    expect(await store.traceState('t1')).toEqual({
      tenant_id: 'acme',
      head: { trace_sequence: 3, hash: hashOf(3) },
    });
    expect(await store.traceState('t2')).toBeUndefined();
    // A group that counts the trace from zero again, as the log of another instance would.
    await store.commit([{ ...log.decision({ trace_id: 't1', tenant_id: 'globex' }), trace_sequence: 1 }]);
    expect((await store.traceState('t1'))?.tenant_id).toBe('acme');
    expect((await store.spansOfTrace('t1', 0, 10)).map((span) => span.first_sequence)).toEqual([0, 2, 4]);
  });
}

function grant(approvalId: string): Record<string, unknown> {
  return { approval_id: approvalId, by: 'ann', at: timeOf(0), granted_by: [], status: 'approved' };
}

function describeTraceList(bench: StoreBench): void {
  const ids = async (query: Partial<TraceQuery>): Promise<string[]> => {
    const { items } = await bench.store.traces({ limit: 100, ...query });
    return items.map((item) => item.trace_id);
  };

  it('pages newest first, without loss or repeat', async () => {
    const { store, log } = bench;
    const names = Array.from({ length: 23 }, (_, index) => `t${index}`);
    await store.commit(names.map((trace_id) => log.decision({ trace_id })));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.traces({ limit: 5, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map((item) => item.trace_id));
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(names.toReversed());
  });

  it.each(['', 'x', 'bm90IGpzb24', Buffer.from('["a"]').toString('base64url')])(
    'refuses the cursor %j',
    async (cursor) => {
      await expect(bench.store.traces({ limit: 5, cursor })).rejects.toMatchObject({
        code: 'invalid_cursor',
      });
    },
  );

  it('filters', async () => {
    const { store, log } = bench;
    await store.commit([
      log.decision({ trace_id: 't1' }, { payload: { tools: ['mail.send', 'x,y'], correlation_id: 'c1' } }),
      log.decision({ trace_id: 't2', agent_id: 'agent-2' }, { decision: 'block', reason: 'default_block' }),
      log.decision({ trace_id: 't3', tenant_id: 'globex', provenance: { lowest_trust: 'unverified' } }),
      log.decision({ trace_id: '100%_\\' }, { payload: { tools: ['Transfer'] } }),
    ]);
    expect(await ids({ decision: 'block' })).toEqual(['t2']);
    expect(await ids({ agent_id: 'agent-2' })).toEqual(['t2']);
    expect(await ids({ tenant_id: 'globex' })).toEqual(['t3']);
    expect(await ids({ trust_level: 'unverified' })).toEqual(['t3']);
    expect(await ids({ correlation_id: 'c1' })).toEqual(['t1']);
    expect(await ids({ tool_name: 'mail.send' })).toEqual(['t1']);
    expect(await ids({ tool_name: 'mail' })).toEqual([]);
    expect(await ids({ tool_name: ',' })).toEqual([]);
    expect(await ids({ from: timeOf(1), to: timeOf(3) })).toEqual(['t3', 't2']);
    expect(await ids({ from: timeOf(9) })).toEqual([]);
  });

  it('cuts by time exactly as a scan over all would', async () => {
    const { store, log } = bench;
    const groups = Array.from({ length: 40 }, (_, index) => log.decision({ trace_id: `t${index}` }));
    // Groups that share a millisecond, as a busy log has them.
    for (const [index, group] of groups.entries()) group.timestamp = timeOf(Math.floor(index / 3));
    await store.commit(groups);
    const instant = fc.integer({ min: -1, max: 15 }).map(timeOf);
    await fc.assert(
      fc.asyncProperty(instant, instant, async (from, to) => {
        const expected = groups.filter((group) => group.timestamp >= from && group.timestamp < to);
        expect(await ids({ from, to })).toEqual(expected.map((group) => group.context.trace_id).reverse());
      }),
      { numRuns: 50 },
    );
  });
}

function describeSpans(bench: StoreBench): void {
  it('gives the spans of a trace in order, and none of another', async () => {
    const { store, log } = bench;
    await store.commit([
      log.decision({ trace_id: 't1' }),
      log.decision({ trace_id: 't2' }),
      log.decision({ trace_id: 't1' }),
      log.next({}, [{ event_type: 'gateway_stopped' }]),
      log.decision({ trace_id: 't1' }),
    ]);
    const spans = await store.spansOfTrace('t1', 0, 10);
    expect(spans.map((span) => [span.first_sequence, span.offset, span.bytes])).toEqual([
      [0, 0, 200],
      [4, 400, 200],
      [7, 700, 200],
    ]);
    expect(await store.spansOfTrace('t1', 4, 1)).toEqual([spans[1]]);
    expect(await store.spansOfTrace('t3', 0, 10)).toEqual([]);
  });

  it('finds where a plan was decided by its id, in its tenant', async () => {
    const { store, log } = bench;
    const plan = { trace_id: 't1', execution_plan_id: 'p1' };
    await store.commit([
      log.decision(plan, { decision: 'require_approval' }),
      log.next({ ...plan, tenant_id: 'acme' }, [{ event_type: 'gateway_started' }]),
      log.decision(plan),
      log.decision({ ...plan, trace_id: 't2', tenant_id: 'globex' }),
    ]);
    const found = async (query: Partial<PlanQuery>): Promise<number | undefined> =>
      (await store.decisionInForce({ execution_plan_id: 'p1', tenant_id: 'acme', ...query }))?.span
        .first_sequence;
    expect(await found({})).toBe(3);
    expect(await found({ tenant_id: '*' })).toBe(5);
    expect(await found({ tenant_id: 'nobody' })).toBeUndefined();
    expect(await found({ execution_plan_id: 'p2' })).toBeUndefined();
  });

  it('finds every decision on a plan id in one trace, newest first, and says where there are more', async () => {
    const { store, log } = bench;
    const plan = { trace_id: 't1', execution_plan_id: 'p1' };
    await store.commit([
      log.decision(plan, { decision: 'block' }),
      log.decision({ ...plan, trace_id: 't2' }),
      log.decision(plan),
      log.decision({ ...plan, execution_plan_id: 'p2' }),
      log.decision(plan, { payload: { mode: 'dry_run' } }),
    ]);
    const firsts = async (given: object = {}) => {
      const { spans, isAll } = await store.decisionsInTrace({ ...plan, ...given });
      return [spans.map((span) => span.first_sequence), isAll];
    };
    expect(await firsts()).toEqual([[4, 0], true]);
    expect(await firsts({ trace_id: 't2' })).toEqual([[2], true]);
    expect(await firsts({ execution_plan_id: 'p3' })).toEqual([[], true]);
    await store.commit(Array.from({ length: 20 }, () => log.decision(plan)));
    const { spans, isAll } = await store.decisionsInTrace(plan);
    expect([spans.length, isAll]).toEqual([20, false]);
    await store.commit(Array.from({ length: 1_000 }, () => log.decision({ ...plan, trace_id: 't3' })));
    expect(await firsts({ trace_id: 't2' })).toEqual([[], false]);
  });

  it('finds the decision in force as a look at all would, however often a plan is sent', async () => {
    const { store } = bench;
    const log = new GroupMaker();
    const decisions = ['allow', 'block', 'require_approval'] as const;
    const pick = fc.record({
      decision: fc.constantFrom(...decisions),
      mode: fc.constantFrom('enforce', 'enforce', 'dry_run'),
      agent_id: fc.constantFrom('a1', 'a2'),
      tenant_id: fc.constantFrom('acme', 'globex'),
      execution_plan_id: fc.constantFrom('p1', 'p2'),
    });
    const sent = fc.sample(pick, { numRuns: 120, seed: 11 });
    const groups = sent.map(({ decision, mode, ...context }) =>
      log.decision({ trace_id: `t-${context.tenant_id}`, ...context }, { decision, payload: { mode } }),
    );
    await store.commit(groups);
    for (const agent_id of ['a1', 'a2', undefined]) {
      for (const tenant_id of ['acme', 'globex', '*']) {
        for (const after_sequence of [undefined, 0, 60, 170, 10_000]) {
          const query = {
            execution_plan_id: 'p1',
            tenant_id,
            ...withoutUndefined({ after_sequence, agent_id }),
          };
          const meant = groups.filter((group, index) => {
            const plan = sent[index];
            return (
              plan?.mode === 'enforce' &&
              plan.execution_plan_id === 'p1' &&
              (tenant_id === '*' || plan.tenant_id === tenant_id) &&
              (agent_id === undefined || plan.agent_id === agent_id) &&
              group.first_sequence > (after_sequence ?? -1)
            );
          });
          const allowed = meant.filter((group) => sent[groups.indexOf(group)]?.decision === 'allow');
          const expected = (allowed.at(-1) ?? meant.at(-1))?.first_sequence;
          const found = await store.decisionInForce(query);
          expect(found?.span.first_sequence).toBe(expected);
          const agent = groups.find((group) => group.first_sequence === expected)?.context.agent_id;
          const ofAgent = meant.filter((group) => group.context.agent_id === agent);
          expect(found?.latest_sequence).toBe(ofAgent.at(-1)?.last_sequence);
        }
      }
    }
  });

  it('lists as a scan over all would, whatever the filters', async () => {
    const { store } = bench;
    const log = new GroupMaker();
    const some = <T>(values: T[]): fc.Arbitrary<T | undefined> => fc.constantFrom(undefined, ...values);
    const trace = some(['t0', 't1', 't2']);
    const groups = fc.sample(trace, { numRuns: 30, seed: 7 }).map((trace_id, index) => {
      const context = { tenant_id: index % 3 === 0 ? 'globex' : 'acme', agent_id: `agent-${index % 2}` };
      const made = trace_id === 't2' ? { payload: { correlation_id: 'c' } } : {};
      return log.decision({ ...context, ...(trace_id === undefined ? {} : { trace_id }) }, made);
    });
    await store.commit(groups);
    const query = fc.record({
      tenant_id: some(['acme', 'globex']),
      agent_id: some(['agent-0', 'agent-1']),
      trace_id: trace,
      correlation_id: some(['c', 'd']),
      before_sequence: some([0, 13, 40]),
      limit: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(
        query,
        async ({ limit, before_sequence: before, correlation_id: correlation, ...context }) => {
          const expected = groups
            .filter((group) => before === undefined || group.first_sequence < before)
            .filter(
              (group) =>
                correlation === undefined || (correlation === 'c' && group.context.trace_id === 't2'),
            )
            .filter(({ context: own }) =>
              (['tenant_id', 'agent_id', 'trace_id'] as const).every(
                (name) => context[name] === undefined || own[name] === context[name],
              ),
            )
            .map((group) => group.first_sequence)
            .reverse()
            .slice(0, limit);
          const given = { ...context, before_sequence: before, correlation_id: correlation };
          const present = Object.fromEntries(
            Object.entries(given).filter(([, value]) => value !== undefined),
          );
          const spans = await store.spans({ limit, ...present });
          expect(spans.map((span) => span.first_sequence)).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });
}
