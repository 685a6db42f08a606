import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyLog } from '../../src/audit/verify-log.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

const FINANCE = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };

/** What comes from outside, by the name of its member: no other line or name of the log has these texts. */
const FOREIGN = {
  amount: 1987.41,
  payee: 'Quillfeather Ltd',
  contract_id: 'CX-bramble',
  ticket: 'TK-larkspur',
  note: 'seen by thistledown',
  reason: 'matter of foxglove',
  description: 'tends the heliotrope',
  error: 'broke on samphire',
  signature: 'sig-marjoram',
  content: 'read about cloudberry',
  prompt: 'please do saxifrage',
} as const;

function plan(step: { arguments: object }, extra: object = {}) {
  const { content, prompt, signature, ticket } = FOREIGN;
  const provenance = [{ source_type: 'user_prompt', trust_level: 'trusted', content }];
  // A signature of nobody counts for nothing, so it vouches for what decides nothing: the last argument.
  const flows_into = Object.keys(step.arguments)
    .slice(-1)
    .map((name) => `/${name}`);
  const steps = [{ ...step, provenance: [{ source_type: 'memory', flows_into, signature }] }];
  return { agent: FINANCE, provenance, prompt, metadata: { ticket }, steps, ...extra };
}

const PAY = {
  step_id: 's1',
  tool_name: 'make_payment',
  arguments: { payee: FOREIGN.payee, amount: FOREIGN.amount, currency: 'USD' },
  estimated_cost: { usd: 0.5 },
};
const READ = {
  step_id: 's1',
  tool_name: 'read_contract',
  arguments: { contract_id: FOREIGN.contract_id },
  estimated_cost: { usd: 0.25 },
};

/** A run through everything that is recorded; answers what each request was answered with. */
async function runThrough(gateway: StartedGateway, label: string): Promise<(string | number)[]> {
  const seen: (string | number)[] = [];
  const send = async (route: string, body?: object, token?: string) => {
    const reply = await gateway.send(route, {
      ...(body !== undefined && { body }),
      ...(token !== undefined && { token }),
    });
    seen.push(`${route.split(' ')[0]} ${reply.status} ${reply.body?.['decision'] ?? ''}`);
    return reply.body;
  };
  const { reason, note, error, description } = FOREIGN;
  const approver = await gateway.token(['approver'], { name: `boss-${label}` });
  const agent = { agent_id: `agent-${label}`, tenant_id: 'acme-corp', capabilities: ['cap_payments'] };
  await send('POST /agents', { ...agent, description });
  await send('POST /evaluate', plan(READ, { execution_plan_id: `read-${label}`, request_permit: true }));
  await send(`POST /executions/read-${label}/outcome`, {
    status: 'failed',
    cost: { usd: 0.125 },
    steps: [{ step_id: 's1', status: 'failed', output: { text: 'none' }, error }],
  });
  const waiting = await send('POST /evaluate', plan(PAY, { execution_plan_id: `pay-${label}` }));
  const { approval_id } = waiting['approval'] as { approval_id: string };
  await send(`POST /approvals/${approval_id}/approve`, { note }, approver);
  await send('POST /evaluate', plan(PAY, { execution_plan_id: `paid-${label}`, approval_id }));
  await send('POST /evaluate', plan(PAY, { mode: 'explain', execution_plan_id: `why-${label}` }));
  const hold = await send('POST /audit/holds', { agent_id: FINANCE.agent_id, reason });
  await send(`POST /audit/holds/${(hold as { hold_id: string }).hold_id}/release`, { reason });
  return seen;
}

function logOf(directory: string): string {
  return readFileSync(join(directory, 'audit', 'events.jsonl'), 'utf8');
}

function membersIn(value: unknown, names: Set<string>): void {
  if (value === null || typeof value !== 'object') return;
  if (!Array.isArray(value)) for (const name of Object.keys(value)) names.add(name);
  for (const member of Object.values(value)) membersIn(member, names);
}

/** What the agents have spent of the budget whose window ends with the day. */
async function spentOf(gateway: StartedGateway): Promise<unknown> {
  const { budgets } = (await gateway.send('GET /budgets')).body as { budgets: Record<string, unknown>[] };
  return budgets.find(({ budget_id }) => budget_id === 'q4-finance')?.['counters'];
}

/** A gateway run through, started again, and made again from its log alone; answers what it said, and its log. */
async function live(redactFields: readonly string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'aisecops-redact-'));
  try {
    const settings = { directory, keep: true, redactFields, recordTexts: true };
    const first = await startGateway(settings);
    const answers = await runThrough(first, 'one');
    await first.stop();
    const again = await startGateway(settings);
    answers.push(...(await runThrough(again, 'two')));
    const budgets = await spentOf(again);
    await again.stop();
    for (const end of ['', '-wal', '-shm'])
      rmSync(join(directory, 'data', `aisecops.db${end}`), { force: true });
    const rebuilt = await startGateway(settings);
    expect(await spentOf(rebuilt)).toEqual(budgets);
    answers.push((await rebuilt.send('GET /readyz')).status);
    await rebuilt.stop();
    const report = await verifyLog(join(directory, 'audit', 'events.jsonl'));
    return { answers, report, log: logOf(directory) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The names whose foreign values stand in a log. */
function foreignIn(log: string): string[] {
  return Object.entries(FOREIGN).flatMap(([name, value]) => (log.includes(String(value)) ? [name] : []));
}

describe('redact_fields', () => {
  it('takes values from outside out of the log, and nothing that the gateway reads back', {
    timeout: 120_000,
  }, async () => {
    const plain = await live([]);
    expect(plain.report).toMatchObject({ ok: true });
    expect(foreignIn(plain.log)).toEqual(Object.keys(FOREIGN));
    const names = new Set<string>();
    for (const line of plain.log.trimEnd().split('\n')) membersIn(JSON.parse(line), names);
    const all = [...names].sort();

    const check = async (redacted: readonly string[]) => {
      const { answers, report, log } = await live(redacted);
      expect(answers).toEqual(plain.answers);
      expect(report).toMatchObject({ ok: true });
      expect(foreignIn(log).filter((name) => redacted.includes(name))).toEqual([]);
    };
    for (const redacted of [all, ['amount'], ['agent', 'payload'], ['prompt']]) await check(redacted);
    await fc.assert(fc.asyncProperty(fc.subarray(all, { minLength: 1 }), check), { numRuns: 3 });
  });
});
