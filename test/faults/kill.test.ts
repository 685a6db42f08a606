import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { budgetFigures } from '../process/budget-figures.ts';
import { type GatewayProcess, gatewayDirectory, startProcess } from '../process/gateway-process.ts';
import { countersOf, eventsOf, faultOf, linesOf } from '../process/naive-log.ts';
import { incident, reading } from '../process/plans.ts';
import { until } from '../process/until.ts';
import { type Answered, isWithin, loadUntilGone } from './kill-load.ts';

const CALLERS = 32;
/** Answers after which the gateway is killed, one run each. */
const KILL_AFTER = [1, 40, 150, 400, 701];

/** Loads a gateway and ends it as a crash would, in the middle of it. */
async function killUnderLoad(
  gateway: GatewayProcess,
  tokens: { runtime: string; approver: string },
  killAfter: number,
): Promise<Answered> {
  const answered = await loadUntilGone(gateway, tokens, {
    callers: CALLERS,
    onAnswer: (count) => {
      if (count === killAfter) gateway.signal('SIGKILL');
    },
  });
  expect((await gateway.ended).signal).toBe('SIGKILL');
  return answered;
}

/** Every receipt a caller holds is in the log, at its place, before anything repairs the log. */
function expectReceipts(directory: string, { receipts }: Answered): void {
  const lines = linesOf(directory);
  const lost = receipts.filter(({ sequence, hash }) => lines[sequence]?.hash !== hash);
  expect(lost).toEqual([]);
}

async function expectApprovals(gateway: GatewayProcess, { approvals }: Answered): Promise<void> {
  for (const [id, course] of approvals) {
    const { body } = await gateway.send(`GET /approvals/${id}`);
    expect({ id, course, status: body['status'] }).toSatisfy(() => isWithin(course, body['status']));
  }
}

/** A granted approval is still good for its plan, once; a used one is not. */
async function expectApprovalsUsable(
  gateway: GatewayProcess,
  token: string,
  { approvals }: Answered,
): Promise<number> {
  const settled = [...approvals].filter(([, { asked, answered }]) => asked === answered);
  const granted = settled.filter(([, { answered }]) => answered === 'approved').slice(0, 3);
  const consumed = settled.filter(([, { answered }]) => answered === 'consumed').slice(0, 3);
  for (const [approval_id, { plan }] of granted) {
    const { body } = await gateway.send('POST /evaluate', { token, body: { ...plan, approval_id } });
    expect(body).toMatchObject({ decision: 'allow' });
  }
  for (const [approval_id, { plan }] of consumed) {
    const { body } = await gateway.send('POST /evaluate', { token, body: { ...plan, approval_id } });
    expect(body).toMatchObject({ decision: 'block', reason: 'approval_consumed' });
  }
  return granted.length + consumed.length;
}

