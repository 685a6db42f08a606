import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommittedGroup, EventDraft } from '../../src/audit/event.ts';
import { planRef } from '../../src/budgets/plan-ref.ts';
import type { Store } from '../../src/store/store.ts';
import type { StoreHarness } from './conformance.ts';
import { AGENT, GroupMaker, timeOf } from './group-maker.ts';

const TRACES = ['t0', 't1', 't2', 't3'];
const KEYS = ['b|acme/a|total', 'b|acme/b|total'];

/** Something that happens, by its kind and a number that says to whom. */
type Happening = {
  kind:
    | ('decide' | 'settle' | 'agent' | 'source' | 'hold' | 'release' | 'ask' | 'grant' | 'reject')
    | ('publish' | 'activate' | 'schedule' | 'remember');
  which: number;
};

/** No id of an approval is ever given twice: whoever asks again for it decides instead. */
function askedOnce(all: readonly Happening[]): Happening[] {
  const asked = (which: number) => all.findIndex((one) => one.kind === 'ask' && one.which === which);
  return all.map((one, at) =>
    one.kind === 'ask' && asked(one.which) !== at ? { ...one, kind: 'decide' } : one,
  );
}

const happenings = fc
  .array(
    fc.record({
      kind: fc.constantFrom<Happening['kind']>(
        'decide',
        'decide',
        'settle',
        'agent',
        'source',
        'hold',
        'release',
        'ask',
        'grant',
        'reject',
        'publish',
        'activate',
        'schedule',
        'remember',
      ),
      which: fc.nat(3),
    }),
    { minLength: 2, maxLength: 40 },
  )
  .map(askedOnce);

/** What a store makes of purging: it stands as if the events had never gone. */
export function describeRetention(create: () => Promise<StoreHarness>): void {
  describe('purged events', () => {
    it('do not hide a trace that goes on behind them from whoever asks for what it had', async () => {
      await withStores(create, async (store) => {
        const log = new GroupMaker();
        // As long as some thousands of groups, of which the filters know by the stretch.
        const decide = (trace_id: string, agent_id: string) => {
          const filler = Array.from({ length: 2_999 }, () => ({ event_type: 'plan_received' as const }));
          const payload = { tools: [`tool of ${agent_id}`] };
          const made = { event_type: 'decision_made' as const, decision: 'block', payload };
          return log.next({ trace_id, agent_id }, [...filler, made]);
        };
        const first = decide('cut', 'rare');
        const others = Array.from({ length: 6 }, (_, index) => decide(`other-${index}`, 'usual'));
        await store.commit([first, ...others, decide('cut', 'usual')]);
        const purged = { first: 0, last: first.last_sequence, until: first.timestamp };
        const purging = log.next({}, [{ event_type: 'segment_purged', payload: purged }]);
        await store.commit([purging]);
        while (!(await store.trimPurged({ ...purged, sequence: purging.last_sequence })));
        await store.commit([decide('later', 'usual')]);
        for (const filter of [{ agent_id: 'rare' }, { tool_name: 'tool of rare' }]) {
          const { items } = await store.traces({ limit: 10, ...filter });
          expect(items.map(({ trace_id }) => trace_id)).toEqual(['cut']);
        }
      });
    });

    it('leave the same state in a store that saw them and in one that is made from what remains', async () => {
      await fc.assert(
        fc.asyncProperty(happenings, fc.nat(40), async (all, cut) => {
          const log = new GroupMaker();
          const groups = all.map((one) => groupOf(log, one));
          const last = groups[Math.min(cut, groups.length - 2)] as CommittedGroup;
          await withStores(create, async (live, rebuilt) => {
            const seen = Math.floor(groups.length / 2);
            await live.commit(groups.slice(0, seen));
            const { trace_ids: cut } = await live.cutTraces(0, last.last_sequence);
            const since = groups[seen]?.first_sequence ?? 0;
            await live.commit(groups);
            const state = await live.carriedState({ last: last.last_sequence, cut, since, nowMs: 0 });
            const purged = { first: 0, last: last.last_sequence, until: last.timestamp };
            const purging = log.next({}, [
              { event_type: 'state_carried', payload: { ...state } },
              { event_type: 'segment_purged', payload: purged },
            ]);
            await live.commit([purging]);
            expect(await live.purges()).toEqual([{ ...purged, sequence: purging.last_sequence }]);
            while (!(await live.trimPurged({ ...purged, sequence: purging.last_sequence })));
            const end = { sequence: last.last_sequence, hash: last.hash, offset: last.offset + last.bytes };
            await rebuilt.beginBehind(end);
            const kept = groups.filter((group) => group.first_sequence > last.last_sequence);
            await rebuilt.commit([...kept, purging]);
            const after = groupOf(log, { kind: 'decide', which: 1 });
            for (const store of [live, rebuilt]) await store.commit([after]);
            expect(await stateOf(rebuilt)).toEqual(await stateOf(live));
            expect(
              (await live.spans({ limit: 1000 })).every((span) => span.first_sequence > last.last_sequence),
            ).toBe(true);
          });
        }),
        { numRuns: 60 },
      );
    });

    it('go a few at a time, and a trace that goes on keeps the rest', async () => {
      await withStores(create, async (store) => {
        const log = new GroupMaker();
        const groups = Array.from({ length: 1_200 }, (_, index) =>
          log.decision({ trace_id: index % 2 === 0 ? 'long' : `t${index}` }),
        );
        await store.commit(groups);
        const range = { first: 0, last: 1_999, until: timeOf(999), sequence: 9 };
        let steps = 1;
        while (!(await store.trimPurged(range))) steps += 1;
        expect(steps).toBeGreaterThan(1);
        expect(await store.trace('long')).toMatchObject({ event_count: 1_200, purged_events: 1_000 });
        expect(await store.spansOfTrace('long', 0, 1_000)).toHaveLength(100);
        expect(await store.trace('t1')).toBeUndefined();
        expect((await store.traces({ limit: 1000 })).items).toHaveLength(101);
      });
    });
  });
}

