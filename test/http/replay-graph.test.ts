import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphEdge, GraphNode } from '../../src/replay/graph/graph.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let analyst: string;
let approver: string;

const FINANCE = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
const USER = { source_type: 'user_prompt', source_name: 'chat', trust_level: 'trusted' };
const NOTE = { source_type: 'memory', source_name: 'note', trust_level: 'trusted', derived_from: ['chat'] };
const READ = { step_id: 'r', tool_name: 'read_contract', arguments: { contract_id: 'C-7' } };
const PAY = {
  step_id: 'p',
  tool_name: 'make_payment',
  arguments: { payee: 'Ltd', amount: 2_000, currency: 'USD', reference: { $from: 'r', path: '/id' } },
  depends_on: ['w'],
  provenance: [NOTE],
};
const WAIT = { step_id: 'w', tool_name: 'read_contract', arguments: { contract_id: 'C-8' } };
const PLAN = {
  trace_id: 'run-graph',
  execution_plan_id: 'plan-g',
  agent: FINANCE,
  provenance: [USER],
  steps: [READ, WAIT, PAY],
};

async function evaluate(body: object): Promise<Record<string, unknown>> {
  const reply = await gateway.send('POST /evaluate', { body });
  expect(reply.status, reply.text).toBe(200);
  return reply.body;
}

async function graphOf(trace: string, query = '', token = analyst) {
  const { body } = await gateway.send(`GET /replay/${trace}/graph${query}`, { token });
  return body as { nodes: GraphNode[]; edges: GraphEdge[]; traces: string[]; truncated: boolean };
}

beforeAll(async () => {
  gateway = await startGateway();
  analyst = await gateway.token(['analyst']);
  approver = await gateway.token(['approver'], { name: 'ada' });
  const asked = await evaluate(PLAN);
  expect(asked['decision']).toBe('require_approval');
  const { approval_id } = asked['approval'] as { approval_id: string };
  await gateway.send(`POST /approvals/${approval_id}/approve`, { token: approver, body: {} });
  expect(await evaluate({ ...PLAN, approval_id })).toMatchObject({ decision: 'allow' });
  await gateway.send('POST /executions/plan-g/outcome', {
    body: {
      status: 'failed',
      steps: [
        { step_id: 'r', status: 'succeeded' },
        { step_id: 'p', status: 'failed' },
      ],
    },
  });
  const below = { agent: FINANCE, provenance: [USER], steps: [READ] };
  await evaluate({
    ...below,
    trace_id: 'run-child',
    parent: { trace_id: 'run-graph', execution_plan_id: 'plan-g', step_id: 'p' },
  });
  await evaluate({ ...below, trace_id: 'run-grandchild', parent: { trace_id: 'run-child' } });
  const foreign = { agent: { agent_id: 'x', tenant_id: 'globex' }, steps: [READ] };
  await evaluate({
    ...foreign,
    trace_id: 'run-foreign',
    parent: { trace_id: 'run-graph', execution_plan_id: 'plan-g' },
  });
});
afterAll(() => gateway.stop());