async function expectSameAnswers(gateway: GatewayProcess, token: string, { keyed }: Answered) {
  for (const { key, plan, text } of keyed.slice(-5)) {
    const headers = { 'idempotency-key': key };
    const again = await gateway.send('POST /evaluate', { token, body: plan, headers });
    expect(again.text).toBe(text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  }
}

async function expectSuspended(gateway: GatewayProcess, token: string): Promise<void> {
  const { body } = await gateway.send('POST /evaluate', { token, body: incident('still out') });
  expect(body).toMatchObject({ decision: 'block', control: 'identity', reason: 'agent_suspended' });
}

describe('kill -9 under load', () => {
  it('loses nothing that was answered, and every restart goes on from what the log says', {
    timeout: 60_000,
  }, async () => {
    const directory = gatewayDirectory();
    let gateway = await startProcess(directory);
    const tokens = { runtime: await gateway.token(['runtime']), approver: await gateway.token(['approver']) };
    await gateway.send('POST /agents/agent-ops-01/suspend?tenant_id=acme-corp');
    let [receipts, tried] = [0, 0];
    for (const killAfter of KILL_AFTER) {
      const answered = await killUnderLoad(gateway, tokens, killAfter);
      expectReceipts(directory, answered);
      const before = linesOf(directory).length;
      gateway = await startProcess(directory);
      expect((await gateway.send('GET /readyz')).body).toMatchObject({ ready: true });
      expect(faultOf(directory)).toBeUndefined();
      expect(
        eventsOf(directory)
          .slice(before)
          .map((event) => event.event_type),
      ).toContain('gateway_started');
      expect(await budgetFigures(gateway)).toEqual(countersOf(directory));
      await expectApprovals(gateway, answered);
      await expectSuspended(gateway, tokens.runtime);
      await expectSameAnswers(gateway, tokens.runtime, answered);
      tried += await expectApprovalsUsable(gateway, tokens.runtime, answered);
      receipts += answered.receipts.length;
    }
    await gateway.stop();
    expect(faultOf(directory)).toBeUndefined();
    expect(receipts).toBeGreaterThan(700);
    expect(tried).toBeGreaterThan(6);
  });

  it('catches up from the log when the machine lost what the store wrote last', {
    timeout: 60_000,
  }, async () => {
    const directory = gatewayDirectory();
    const first = await startProcess(directory);
    const tokens = { runtime: await first.token(['runtime']), approver: await first.token(['approver']) };
    await first.stop();
    const [data, kept] = [join(directory, 'data'), join(directory, 'kept')];
    cpSync(data, kept, { recursive: true });
    const second = await startProcess(directory);
    await second.send('POST /agents/agent-ops-01/suspend?tenant_id=acme-corp');
    const answered = await killUnderLoad(second, tokens, 300);
    rmSync(data, { recursive: true });
    cpSync(kept, data, { recursive: true });
    const third = await startProcess(directory);
    expect(await budgetFigures(third)).toEqual(countersOf(directory));
    await expectApprovals(third, answered);
    await expectSuspended(third, tokens.runtime);
    expect(await expectApprovalsUsable(third, tokens.runtime, answered)).toBe(6);
    await third.stop();
    expectReceipts(directory, answered);
    expect(faultOf(directory)).toBeUndefined();
  });
});

describe('kill -9 while segments are closed', () => {
  it('loses nothing that was answered, and traces in closed segments can be replayed', {
    timeout: 60_000,
  }, async () => {
    const env = { AISECOPS_SEGMENT_BYTES: String(1024 * 1024) };
    const directory = gatewayDirectory();
    let gateway = await startProcess(directory, { env });
    const tokens = { runtime: await gateway.token(['runtime']), approver: await gateway.token(['approver']) };
    const first = await gateway.send('POST /evaluate', { body: reading() });
    for (const killAfter of [150, 310, 470]) {
      const answered = await killUnderLoad(gateway, tokens, killAfter);
      expectReceipts(directory, answered);
      gateway = await startProcess(directory, { env });
      expect(faultOf(directory)).toBeUndefined();
      expect(await budgetFigures(gateway)).toEqual(countersOf(directory));
      await expectApprovals(gateway, answered);
      const replayed = await gateway.send(`GET /replay/${first.body['trace_id']}`);
      expect(replayed.body).toMatchObject({ final_decision: 'allow', event_count: 8 });
    }
    await gateway.stop();
    expect(readdirSync(join(directory, 'audit', 'segments')).length).toBeGreaterThan(4);
    expect(faultOf(directory)).toBeUndefined();
  });
});

describe('kill -9 while starting', () => {
  it.each([
    { moment: 'the store is there', path: 'data/aisecops.db' },
    { moment: 'the lock is there', path: 'audit/events.jsonl.lock' },
    { moment: 'the log is there', path: 'audit/events.jsonl' },
    { moment: 'the bundle is kept', path: 'audit/policies' },
    { moment: 'the key is there', path: 'data/signing-keys.json' },
  ])('at the moment $moment: the next start is a good one', async ({ moment, path }) => {
    const directory = gatewayDirectory();
    const started = startProcess(directory, {
      onLaunch: (kill) => void killWhen(moment, join(directory, path), kill),
    });
    await expect(started).rejects.toThrow('did not start');
    const next = await startProcess(directory);
    expect((await next.send('POST /evaluate', { body: reading() })).body).toMatchObject({
      decision: 'allow',
    });
    await next.stop();
    expect(faultOf(directory)).toBeUndefined();
  });
});

async function killWhen(moment: string, path: string, kill: () => void): Promise<void> {
  await until(moment, () => existsSync(path));
  kill();
}