async function withStores(
  create: () => Promise<StoreHarness>,
  use: (one: Store, other: Store) => Promise<void>,
): Promise<void> {
  const harnesses = [await create(), await create()] as const;
  const [one, other] = [await harnesses[0].open(), await harnesses[1].open()];
  try {
    await use(one, other);
  } finally {
    await one.close();
    await other.close();
    for (const harness of harnesses) await harness.dispose();
  }
}

function groupOf(log: GroupMaker, { kind, which }: Happening): CommittedGroup {
  const plan = { trace_id: TRACES[which] ?? '', execution_plan_id: `p${which}`, tenant_id: 'acme' };
  const key = KEYS[which % 2] ?? '';
  const approval_id = `apr-${which}`;
  const one = (event: EventDraft, context = {}) => log.next({ tenant_id: 'acme', ...context }, [event]);
  switch (kind) {
    case 'decide': {
      const reservations = [{ budget_id: 'b', key, metric: 'tokens', amount: 3 + which }];
      return log.decision(plan, { payload: { reservations, tools: [`tool-${which}`] } });
    }
    case 'settle': {
      const settled = [{ budget_id: 'b', key, metric: 'tokens', reserved: 3 + which, actual: 2 }];
      return log.next(plan, [{ event_type: 'budget_settled', payload: { settled } }]);
    }
    case 'agent': {
      const agent = { agent_id: `a${which}`, tenant_id: 'acme', status: 'suspended' };
      return one({ event_type: 'agent_suspended', payload: { agent, origin: 'api' } });
    }
    case 'source': {
      const source = { source_type: 'skill', source_name: `s${which}`, trust_level: 'internal' };
      const payload = { source, source_id: `src-${which}`, origin: 'api' };
      return one({ event_type: 'trust_source_registered', payload });
    }
    case 'hold': {
      const hold = {
        hold_id: `h${which}`,
        status: 'active',
        scope: { tenant_id: 'acme' },
        reason: 'r',
        placed_by: 'p',
        placed_at: timeOf(which),
      };
      return one({ event_type: 'hold_placed', payload: { hold } });
    }
    case 'release':
      return one({
        event_type: 'hold_released',
        payload: { hold_id: `h${which}`, by: 'p', at: timeOf(1), reason: 'r' },
      });
    case 'publish': {
      const publication = { version: `v${which}`, published_at: timeOf(which) };
      return one({ event_type: 'policy_published', payload: { publication } });
    }
    case 'activate': {
      const activation = { version: `v${which}`, activated_at: timeOf(which) };
      const request = { activation_id: `act${which}`, status: 'activated' };
      return one({ event_type: 'policy_activated', payload: { activation, request } });
    }
    case 'schedule': {
      const request = { activation_id: `act${which}`, status: 'scheduled' };
      return one({ event_type: 'policy_activation_requested', payload: { request } });
    }
    case 'remember': {
      const trust_level = which < 2 ? 'external' : 'unverified';
      const contents = [0, which].map((one) => ({ content_hash: `sha256:${one}`, trust_level }));
      return one({ event_type: 'content_remembered', payload: { contents } });
    }
    case 'ask': {
      const approval = {
        approval_id,
        tenant_id: 'acme',
        agent_id: AGENT,
        status: 'pending',
        created_at: timeOf(0),
        expires_at: timeOf(99),
      };
      return one({ event_type: 'approval_requested', payload: { approval } });
    }
    case 'grant':
      return one({
        event_type: 'approval_granted',
        payload: { approval_id, status: 'approved', granted_by: [{ name: 'n', at: timeOf(2) }] },
      });
    case 'reject':
      return one({ event_type: 'approval_rejected', payload: { approval_id, by: 'n', at: timeOf(2) } });
  }
}

async function stateOf(store: Store) {
  const plans = ['p0', 'p1', 'p2', 'p3'].map((plan) => planRef(AGENT, plan));
  const open = (await store.approvals({ limit: 100 })).items.filter(({ status }) =>
    /pending|approved/.test(status),
  );
  return {
    agents: await store.agents(),
    counters: await store.counters(KEYS),
    reservations: await Promise.all(plans.map((plan) => store.openReservations('acme', plan))),
    approvals: open,
    sources: await store.trustSources(),
    contents: await store.rememberedContents(),
    holds: await store.holds({ limit: 100 }),
    policies: await store.versionRecords(),
    traces: await store.traces({ limit: 100 }),
    spans: await store.spans({ limit: 1000 }),
    byTrace: await Promise.all(TRACES.map((trace) => store.spansOfTrace(trace, 0, 1000))),
    heads: await Promise.all(TRACES.map((trace) => store.traceState(trace))),
  };
}
