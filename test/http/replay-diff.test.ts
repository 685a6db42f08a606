import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../src/replay/diff/trace-diff.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let analyst: string;

type Diff = {
  identical: boolean;
  effect: string;
  changes: Change[];
  patch: object[];
  not_reproducible: object[];
  after: { bundle?: { version: string } };
};

const FINANCE = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
const from = (trust_level: string, source_type = 'user_prompt') => [
  { source_type, source_name: 'chat', trust_level },
];
const mail = (to: string) => ({
  step_id: 's1',
  tool_name: 'send_email',
  arguments: { to, subject: 's', body: 'b' },
});
const READ = { step_id: 'r', tool_name: 'read_contract', arguments: { contract_id: 'C-7' } };
const pay = (amount: unknown) => ({
  step_id: 'p',
  tool_name: 'make_payment',
  arguments: { payee: 'Ltd', amount, currency: 'USD' },
});

async function send(trace_id: string, steps: object[], more: object = {}): Promise<string> {
  const body = { trace_id, agent: FINANCE, provenance: from('trusted'), steps, ...more };
  const reply = await gateway.send('POST /evaluate', { body });
  expect(reply.status, reply.text).toBe(200);
  return String(reply.body['decision']);
}

async function diff(trace: string, query: string, token = analyst): Promise<Diff> {
  const reply = await gateway.send(`GET /replay/${trace}/diff?${query}`, { token });
  expect(reply.status, reply.text).toBe(200);
  return reply.body as Diff;
}

/** The changes at one place, by the members that say what they are. */
function at(changes: readonly Change[], place: Partial<Change>): Change[] {
  return changes.filter((change) =>
    Object.entries(place).every(([name, value]) => change[name as keyof Change] === value),
  );
}

beforeAll(async () => {
  gateway = await startGateway();
  analyst = await gateway.token(['analyst']);
});
afterAll(() => gateway.stop());

