import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DiffedEdge, DiffedNode } from '../../src/replay/graph/graph-diff.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let analyst: string;

const FINANCE = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
const USER = { source_type: 'user_prompt', trust_level: 'trusted' };
const read = (step_id: string, more: object = {}) => ({
  step_id,
  tool_name: 'read_contract',
  arguments: { contract_id: `C-${step_id}` },
  ...more,
});
const pay = (step_id: string, amount: number, more: object = {}) => ({
  step_id,
  tool_name: 'make_payment',
  arguments: { payee: 'Ltd', amount, currency: 'USD' },
  ...more,
});

type Diff = { identical: boolean; nodes: DiffedNode[]; edges: DiffedEdge[] };

async function send(trace_id: string, steps: object[], more: object = {}): Promise<Record<string, unknown>> {
  const body = { trace_id, agent: FINANCE, provenance: [USER], steps, ...more };
  const reply = await gateway.send('POST /evaluate', { body });
  expect(reply.status, reply.text).toBe(200);
  return reply.body;
}

async function diff(trace: string, against: string): Promise<Diff> {
  const reply = await gateway.send(`GET /replay/${trace}/graph?against=${against}`, { token: analyst });
  expect(reply.status, reply.text).toBe(200);
  return reply.body as unknown as Diff;
}

/** What is not the same, as short as it can be told. */
function changesOf({ nodes, edges }: Diff): string[] {
  return [
    ...nodes.map(({ id, change }) => `${change} ${id}`),
    ...edges.map(({ from, to, type, change }) => `${change} ${from} ${type} ${to}`),
  ].filter((line) => !line.startsWith('same '));
}

beforeAll(async () => {
  gateway = await startGateway();
  analyst = await gateway.token(['analyst']);
  await send('one', [read('r'), pay('p', 100, { depends_on: ['r'] })], { execution_plan_id: 'plan-1' });
});
afterAll(() => gateway.stop());

describe('GET /replay/:trace_id/graph?against', () => {
  it('finds no difference in a trace and itself, nor in one that was sent again under other ids', async () => {
    expect(await diff('one', 'one')).toMatchObject({ identical: true });
    await send('again', [read('x'), pay('y', 100, { depends_on: ['x'] })], { execution_plan_id: 'plan-9' });
    const found = await diff('one', 'again');
    expect(changesOf(found)).toEqual([]);
    expect(found.nodes.find(({ id }) => id === 'plan:plan-1')?.after).toMatchObject({ label: 'plan-9' });
  });

  it('pairs approvals in the order in which they were asked for', async () => {
    for (const [trace, plan] of [
      ['asked-1', 'plan-a'],
      ['asked-2', 'plan-b'],
    ]) {
      const { approval } = await send(String(trace), [pay('p', 2_000)], { execution_plan_id: plan });
      const { approval_id } = approval as { approval_id: string };
      const approver = await gateway.token(['approver'], { name: 'ada' });
      const verb = trace === 'asked-1' ? 'approve' : 'reject';
      await gateway.send(`POST /approvals/${approval_id}/${verb}`, { token: approver, body: {} });
    }
    const found = await diff('asked-1', 'asked-2');
    const [approval] = found.nodes.filter(({ type }) => type === 'approval');
    expect(approval).toMatchObject({
      change: 'changed',
      before: { status: 'approved' },
      after: { status: 'rejected' },
    });
    expect(changesOf(found)).toEqual([`changed ${approval?.id}`]);
  });

  it('says what came, what went and what became something else', async () => {
    await send('two', [read('r'), read('n'), pay('p', 25_000, { depends_on: ['n'] })], {
      execution_plan_id: 'plan-2',
    });
    const found = await diff('one', 'two');
    const changes = changesOf(found);
    expect(changes).toContain('added step:plan-1/n');
    expect(changes).toContain('added plan:plan-1 contains step:plan-1/n');
    expect(changes).toContain('removed step:plan-1/r depends_on step:plan-1/p');
    expect(changes).toContain('added step:plan-1/n depends_on step:plan-1/p');
    expect(changes).toContain('changed step:plan-1/p');
    expect(changes).toContain('changed outcome:plan-1');
    expect(changes).toContain('changed stage:plan-1/budget');
    expect(changes.join()).not.toContain('plan-2');
    const outcome = found.nodes.find(({ id }) => id === 'outcome:plan-1');
    expect(outcome).toMatchObject({ before: { status: 'allow' }, after: { status: 'block' } });
    const back = changesOf(await diff('two', 'one'));
    const turned = (line: string) =>
      line
        .replace(/^added|^removed/, (word) => (word === 'added' ? 'removed' : 'added'))
        .replaceAll('plan-1', 'plan-2');
    expect(back.toSorted()).toEqual(changes.map(turned).toSorted());
  });

  it.each([
    ['mermaid', 'text/vnd.mermaid; charset=utf-8', /^flowchart LR\n/, /added step<br\/>/],
    [
      'dot',
      'text/vnd.graphviz; charset=utf-8',
      /^digraph trace \{\n/,
      /label="added depends_on", color="#1a7f37"/,
    ],
  ])('comes as %s', async (format, type, start, change) => {
    const reply = await gateway.send(`GET /replay/one/graph?against=two&format=${format}`, {
      token: analyst,
    });
    expect(reply.headers.get('content-type')).toBe(type);
    expect(reply.text).toMatch(start);
    expect(reply.text).toMatch(change);
  });

  it('404 where either is not there or of another tenant, 400 with the linked scope', async () => {
    await gateway.send('POST /evaluate', {
      body: { trace_id: 'globex', agent: { agent_id: 'x', tenant_id: 'globex' }, steps: [read('r')] },
    });
    const status = async (path: string) =>
      (await gateway.send(`GET /replay/${path}`, { token: analyst })).status;
    expect(await status('none/graph?against=one')).toBe(404);
    expect(await status('one/graph?against=none')).toBe(404);
    expect(await status('one/graph?against=globex')).toBe(404);
    expect(await status('globex/graph?against=one')).toBe(404);
    const linked = await gateway.send('GET /replay/one/graph?against=two&scope=linked', { token: analyst });
    expect(linked.body).toMatchObject({ status: 400, errors: [{ pointer: '/query/scope' }] });
  });
});
