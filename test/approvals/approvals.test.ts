import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/approvals/approval.ts';
import { Approvals } from '../../src/approvals/approvals.ts';
import { isSameName } from '../../src/policy/person-name.ts';
import { openParts, tempDirectory } from '../store/open-parts.ts';
import { approvalOf, callerOf } from './approval-fixture.ts';

const [ANN, BOB] = [callerOf('ann'), callerOf('bob')];

/** Timers that run when the test says so. */
class ManualTimers {
  readonly running = new Map<() => void, number>();

  readonly start = (ms: number, run: () => void): (() => void) => {
    this.running.set(run, ms);
    return () => void this.running.delete(run);
  };

  fire(): void {
    for (const run of [...this.running.keys()]) run();
  }
}

async function openApprovals(directory = tempDirectory(), maxWaiters = 10) {
  const parts = await openParts(directory);
  const timers = new ManualTimers();
  const approvals = new Approvals({
    ...parts,
    startTimer: timers.start,
    isSamePerson: isSameName,
    maxWaiters,
  });
  const open = async (over: Partial<Approval> = {}): Promise<Approval> => {
    const approval = approvalOf(over);
    const { trace_id, execution_plan_id, tenant_id } = approval;
    const context = { trace_id, execution_plan_id, tenant_id };
    await parts.record({ context, events: [{ event_type: 'approval_requested', payload: { approval } }] });
    return approval;
  };
  const consume = async (approvalId: string, plan: string): Promise<boolean> => {
    const claim = await approvals.claim(approvalId);
    try {
      if (claim.approval?.status !== 'approved') return false;
      const payload = { approval_id: approvalId, execution_plan_id: plan };
      const context = { trace_id: 't1', execution_plan_id: plan, tenant_id: 'acme' };
      await parts.record({ context, events: [{ event_type: 'approval_consumed', payload }] });
      return true;
    } finally {
      claim.release();
    }
  };
  return { ...parts, timers, approvals, open, consume };
}