describe('GET /replay/:trace_id/graph', () => {
  it('draws every source, plan, step, stage, approval and execution once, with its state', async () => {
    const { nodes } = await graphOf('run-graph');
    const drawn = nodes.map(({ type, label, status }) => [type, label, status].join(' | ')).toSorted();
    const approvalId = nodes.find(({ type }) => type === 'approval')?.label;
    const submission = (decision: string, reason: string) => [
      `plan | plan-g | ${decision}`,
      `outcome | ${decision}: ${reason} | ${decision}`,
      ...['read_contract', 'read_contract', 'make_payment'].map((tool) => `step | ${tool} | ${decision}`),
      ...['identity', 'local_enforcement', 'budget'].map((stage) => `stage | ${stage} | allow`),
      ...['capability', 'capability', 'capability', 'policy', 'policy'].map(
        (stage) => `stage | ${stage} | allow`,
      ),
      'stage | policy | require_approval',
      `stage | approval | ${decision}`,
    ];
    expect(drawn).toEqual(
      [
        'source | user_prompt chat | trusted',
        'source | memory note | internal',
        'identity | agent-finance-01 | allow',
        ...submission('require_approval', 'payment_needs_approval'),
        ...submission('allow', 'approval_granted'),
        `approval | ${approvalId} | consumed`,
        'execution | execution | failed',
        'execution | read_contract | succeeded',
        'execution | make_payment | failed',
      ].toSorted(),
    );
  });

  it('says how they hang together', async () => {
    const { nodes, edges } = await graphOf('run-graph');
    const approval = nodes.find(({ type }) => type === 'approval')?.id;
    const second = 'plan-g#2';
    const expected: [string, string, string][] = [
      ['source:user_prompt/chat', 'source:memory/note', 'derived'],
      ['source:user_prompt/chat', 'plan:plan-g', 'instructs'],
      ['source:memory/note', 'step:plan-g/p', 'instructs'],
      ['identity:acme-corp/agent-finance-01', 'plan:plan-g', 'submits'],
      ['plan:plan-g', 'step:plan-g/p', 'contains'],
      ['step:plan-g/r', 'step:plan-g/p', 'data'],
      ['step:plan-g/w', 'step:plan-g/p', 'depends_on'],
      ['plan:plan-g', 'stage:plan-g/identity', 'checks'],
      ['step:plan-g/p', 'stage:plan-g/policy/p', 'checks'],
      ['stage:plan-g/capability/p', 'stage:plan-g/policy/p', 'next'],
      ['stage:plan-g/policy/p', 'stage:plan-g/budget', 'next'],
      ['stage:plan-g/policy/p', 'outcome:plan-g', 'decides'],
      ['outcome:plan-g', String(approval), 'requests'],
      [String(approval), `plan:${second}`, 'approves'],
      [`stage:${second}/approval`, `outcome:${second}`, 'next'],
      [`outcome:${second}`, `execution:${second}`, 'executes'],
      [`step:${second}/p`, `execution:${second}/p`, 'executes'],
      [`execution:${second}/p`, `execution:${second}`, 'results_in'],
    ];
    for (const [from, to, type] of expected) expect(edges).toContainEqual({ from, to, type });
    const crossing = edges.filter(({ from, to }) => from.endsWith('/r') && to.endsWith('policy/p'));
    expect(crossing).toEqual([]);
  });

  it.each(['', '?scope=linked'])(
    'has no edge without its ends, no node without an edge, and nothing twice (%s)',
    async (query) => {
      const { nodes, edges } = await graphOf('run-graph', query);
      const ids = nodes.map(({ id }) => id);
      const ends = edges.flatMap(({ from, to }) => [from, to]);
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(ends)).toEqual(new Set(ids));
      expect(new Set(edges.map((edge) => JSON.stringify(edge))).size).toBe(edges.length);
    },
  );

  it('shows the plan that another trace handed on as one that lies elsewhere', async () => {
    const { nodes, edges } = await graphOf('run-child');
    expect(nodes).toContainEqual({ id: 'step:run-graph/plan-g/p', type: 'step', label: 'p' });
    const [child] = nodes.filter(({ type, sequence }) => type === 'plan' && sequence !== undefined);
    expect(edges).toContainEqual({ from: 'step:run-graph/plan-g/p', to: child?.id, type: 'delegates' });
  });

  it.each(['run-graph', 'run-child', 'run-grandchild'])(
    'links the whole family from %s, and nobody else',
    async (trace) => {
      const { nodes, traces, truncated } = await graphOf(trace, '?scope=linked');
      expect(traces[0]).toBe(trace);
      expect(traces.toSorted()).toEqual(['run-child', 'run-grandchild', 'run-graph']);
      expect(truncated).toBe(false);
      expect(nodes.find(({ id }) => id === 'step:run-graph/plan-g/p')).toMatchObject({
        label: 'make_payment',
      });
      expect(JSON.stringify(nodes)).not.toContain('globex');
    },
  );

  it('links foreign traces for those who see all tenants', async () => {
    const { body } = await gateway.send('GET /replay/run-graph/graph?scope=linked');
    expect(body['traces']).toContain('run-foreign');
  });

  it.each([
    ['mermaid', 'text/vnd.mermaid; charset=utf-8', /^flowchart LR\n {2}n0/],
    ['dot', 'text/vnd.graphviz; charset=utf-8', /^digraph trace \{\n/],
  ])('comes as %s', async (format, type, start) => {
    const reply = await gateway.send(`GET /replay/run-graph/graph?format=${format}`, { token: analyst });
    expect(reply.headers.get('content-type')).toBe(type);
    expect(reply.text).toMatch(start);
  });

  it('404 for a trace nobody left and for one of another tenant; 400 for a format there is not', async () => {
    const status = async (path: string) =>
      (await gateway.send(`GET /replay/${path}`, { token: analyst })).status;
    expect(await status('run-none/graph')).toBe(404);
    expect(await status('run-foreign/graph')).toBe(404);
    expect(await status('run-graph/graph?format=png')).toBe(400);
  });
});
