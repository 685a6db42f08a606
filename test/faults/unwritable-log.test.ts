import { appendFileSync, copyFileSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { budgetFigures } from '../process/budget-figures.ts';
import {
  auditFile,
  type GatewayProcess,
  gatewayDirectory,
  type Reply,
  startProcess,
} from '../process/gateway-process.ts';
import { countersOf, eventsOf, faultOf } from '../process/naive-log.ts';
import { incident, type Plan, payment, reading } from '../process/plans.ts';

/** Larger than all the store's files become in these tests, so that the log meets the limit first. */
const LIMIT_BLOCKS = 8_192;
const DESCRIPTION = 'It is slow. '.repeat(2_500);

/** Sends plans one after the other until one is not answered 200, and answers that one. */
async function untilRefused(
  gateway: GatewayProcess,
  next: () => Plan,
): Promise<{ allowed: string[]; refused: Plan; reply: Reply }> {
  const allowed: string[] = [];
  for (let count = 0; count < 500; count += 1) {
    const plan = next();
    const reply = await gateway.send('POST /evaluate', { body: plan });
    if (reply.status !== 200) return { allowed, refused: plan, reply };
    expect(reply.body).toMatchObject({ decision: 'allow' });
    allowed.push(plan.execution_plan_id);
  }
  throw new Error('the log never met its limit');
}

function expectUnavailable(reply: Reply): void {
  expect(reply.status).toBe(503);
  expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(reply.body).toMatchObject({ status: 503, code: 'audit_unavailable' });
  expect(reply.text).not.toMatch(/EFBIG|events\.jsonl|node:|\.ts/);
}

/** Everything that would have to be recorded is refused; everything that only reads is answered. */
async function expectReadsOnly(gateway: GatewayProcess, traceId: string): Promise<void> {
  const ready = await gateway.send('GET /readyz');
  expect(ready.status).toBe(503);
  expect(ready.body).toMatchObject({ ready: false, code: 'not_ready' });
  expect(ready.body['checks']).toContainEqual({
    name: 'audit_log',
    ok: false,
    detail: expect.stringMatching(/^broken/),
  });
  expectUnavailable(await gateway.send('POST /evaluate', { body: reading() }));
  expectUnavailable(await gateway.send('POST /evaluate', { body: reading(0, { mode: 'dry_run' }) }));
  expectUnavailable(await gateway.send('POST /agents/agent-ops-01/suspend?tenant_id=acme-corp'));
  expectUnavailable(await gateway.send('POST /tokens', { body: { name: 'n', roles: ['analyst'] } }));
  const reads = ['/health', '/metrics', '/audit', '/budgets', '/agents', '/policies'];
  for (const path of [...reads, '/approvals', '/replay', `/replay/${traceId}`]) {
    expect((await gateway.send(`GET ${path}`)).status, path).toBe(200);
  }
  const { text } = await gateway.send('GET /metrics');
  expect(text).toContain('aisecops_audit_state{state="broken"} 1');
}

describe('a log that meets the limit of its disk', () => {
  it('answers 503, consumes nothing, goes on reading, and is whole once there is room', async () => {
    const directory = gatewayDirectory();
    const full = await startProcess(directory, { fileBlocks: LIMIT_BLOCKS });
    const { body: waiting } = await full.send('POST /evaluate', { body: payment() });
    const { approval_id: id } = waiting['approval'] as { approval_id: string };
    const traceId = String(waiting['trace_id']);
    const { allowed, refused, reply } = await untilRefused(full, () => incident(DESCRIPTION));
    expectUnavailable(reply);
    expect(statSync(auditFile(directory)).size).toBeLessThanOrEqual(LIMIT_BLOCKS * 512);
    await expectReadsOnly(full, traceId);
    expectUnavailable(await full.send(`POST /approvals/${id}/approve`));
    expect((await full.send(`GET /approvals/${id}`)).body).toMatchObject({ status: 'pending' });
    const key = { 'idempotency-key': 'while-full' };
    expectUnavailable(await full.send('POST /evaluate', { body: refused, headers: key }));
    expect(await full.stop()).toMatchObject({ code: 0, stderr: '' });

    const roomy = await startProcess(directory);
    expect(await budgetFigures(roomy)).toMatchObject({
      'calls-per-minute': { used: 0, reserved: allowed.length },
    });
    expect(await budgetFigures(roomy)).toEqual(countersOf(directory));
    expect((await roomy.send(`GET /approvals/${id}`)).body).toMatchObject({ status: 'pending' });
    const again = await roomy.send('POST /evaluate', { body: refused, headers: key });
    expect(again.body).toMatchObject({ decision: 'allow' });
    await roomy.stop();
    expect(faultOf(directory)).toBeUndefined();
    const events = eventsOf(directory);
    // The failed write was taken back at once, so there was nothing to recover.
    expect(events.map((event) => event.event_type)).not.toContain('audit_recovered');
    const decided = events.flatMap((event) =>
      event.event_type === 'decision_made' && event.decision === 'allow' ? [event.execution_plan_id] : [],
    );
    expect(decided).toEqual([...allowed, refused.execution_plan_id]);
  });

  it('keeps nothing of a write that many plans shared and that failed half-way', async () => {
    const directory = gatewayDirectory();
    const full = await startProcess(directory, { fileBlocks: LIMIT_BLOCKS });
    const room = () => LIMIT_BLOCKS * 512 - statSync(auditFile(directory)).size;
    let calls = 0;
    for (; room() > 200_000; calls += 1) {
      const reply = await full.send('POST /evaluate', { body: incident(DESCRIPTION) });
      expect(reply.body).toMatchObject({ decision: 'allow' });
    }
    // A batch is one write: a hundred plans need more than there is room for, ten of them would fit.
    const plans = Array.from({ length: 100 }, () => reading());
    const { body } = await full.send('POST /evaluate/batch', { body: { plans } });
    const results = body['results'] as Record<string, unknown>[];
    const refused = results.filter((result) => result['code'] === 'audit_unavailable');
    expect(refused.length).toBeGreaterThan(50);
    await full.stop();
    const roomy = await startProcess(directory);
    const allowed = 100 - refused.length;
    const held = allowed === 0 ? {} : { 'q4-finance': { used: 0, reserved: 10_000 * allowed } };
    expect(await budgetFigures(roomy)).toEqual({ ...held, 'calls-per-minute': { used: 0, reserved: calls } });
    await roomy.stop();
    expect(faultOf(directory)).toBeUndefined();
  });
});

describe('a store that meets the limit of its disk', () => {
  it('stops the decisions, loses none that was answered, and has caught up after the next start', async () => {
    const directory = gatewayDirectory();
    // Small decisions one by one: the store's journal grows faster than the log, and meets the limit first.
    const full = await startProcess(directory, { fileBlocks: 1_500 });
    const { allowed, reply } = await untilRefused(full, () => reading());
    expectUnavailable(reply);
    expect((await full.send('GET /readyz')).status).toBe(503);
    expect((await full.send('GET /livez')).status).toBe(503);
    await full.stop();
    expect(statSync(auditFile(directory)).size).toBeLessThan(1_500 * 512);
    const roomy = await startProcess(directory);
    const held = { 'q4-finance': { used: 0, reserved: 10_000 * allowed.length } };
    expect(countersOf(directory)).toEqual(held);
    expect(await budgetFigures(roomy)).toEqual(held);
    await roomy.stop();
    expect(faultOf(directory)).toBeUndefined();
  });
});

describe('a log that somebody else touches', () => {
  it('is given up when it is replaced, even by a copy of itself', async () => {
    const directory = gatewayDirectory();
    const file = auditFile(directory);
    const gateway = await startProcess(directory);
    const { body } = await gateway.send('POST /evaluate', { body: reading() });
    renameSync(file, `${file}.taken`);
    copyFileSync(`${file}.taken`, file);
    const before = readFileSync(file);
    expectUnavailable(await gateway.send('POST /evaluate', { body: reading() }));
    await expectReadsOnly(gateway, String(body['trace_id']));
    expect(await gateway.stop()).toMatchObject({ code: 0 });
    expect(readFileSync(file).equals(before)).toBe(true);
    const next = await startProcess(directory);
    expect(await budgetFigures(next)).toEqual({ 'q4-finance': { used: 0, reserved: 10_000 } });
    await next.stop();
    expect(faultOf(directory)).toBeUndefined();
  });

  it('is given up when it is deleted', async () => {
    const directory = gatewayDirectory();
    const gateway = await startProcess(directory);
    rmSync(auditFile(directory));
    expectUnavailable(await gateway.send('POST /evaluate', { body: reading() }));
    expect((await gateway.send('GET /readyz')).status).toBe(503);
  });

  it('is given up when something is appended, and starts again without what was appended', async () => {
    const directory = gatewayDirectory();
    const gateway = await startProcess(directory);
    const { body } = await gateway.send('POST /evaluate', { body: reading() });
    const own = readFileSync(auditFile(directory));
    appendFileSync(auditFile(directory), 'a stranger was here');
    expectUnavailable(await gateway.send('POST /evaluate', { body: reading() }));
    await expectReadsOnly(gateway, String(body['trace_id']));
    await gateway.stop();
    const next = await startProcess(directory);
    expect((await next.send('POST /evaluate', { body: reading() })).status).toBe(200);
    await next.stop();
    expect(readFileSync(auditFile(directory)).subarray(0, own.length).equals(own)).toBe(true);
    expect(faultOf(directory)).toBeUndefined();
    expect(readFileSync(`${auditFile(directory)}.torn-${own.length}`, 'utf8')).toBe('a stranger was here');
  });
});