describe('deciding', () => {
  it('is kept over a restart, with who and when and why', async () => {
    const directory = tempDirectory();
    const first = await openApprovals(directory);
    await first.open({ required: 2 });
    await first.approvals.approve({ approval_id: 'apr-1', caller: ANN, note: 'fine' });
    await first.close();
    const { approvals } = await openApprovals(directory);
    expect(await approvals.get('apr-1', 'acme')).toMatchObject({
      status: 'pending',
      granted_by: [{ name: 'ann', note: 'fine' }],
    });
    const done = await approvals.approve({ approval_id: 'apr-1', caller: BOB });
    expect(done.status).toBe('approved');
    expect(await approvals.get('apr-1', 'acme')).toEqual(done);
  });

  it('lets one of many be first, and tells the others who it was', async () => {
    const { approvals, open } = await openApprovals();
    await open();
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const results = await Promise.allSettled(
      names.map((name, index) => {
        const request = { approval_id: 'apr-1', caller: callerOf(name) };
        return index % 2 === 0 ? approvals.approve(request) : approvals.reject(request);
      }),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    const { granted_by } = await approvals.get('apr-1', 'acme');
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    for (const reason of refusals) {
      expect(reason).toMatchObject({ code: 'approval_closed' });
      expect(reason.message).toContain(`decided by ${granted_by[0]?.name}`);
    }
  });

  it('changes nothing without its event', async () => {
    const { approvals, open, log } = await openApprovals();
    await open();
    await log.close();
    const attempt = approvals.approve({ approval_id: 'apr-1', caller: ANN });
    await expect(attempt).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect((await approvals.get('apr-1', 'acme')).status).toBe('pending');
  });

  it('shows nothing of another tenant', async () => {
    const { approvals, open } = await openApprovals();
    await open();
    const notFound = { code: 'approval_not_found' };
    await expect(approvals.get('apr-1', 'globex')).rejects.toMatchObject(notFound);
    await expect(approvals.get('apr-2', 'acme')).rejects.toMatchObject(notFound);
    await expect(approvals.wait('apr-1', 'globex', 1)).rejects.toMatchObject(notFound);
    const stranger = callerOf('eve', ['admin'], { tenant_id: 'globex' });
    for (const decide of [approvals.approve, approvals.reject, approvals.cancel]) {
      const attempt = decide.call(approvals, { approval_id: 'apr-1', caller: stranger });
      await expect(attempt).rejects.toMatchObject(notFound);
    }
    expect((await approvals.get('apr-1', '*')).status).toBe('pending');
  });
});

describe('using', () => {
  it('is for one plan of many that try at once', async () => {
    const { approvals, open, consume } = await openApprovals();
    await open();
    await approvals.approve({ approval_id: 'apr-1', caller: ANN });
    const used = await Promise.all(Array.from({ length: 20 }, (_, index) => consume('apr-1', `p${index}`)));
    expect(used.filter(Boolean)).toHaveLength(1);
    const { status, consumed_by } = await approvals.get('apr-1', 'acme');
    expect({ status, consumed_by }).toEqual({ status: 'consumed', consumed_by: `p${used.indexOf(true)}` });
  });

  it('is not lost when the plan could not be recorded', async () => {
    const { approvals, open, consume } = await openApprovals();
    await open();
    await approvals.approve({ approval_id: 'apr-1', caller: ANN });
    (await approvals.claim('apr-1')).release();
    expect(await consume('apr-1', 'p1')).toBe(true);
  });

  it('claims what is not there, and lets it go', async () => {
    const { approvals } = await openApprovals();
    for (let turn = 0; turn < 2; turn += 1) {
      const claim = await approvals.claim('apr-none');
      expect(claim.approval).toBeUndefined();
      claim.release();
      claim.release();
    }
  });
});

describe('expiry', () => {
  it('holds from the moment on, before it is recorded', async () => {
    const { approvals, open, time, consume } = await openApprovals();
    await open();
    await approvals.approve({ approval_id: 'apr-1', caller: ANN });
    time.nowMs += 600_000;
    expect((await approvals.get('apr-1', 'acme')).status).toBe('expired');
    expect(await consume('apr-1', 'p1')).toBe(false);
  });

  it('is recorded once for each that ran out, so many at a time', async () => {
    const { approvals, open, time, store } = await openApprovals();
    for (const id of ['apr-1', 'apr-2', 'apr-3']) await open({ approval_id: id });
    await approvals.reject({ approval_id: 'apr-2', caller: ANN });
    expect(await approvals.expireDue(10)).toBe(0);
    time.nowMs += 600_000;
    expect(await approvals.expireDue(1)).toBe(1);
    expect(await Promise.all([approvals.expireDue(10), approvals.expireDue(10)])).toEqual(
      expect.arrayContaining([1, 0]),
    );
    expect(await approvals.expireDue(10)).toBe(0);
    const { items } = await store.approvals({ limit: 10 });
    expect(items.map((item) => item.status).toSorted()).toEqual(['expired', 'expired', 'rejected']);
  });
});

describe('waiting', () => {
  it('ends when somebody decides', async () => {
    const { approvals, open, timers } = await openApprovals();
    await open();
    const waits = [approvals.wait('apr-1', 'acme', 30), approvals.wait('apr-1', 'acme', 30)];
    await until(() => timers.running.size === 2);
    await approvals.approve({ approval_id: 'apr-1', caller: ANN });
    expect((await Promise.all(waits)).map((one) => one.status)).toEqual(['approved', 'approved']);
    expect(timers.running.size).toBe(0);
  });

  it('ends after the seconds asked for, at most sixty', async () => {
    const { approvals, open, timers } = await openApprovals();
    await open();
    for (const [seconds, ms] of [
      [30, 30_000],
      [3_600, 60_000],
    ] as const) {
      const wait = approvals.wait('apr-1', 'acme', seconds);
      await until(() => timers.running.size === 1);
      expect([...timers.running.values()]).toEqual([ms]);
      timers.fire();
      expect((await wait).status).toBe('pending');
    }
    expect((await approvals.wait('apr-1', 'acme', 0)).status).toBe('pending');
  });

  it('does not begin for what is decided, and leaves no timer behind', async () => {
    const { approvals, open, timers } = await openApprovals();
    await open();
    await approvals.reject({ approval_id: 'apr-1', caller: ANN });
    expect((await approvals.wait('apr-1', 'acme', 30)).status).toBe('rejected');
    await expect(approvals.wait('apr-2', 'acme', 30)).rejects.toMatchObject({ code: 'approval_not_found' });
    expect(timers.running.size).toBe(0);
  });

  it('ends when it expires', async () => {
    const { approvals, open, timers, time } = await openApprovals();
    await open();
    const wait = approvals.wait('apr-1', 'acme', 30);
    await until(() => timers.running.size === 1);
    time.nowMs += 600_000;
    await approvals.expireDue(10);
    expect((await wait).status).toBe('expired');
  });

  it('is bounded in number, and ends when the caller goes', async () => {
    const { approvals, open, timers } = await openApprovals(tempDirectory(), 1);
    await open();
    const gone = new AbortController();
    const wait = approvals.wait('apr-1', 'acme', 30, gone.signal);
    await until(() => timers.running.size === 1);
    await expect(approvals.wait('apr-1', 'acme', 30)).rejects.toMatchObject({ code: 'too_many_waiters' });
    gone.abort();
    expect((await wait).status).toBe('pending');
    expect((await approvals.wait('apr-1', 'acme', 30, gone.signal)).status).toBe('pending');
    expect(timers.running.size).toBe(0);
  });

  it('ends for all when the gateway stops', async () => {
    const { approvals, open, timers } = await openApprovals();
    await open();
    const wait = approvals.wait('apr-1', 'acme', 30);
    await until(() => timers.running.size === 1);
    approvals.close();
    expect((await wait).status).toBe('pending');
  });
});

/** Lets what is under way go on until `holds`; bounded, so that a mistake fails and does not hang. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !holds(); turn += 1) await undefined;
  expect(holds()).toBe(true);
}
