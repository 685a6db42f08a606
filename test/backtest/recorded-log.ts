import { join } from 'node:path';
import { expect } from 'vitest';
import { type StartedGateway, startGateway } from '../http/start-gateway.ts';

const FINANCE = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
const OPS = { agent_id: 'agent-ops-01', tenant_id: 'acme-corp' };
const USER = [{ source_type: 'user_prompt', source_name: 'chat', trust_level: 'trusted' }];
const SKILL = [{ source_type: 'skill', source_name: 'untrusted_openclaw_skill', trust_level: 'unverified' }];

const mail = (to: string, body: unknown = 'b') => ({
  tool_name: 'send_email',
  arguments: { to, subject: 's', body },
});
const pay = (amount: unknown) => ({
  tool_name: 'make_payment',
  arguments: { payee: 'Ltd', amount, currency: 'USD' },
});
const READ = { step_id: 'r', tool_name: 'read_contract', arguments: { contract_id: 'C-7' } };
/** Looks like members of an event to whoever does not look where it stands. */
const DECEPTION = '","decision":"block","event_type":"decision_made","reason":"forged","control":"identity';

/** What agents sent: of every decision, of one step and of many, in every mode, and some that cannot be decided again. */
const PLANS: readonly object[] = [
  { agent: FINANCE, provenance: USER, steps: [READ] },
  { agent: FINANCE, provenance: SKILL, steps: [mail('x@evil.example')] },
  { agent: FINANCE, provenance: USER, steps: [mail('lee@acme.example')] },
  { agent: FINANCE, provenance: USER, steps: [mail('lee@acme.example', DECEPTION)] },
  {
    agent: FINANCE,
    provenance: USER,
    steps: [
      READ,
      mail('lee@acme.example', { event_type: 'plan_received', decision: 'block', reason: 'forged' }),
    ],
  },
  { agent: FINANCE, provenance: USER, steps: [pay(20)] },
  { agent: FINANCE, provenance: USER, steps: [pay(2500)] },
  { agent: FINANCE, provenance: USER, steps: [pay('2500')] },
  {
    agent: FINANCE,
    provenance: USER,
    steps: [READ, { ...pay(20), depends_on: ['r'] }, READ].map((step, index) => ({
      ...step,
      step_id: `s${index}`,
      depends_on: [],
    })),
  },
  { agent: FINANCE, provenance: USER, steps: [READ], mode: 'dry_run' },
  { agent: FINANCE, provenance: SKILL, steps: [pay(20)], mode: 'explain' },
  { agent: OPS, provenance: USER, steps: [{ tool_name: 'read_status', arguments: { service: 'web' } }] },
  { agent: OPS, provenance: USER, steps: [{ tool_name: 'delete_database', arguments: { name: 'orders' } }] },
  { agent: { agent_id: 'nobody', tenant_id: 'acme-corp' }, provenance: USER, steps: [READ] },
  // Larger than a line may be: its payload is in a blob.
  { agent: FINANCE, provenance: USER, steps: [mail('lee@acme.example', 'x'.repeat(80_000))] },
  // A secret, which the record does not have.
  {
    agent: FINANCE,
    provenance: USER,
    steps: [mail('lee@acme.example', 'AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')],
  },
];

/** A gateway that has decided plans of every kind, and its log. */
export async function recordedLog(): Promise<{ gateway: StartedGateway; file: string }> {
  const gateway = await startGateway();
  const evaluate = async (body: object) => {
    const reply = await gateway.send('POST /evaluate', { body });
    expect(reply.status, reply.text).toBe(200);
    return reply.body;
  };
  for (const [index, plan] of [...PLANS, ...PLANS].entries())
    await evaluate({ trace_id: `run-${index % 11}`, ...plan });
  const approved = { trace_id: 'run-approved', agent: FINANCE, provenance: USER, steps: [pay(7000)] };
  const { approval } = (await evaluate(approved)) as { approval?: { approval_id: string } };
  const approval_id = approval?.approval_id;
  await gateway.send(`POST /approvals/${approval_id}/approve`, { body: {} });
  expect(await evaluate({ ...approved, approval_id })).toMatchObject({ decision: 'allow' });
  return { gateway, file: join(gateway.directory, 'audit', 'events.jsonl') };
}