describe('GET /replay/:trace_id/diff?against', () => {
  it('finds nothing between two runs of one plan, whatever their ids and times', async () => {
    await send('same-1', [READ, pay(250)]);
    await send('same-2', [READ, pay(250)], { execution_plan_id: 'plan-other' });
    expect(await diff('same-1', 'against=same-2')).toMatchObject({ identical: true, changes: [], patch: [] });
    expect(await diff('same-1', 'against=same-1')).toMatchObject({ identical: true, effect: 'none' });
  });

  it('says of a decision what changed, which way, and because of which rule and input', async () => {
    expect(await send('mail-out', [mail('x@evil.example')])).toBe('require_approval');
    expect(await send('mail-in', [mail('lee@acme.example')])).toBe('allow');
    const { changes, effect } = await diff('mail-out', 'against=mail-in');
    expect(effect).toBe('loosened');
    const [decided] = at(changes, {
      kind: 'decision',
      step_id: undefined as never,
      stage: undefined as never,
    });
    expect(decided).toMatchObject({ before: 'require_approval', after: 'allow', effect: 'loosened' });
    expect(decided?.because).toContainEqual(
      expect.objectContaining({ kind: 'rule', rule: 'external_email_recipients', before: expect.anything() }),
    );
    expect(decided?.because).toContainEqual(
      expect.objectContaining({ kind: 'input', before: 'x@evil.example', after: 'lee@acme.example' }),
    );
    const back = await diff('mail-in', 'against=mail-out');
    expect(back.effect).toBe('tightened');
  });

  it('names the fact where the plan is the same', async () => {
    const agent = { agent_id: 'agent-diff', tenant_id: 'acme-corp', capabilities: ['cap_contract_review'] };
    await gateway.send('POST /agents', { body: agent });
    await send('fact-1', [READ], { agent: { agent_id: 'agent-diff', tenant_id: 'acme-corp' } });
    await gateway.send('POST /agents/agent-diff/suspend?tenant_id=acme-corp');
    await send('fact-2', [READ], { agent: { agent_id: 'agent-diff', tenant_id: 'acme-corp' } });
    const { changes, effect } = await diff('fact-1', 'against=fact-2');
    expect(effect).toBe('tightened');
    const [identity] = at(changes, { stage: 'identity', kind: 'decision' });
    expect(identity?.because).toEqual([
      expect.objectContaining({ kind: 'fact', before: 'active', after: 'suspended' }),
    ]);
  });

  it('pairs steps by what they do: one that was put in moves no other', async () => {
    await send('steps-1', [READ, pay(250)]);
    await send('steps-2', [{ ...READ, step_id: 'x', arguments: { contract_id: 'C-1' } }, READ, pay(260)]);
    const { changes } = await diff('steps-1', 'against=steps-2');
    expect(at(changes, { kind: 'step' })).toMatchObject([
      { step_id: 'x', after: { tool_name: 'read_contract' } },
    ]);
    expect(at(changes, { step_id: 'p', kind: 'input' })).toMatchObject([{ before: 250, after: 260 }]);
    expect(at(changes, { step_id: 'r' })).toEqual([]);
  });

  it('tells of plans, executions and approvals that only one side has', async () => {
    await send('runs-1', [READ], { execution_plan_id: 'plan-a' });
    await gateway.send('POST /executions/plan-a/outcome', { body: { status: 'succeeded' } });
    await send('runs-1', [mail('x@evil.example')], { execution_plan_id: 'plan-b' });
    await send('runs-2', [READ], { execution_plan_id: 'plan-c' });
    const { changes } = await diff('runs-1', 'against=runs-2');
    expect(at(changes, { kind: 'execution' })).toMatchObject([
      { plan: 'plan-a', before: { status: 'succeeded' } },
    ]);
    expect(at(changes, { kind: 'plan' })).toMatchObject([
      { plan: 'plan-b', before: { decision: 'require_approval' } },
    ]);
  });

  it('comes as text for people, in which nothing is hidden', async () => {
    const { text, headers } = await gateway.send('GET /replay/mail-out/diff?against=mail-in&format=text', {
      token: analyst,
    });
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(text).toMatch(/^mail-out → mail-in: loosened, more passes\n\nplan /);
    expect(text).toContain('decision: "require_approval" → "allow"  loosened\n');
    expect(text).toContain('because rule external_email_recipients no longer matches\n');
    expect(text).toContain('arguments/to: "x@evil.example" → "lee@acme.example"\n');
  });

  it.each([
    ['run-none', 'against=mail-in', 404, 'trace_not_found'],
    ['mail-in', 'against=run-none', 404, 'trace_not_found'],
    ['mail-in', 'policy=sha256:none', 404, 'policy_not_found'],
    ['mail-in', '', 400, 'invalid_request'],
    ['mail-in', 'against=mail-out&policy=production', 400, 'invalid_request'],
  ])('of %s with %j: %i', async (trace, query, status, code) => {
    const reply = await gateway.send(`GET /replay/${trace}/diff?${query}`, { token: analyst });
    expect(reply.body).toMatchObject({ status, code });
  });

  it('404 where either trace is of another tenant', async () => {
    const stranger = await gateway.token(['analyst'], { tenant_id: 'globex' });
    const body = { trace_id: 'run-globex', agent: { agent_id: 'x', tenant_id: 'globex' }, steps: [READ] };
    await gateway.send('POST /evaluate', { body });
    for (const [trace, other, token] of [
      ['run-globex', 'mail-in', analyst],
      ['mail-in', 'run-globex', analyst],
      ['run-globex', 'mail-in', stranger],
    ] as const) {
      const reply = await gateway.send(`GET /replay/${trace}/diff?against=${other}`, { token });
      expect(reply.status).toBe(404);
    }
  });
});

describe('GET /replay/:trace_id/diff?policy', () => {
  it('says what another bundle would decide, and because of which rule', async () => {
    await send('policy-1', [pay(250)]);
    const { body } = await gateway.send('GET /policies');
    const [old] = body['policies'] as { version: string }[];
    expect(await diff('policy-1', 'policy=production')).toMatchObject({ identical: true });
    const rule =
      '  - { id: pay.never, match: { tool_name: make_payment }, action: block, reason: no_payments }\n';
    const file = join(gateway.policyDirectory, 'policies.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('rules:\n', `rules:\n${rule}`).replace(/\ntests:[\s\S]*/, '\n'));
    await gateway.gateway.bundles.reload();
    const found = await diff('policy-1', 'policy=production');
    expect(found).toMatchObject({ effect: 'tightened', not_reproducible: [] });
    const [decided] = at(found.changes, { kind: 'decision', stage: 'policy' });
    expect(decided).toMatchObject({ before: 'allow', after: 'block', effect: 'tightened' });
    expect(decided?.because?.[0]).toMatchObject({
      kind: 'rule',
      rule: 'pay.never',
      after: { effect: 'block' },
    });
    expect(await diff('policy-1', `policy=${old?.version}`)).toMatchObject({ identical: true });
  });
});
