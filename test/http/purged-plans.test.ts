import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/audit/event.ts';
import type { BundleVersions } from '../../src/evaluation/bundle-versions.ts';
import { createDiffTrace } from '../../src/evaluation/diff-trace.ts';
import { createReevaluateTrace } from '../../src/evaluation/reevaluate-trace.ts';
import { traceGraph } from '../../src/replay/graph/trace-graph.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let events: AuditEvent[];

beforeAll(async () => {
  gateway = await startGateway();
  const agent = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
  const steps = [{ step_id: 's1', tool_name: 'read_contract', arguments: { contract_id: 'C-7' } }];
  const plan = { trace_id: 'run-1', agent, steps };
  for (const execution_plan_id of ['plan-1', 'plan-2'])
    await gateway.send('POST /evaluate', { body: { ...plan, execution_plan_id } });
  const body = { status: 'succeeded', steps: [{ step_id: 's1', status: 'succeeded' }] };
  await gateway.send('POST /executions/plan-1/outcome', { body });
  events = (await gateway.send('GET /audit?trace_id=run-1&limit=500')).body['events'] as AuditEvent[];
  events = events.toSorted((a, b) => a.sequence - b.sequence);
});
afterAll(() => gateway.stop());

/** What a purge leaves of the trace: everything behind the first `count` decisions. */
function remaining(count: number): AuditEvent[] {
  const ends = events.flatMap(({ event_type }, index) => (event_type === 'decision_made' ? [index] : []));
  return events.slice((ends[count - 1] ?? -1) + 1);
}

const bundles = {
  named: async () => gateway.gateway.bundles.active.bundle,
  version: async () => gateway.gateway.bundles.active.bundle,
} as unknown as BundleVersions;

it.each([
  { purged: 0, identical: true, results: ['plan-1 identical', 'plan-2 identical'] },
  { purged: 1, identical: false, results: ['plan-1 not_reproducible plan_purged', 'plan-2 identical'] },
  { purged: 2, identical: false, results: ['plan-1 not_reproducible plan_purged'] },
])(
  'with $purged plans purged, what is gone is named and nothing else is claimed',
  async ({ purged, identical, results }) => {
    const found = async () => ({ events: remaining(purged), truncated: false });
    const again = await createReevaluateTrace({ events: found, bundles })({ trace_id: 'run-1' }, '*');
    const seen = again?.plans.map(({ execution_plan_id, result, missing }) =>
      [execution_plan_id, result, missing].filter((word) => word !== undefined).join(' '),
    );
    expect({ identical: again?.identical, results: seen }).toEqual({ identical, results });
    const gone = purged === 0 ? [] : [{ execution_plan_id: 'plan-1', missing: 'plan_purged' }];
    for (const target of [{ policy: 'production' }, { trace_id: 'run-1' }]) {
      const diff = await createDiffTrace({ events: found, bundles })({ trace_id: 'run-1' }, target, '*');
      const named = 'policy' in target ? gone : [...gone, ...gone];
      expect(diff).toMatchObject({ identical, not_reproducible: named, changes: [] });
    }
  },
);

it('claims nothing of a trace without any plan', async () => {
  const found = async () => ({ events: [], truncated: false });
  expect(await createReevaluateTrace({ events: found, bundles })({ trace_id: 'run-1' }, '*')).toEqual({
    trace_id: 'run-1',
    identical: false,
    plans: [],
  });
  const diff = await createDiffTrace({ events: found, bundles })(
    { trace_id: 'run-1' },
    { policy: 'production' },
    '*',
  );
  expect(diff).toMatchObject({ identical: false });
});

it('draws what remains of a plan, and no edge without its ends', () => {
  const { nodes, edges } = traceGraph(remaining(2));
  expect(nodes.map(({ type, label, status }) => ({ type, label, status }))).toEqual([
    { type: 'plan', label: 'plan-1', status: 'purged' },
    { type: 'step', label: 'read_contract', status: undefined },
    { type: 'execution', label: 'read_contract', status: 'succeeded' },
    { type: 'execution', label: 'execution', status: 'succeeded' },
  ]);
  const ids = new Set(nodes.map(({ id }) => id));
  for (const { from, to } of edges) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
  expect(edges).toHaveLength(4);
});
