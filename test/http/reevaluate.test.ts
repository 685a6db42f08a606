import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectReproducible } from './expect-reproducible.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let analyst: string;

const FINANCE = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
const FROM_USER = [{ source_type: 'user_prompt', trust_level: 'trusted' }];

function pay(amount: number, trace_id: string) {
  const step = { tool_name: 'make_payment', arguments: { payee: 'Ltd', amount, currency: 'USD' } };
  return { trace_id, agent: FINANCE, provenance: FROM_USER, steps: [step] };
}

type Plan = { result: string; missing?: string; differences: { stage: string; pointer: string }[] };

async function reevaluate(trace: string, body?: object, token = analyst) {
  const reply = await gateway.send(`POST /replay/${trace}/reevaluate`, { token, ...(body && { body }) });
  return { ...reply, plans: (reply.body['plans'] ?? []) as Plan[] };
}

/** Puts a rule into the policies that blocks payments of 137, and waits until it is in force. */
async function addRule({ gateway: running, policyDirectory }: StartedGateway): Promise<void> {
  const rule =
    '  - { id: no.137, match: { tool_name: make_payment }, args: { amount: { eq: 137 } }, action: block, reason: payments_stopped }';
  const file = join(policyDirectory, 'policies.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^rules:\n/m, `rules:\n${rule}\n`));
  const before = running.bundles.active.bundle.version;
  await running.bundles.reload();
  expect(running.bundles.active.bundle.version).not.toBe(before);
}

beforeAll(async () => {
  gateway = await startGateway();
  analyst = await gateway.token(['analyst']);
});
afterAll(() => gateway.stop());

describe('POST /replay/{trace_id}/reevaluate', () => {
  it('comes to the same, byte for byte: allowed, blocked, waiting, and approved since', async () => {
    const approver = await gateway.token(['approver'], { name: 'carol' });
    await gateway.send('POST /evaluate', { body: pay(100, 'run-small') });
    await gateway.send('POST /evaluate', { body: pay(25_000, 'run-huge') });
    const asked = await gateway.send('POST /evaluate', { body: pay(2_500, 'run-asked') });
    const { approval_id } = asked.body['approval'] as { approval_id: string };
    await gateway.send(`POST /approvals/${approval_id}/approve`, { token: approver, body: {} });
    await gateway.send('POST /evaluate', { body: { ...pay(2_500, 'run-asked'), approval_id } });
    await gateway.send('POST /evaluate', { body: { ...pay(2_500, 'run-asked'), mode: 'dry_run' } });
    await gateway.send('POST /explain', { body: pay(2_500, 'run-asked') });
    const answers = await Promise.all(
      ['run-small', 'run-huge', 'run-asked'].map((trace) => reevaluate(trace)),
    );
    for (const { status, body } of answers)
      expect({ status, body }).toMatchObject({ status: 200, body: { identical: true } });
    expect(answers.map(({ plans }) => plans.length)).toEqual([1, 1, 4]);
    expect(answers[2]?.body['plans']).toMatchObject([
      {
        mode: 'enforce',
        recorded: { decision: 'require_approval' },
        reevaluated: { decision: 'require_approval' },
      },
      { mode: 'enforce', recorded: { decision: 'allow' } },
      { mode: 'dry_run' },
      { mode: 'explain' },
    ]);
  });

  it('leaves no trace of its own', async () => {
    const count = () =>
      readFileSync(join(gateway.directory, 'audit', 'events.jsonl'), 'utf8').split('\n').length;
    const before = count();
    await reevaluate('run-small');
    expect(count()).toBe(before);
  });

  it('says what another bundle would decide, and by which rule', async () => {
    await gateway.send('POST /evaluate', { body: pay(137, 'run-candidate') });
    const old = (await gateway.send('GET /policies')).body['policies'] as { version: string }[];
    await addRule(gateway);
    const now = await reevaluate('run-candidate', { policy: 'production' });
    expect(now.body).toMatchObject({
      identical: false,
      plans: [
        {
          result: 'different',
          recorded: { decision: 'allow' },
          reevaluated: { decision: 'block', reason: 'payments_stopped', control: 'policy' },
        },
      ],
    });
    expect(now.plans[0]?.differences).toContainEqual(
      expect.objectContaining({
        stage: 'policy',
        pointer: '/decision',
        recorded: 'allow',
        reevaluated: 'block',
      }),
    );
    const version = old[0]?.version ?? '';
    expect((await reevaluate('run-candidate', { policy: version })).body).toMatchObject({ identical: true });
    // Without a policy it is the one of then, which is kept though it is active no more.
    expect((await reevaluate('run-candidate')).body).toMatchObject({ identical: true });
  });

  it('never guesses: a missing bundle and a plan with a secret taken out are named', async () => {
    const secret = 'AKIAIOSFODNN7EXAMPLF';
    const plan = {
      ...pay(10, 'run-secret'),
      metadata: { note: `key ${secret} and aws_secret_access_key = "${'a1B2'.repeat(10)}"` },
    };
    await gateway.send('POST /evaluate', { body: plan });
    expect((await reevaluate('run-secret')).plans[0]).toMatchObject({
      result: 'not_reproducible',
      missing: 'plan_redacted',
    });
    const own = await startGateway();
    await own.send('POST /evaluate', { body: pay(10, 'run-lost') });
    await addRule(own);
    const kept = join(own.directory, 'audit', 'policies');
    renameSync(kept, `${kept}.away`);
    expect(await own.gateway.reevaluate({ trace_id: 'run-lost' }, '*')).toMatchObject({
      identical: false,
      plans: [{ result: 'not_reproducible', missing: 'bundle_missing', differences: [] }],
    });
    renameSync(`${kept}.away`, kept);
    await own.stop();
  });

  it('404 for a trace of another tenant, and for a bundle that never was', async () => {
    const stranger = await gateway.token(['analyst'], { tenant_id: 'globex' });
    expect((await reevaluate('run-small', {}, stranger)).status).toBe(404);
    expect((await reevaluate('run-none')).status).toBe(404);
    expect((await reevaluate('run-small', { policy: 'sha256:00' })).body).toMatchObject({
      code: 'policy_not_found',
    });
    expect((await reevaluate('run-small', { police: 'x' })).status).toBe(400);
  });

  it('holds for all that this file has decided', async () => {
    expect(await expectReproducible(gateway.gateway)).toBeGreaterThan(6);
  });
});
