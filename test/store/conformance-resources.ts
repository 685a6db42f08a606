import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/approvals/approval.ts';
import type { EventDraft, EventType } from '../../src/audit/event.ts';
import { planRef } from '../../src/budgets/plan-ref.ts';
import type { TokenEntry } from '../../src/tokens/token-store.ts';
import type { StoreBench } from './conformance.ts';
import { AGENT, timeOf } from './group-maker.ts';

export function describeResources(bench: StoreBench): void {
  describe('budgets', () => describeBudgets(bench));
  describe('approvals', () => describeApprovals(bench));
  describe('permits and outcomes', () => describePermits(bench));
  describe('agents', () => describeAgents(bench));
  describe('sources', () => describeTrustSources(bench));
  describe('remembered contents', () => describeRemembered(bench));
  describe('tokens', () => describeTokens(bench));
  describe('answers', () => describeAnswers(bench));
}

const PLAN = { trace_id: 't1', execution_plan_id: 'p1', tenant_id: 'acme' };

function reserving(key: string, amount: number): Partial<EventDraft> {
  return { payload: { reservations: [{ budget_id: 'b', key, metric: 'tokens', amount }] } };
}

function settling(key: string, reserved: number, actual: number): EventDraft {
  const settled = [{ budget_id: 'b', key, metric: 'tokens', reserved, actual }];
  return { event_type: 'budget_settled', payload: { settled } };
}

function describeBudgets(bench: StoreBench): void {
  it('adds what is reserved, and books the real cost in its place once', async () => {
    const { store, log } = bench;
    await store.commit([log.decision(PLAN, reserving('k', 10)), log.decision(PLAN, reserving('k', 5))]);
    expect(await store.openReservations('acme', planRef(AGENT, 'p1'))).toEqual([
      { budget_id: 'b', key: 'k', metric: 'tokens', amount: 15 },
    ]);
    expect(await store.openReservations('globex', planRef(AGENT, 'p1'))).toEqual([]);
    await store.commit([log.next(PLAN, [settling('k', 15, 4)]), log.next(PLAN, [settling('k', 15, 4)])]);
    expect((await store.counters(['k', 'other'])).get('k')).toEqual({ used: 4, reserved: 0 });
    expect(await store.openReservations('acme', planRef(AGENT, 'p1'))).toEqual([]);
  });

  it('frees nothing for a plan that holds nothing', async () => {
    const { store, log } = bench;
    await store.commit([log.decision(PLAN, reserving('k', 10))]);
    await store.commit([log.next({ ...PLAN, execution_plan_id: 'p2' }, [settling('k', 10, 0)])]);
    expect((await store.counters(['k'])).get('k')).toEqual({ used: 0, reserved: 10 });
  });

  it('stops at the largest exact integer', async () => {
    const { store, log } = bench;
    await store.commit([
      log.decision(PLAN, reserving('k', 1)),
      log.next(PLAN, [settling('k', 1, Number.MAX_SAFE_INTEGER)]),
      log.decision({ ...PLAN, execution_plan_id: 'p2' }, reserving('k', 1)),
      log.next({ ...PLAN, execution_plan_id: 'p2' }, [settling('k', 1, 9)]),
    ]);
    expect((await store.counters(['k'])).get('k')).toEqual({ used: Number.MAX_SAFE_INTEGER, reserved: 0 });
  });

  it('lists counters by the two ends of their keys', async () => {
    const { store, log } = bench;
    for (const key of ['b|acme/a|d1', 'b|acme/a|d2', 'b|globex|d1', 'bb|acme/a|d1', 'b|é|d1']) {
      await store.commit([log.decision(PLAN, reserving(key, 1))]);
    }
    const keys = async (prefix: string): Promise<string[]> =>
      (await store.countersBetween(prefix, '|d1', 10)).map((counter) => counter.key);
    expect(await keys('b|')).toEqual(['b|acme/a|d1', 'b|globex|d1', 'b|é|d1']);
    expect(await keys('b|acme')).toEqual(['b|acme/a|d1']);
    expect(await store.countersBetween('b|', '|d1', 1)).toHaveLength(1);
    expect(await store.countersBetween('', '', 10)).toHaveLength(5);
    expect(await store.countersBetween('', 'longer than any key there is', 10)).toEqual([]);
  });
}

function approvalOf(id: string, over: Partial<Approval> = {}): Approval {
  return {
    approval_id: id,
    status: 'pending',
    plan_hash: 'sha256:1',
    trace_id: 't1',
    execution_plan_id: 'p1',
    tenant_id: 'acme',
    agent_id: 'agent-1',
    requested_by: { name: 'runner', token_id: 'tok-1' },
    tool_names: ['pay'],
    reason: 'payment_cap',
    summary: 'A payment above the cap.',
    risk_level: 'high',
    rule_hashes: ['sha256:r'],
    required: 1,
    approvers: [],
    bundle_version: 'sha256:b',
    plan: { steps: [{ arguments: { memo: 'ünï\u0000' } }] },
    created_at: timeOf(0),
    expires_at: timeOf(100),
    granted_by: [],
    ...over,
  };
}

function requested(approval: Approval): EventDraft {
  return { event_type: 'approval_requested', payload: { approval } };
}

function describeApprovals(bench: StoreBench): void {
  const commit = (...events: EventDraft[]): Promise<void> =>
    bench.store.commit([bench.log.next(PLAN, events)]);

  it('gives back what was requested', async () => {
    await commit(requested(approvalOf('apr-1')));
    expect(await bench.store.approval('apr-1')).toEqual(approvalOf('apr-1'));
    expect(await bench.store.approval('apr-2')).toBeUndefined();
  });

  it('follows it from the first say to its use', async () => {
    await commit(requested(approvalOf('apr-1', { required: 2 })));
    const ann = { name: 'ann', at: timeOf(1) };
    const bob = { name: 'bob', at: timeOf(2), note: 'fine' };
    const granted = (status: string, by: object[]): EventDraft => ({
      event_type: 'approval_granted',
      payload: { approval_id: 'apr-1', by: 'x', at: timeOf(1), granted_by: by, status },
    });
    await commit(granted('pending', [ann]));
    expect(await bench.store.approval('apr-1')).toMatchObject({ status: 'pending', granted_by: [ann] });
    await commit(granted('approved', [ann, bob]));
    expect(await bench.store.approval('apr-1')).toMatchObject({ status: 'approved', granted_by: [ann, bob] });
    await commit({
      event_type: 'approval_consumed',
      payload: { approval_id: 'apr-1', execution_plan_id: 'p9' },
    });
    expect(await bench.store.approval('apr-1')).toMatchObject({ status: 'consumed', consumed_by: 'p9' });
  });

  it.each(['rejected', 'cancelled', 'expired'] as const)('closes it as %s', async (status) => {
    await commit(requested(approvalOf('apr-1')));
    await commit({
      event_type: `approval_${status}`,
      payload: {
        approval_id: 'apr-1',
        at: timeOf(3),
        ...(status === 'expired' ? {} : { by: 'ann', note: 'no' }),
      },
    });
    const closed_by =
      status === 'expired' ? { name: 'aisecops', at: timeOf(3) } : { name: 'ann', at: timeOf(3), note: 'no' };
    expect(await bench.store.approval('apr-1')).toMatchObject({ status, closed_by });
  });

  it('lists newest first by tenant, status and agent, page by page', async () => {
    await commit(
      requested(approvalOf('apr-1', { created_at: timeOf(1) })),
      requested(approvalOf('apr-2', { created_at: timeOf(2), tenant_id: 'globex' })),
      requested(approvalOf('apr-3', { created_at: timeOf(3), agent_id: 'agent-2' })),
      requested(approvalOf('apr-4', { created_at: timeOf(3), status: 'approved' })),
    );
    const ids = async (query: object): Promise<string[]> =>
      (await bench.store.approvals({ limit: 10, ...query })).items.map((item) => item.approval_id);
    expect(await ids({})).toEqual(['apr-4', 'apr-3', 'apr-2', 'apr-1']);
    expect(await ids({ tenant_id: 'acme' })).toEqual(['apr-4', 'apr-3', 'apr-1']);
    expect(await ids({ status: 'approved' })).toEqual(['apr-4']);
    expect(await ids({ agent_id: 'agent-2' })).toEqual(['apr-3']);
    const page = await bench.store.approvals({ limit: 2, status: 'pending' });
    expect(page.items.map((item) => item.approval_id)).toEqual(['apr-3', 'apr-2']);
    expect(await ids({ status: 'pending', cursor: page.next_cursor })).toEqual(['apr-1']);
    await expect(ids({ cursor: 'WzFd' })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  it('finds those that ran out, oldest first', async () => {
    await commit(
      requested(approvalOf('apr-1', { expires_at: timeOf(9) })),
      requested(approvalOf('apr-2', { expires_at: timeOf(5), status: 'approved' })),
      requested(approvalOf('apr-3', { expires_at: timeOf(7), status: 'rejected' })),
      requested(approvalOf('apr-4', { expires_at: timeOf(11) })),
    );
    const due = async (now: string, limit: number): Promise<string[]> =>
      (await bench.store.dueApprovals(now, limit)).map((approval) => approval.approval_id);
    expect(await due(timeOf(10), 10)).toEqual(['apr-2', 'apr-1']);
    expect(await due(timeOf(9), 1)).toEqual(['apr-2']);
    expect(await due(timeOf(4), 10)).toEqual([]);
  });
}

function describePermits(bench: StoreBench): void {
  const issued = (permit_id: string): EventDraft => ({
    event_type: 'permit_issued',
    payload: {
      permit_id,
      plan_hash: 'sha256:1',
      execution_plan_id: 'p1',
      agent_id: 'agent-1',
      expires_at: timeOf(300),
    },
  });

  it('knows which permits of a plan are open', async () => {
    const { store, log } = bench;
    await store.commit([log.next(PLAN, [issued('prm-2')]), log.next(PLAN, [issued('prm-1')])]);
    expect((await store.openPermits('acme', planRef(AGENT, 'p1'))).map((permit) => permit.permit_id)).toEqual(
      ['prm-2', 'prm-1'],
    );
    expect(await store.openPermits('globex', planRef(AGENT, 'p1'))).toEqual([]);
    const consumed: EventDraft = { event_type: 'permit_consumed', payload: { permit_id: 'prm-2' } };
    await store.commit([log.next(PLAN, [consumed]), log.next(PLAN, [consumed])]);
    expect((await store.openPermits('acme', planRef(AGENT, 'p1'))).map((permit) => permit.permit_id)).toEqual(
      ['prm-1'],
    );
    expect(await store.permit('prm-2')).toMatchObject({ tenant_id: 'acme', consumed_at: timeOf(2) });
    expect(await store.permit('prm-3')).toBeUndefined();
  });

  it('counts how often a permit was used', async () => {
    const { store, log } = bench;
    await store.commit([log.next(PLAN, [issued('prm-1')]), log.next(PLAN, [issued('prm-2')])]);
    const used: EventDraft = { event_type: 'permit_used', payload: { permit_id: 'prm-1', uses_left: 1 } };
    await store.commit([log.next(PLAN, [used]), log.next(PLAN, [used])]);
    expect(await store.permit('prm-1')).toMatchObject({ uses: 2 });
    expect(await store.permit('prm-2')).toMatchObject({ uses: 0 });
  });

  it('keeps the last outcome of a plan and where it stands, by tenant', async () => {
    const { store, log } = bench;
    const completed = (status: string): EventDraft => ({
      event_type: 'execution_completed',
      payload: { execution_plan_id: 'p1', status },
    });
    await store.commit([log.next(PLAN, [completed('succeeded')]), log.next(PLAN, [completed('failed')])]);
    expect(await store.outcome('acme', planRef(AGENT, 'p1'))).toEqual({
      status: 'failed',
      at: timeOf(1),
      sequence: 1,
    });
    expect(await store.outcome('globex', planRef(AGENT, 'p1'))).toBeUndefined();
  });
}

function describeAgents(bench: StoreBench): void {
  it('keeps the latest record of each agent and where it came from', async () => {
    const { store, log } = bench;
    const agent = { agent_id: 'a', tenant_id: 'acme', status: 'active', capabilities: ['cap'], budgets: [] };
    await store.commit([
      log.next({}, [{ event_type: 'agent_registered', payload: { agent, origin: 'api', by: 'ann' } }]),
      log.next({}, [
        {
          event_type: 'agent_suspended',
          payload: { agent: { ...agent, status: 'suspended' }, origin: 'api' },
        },
        { event_type: 'agent_suspended', payload: { agent: { ...agent, agent_id: 'b' }, origin: 'file' } },
      ]),
    ]);
    const stored = (await store.agents()).toSorted((x, y) => (x.agent.agent_id < y.agent.agent_id ? -1 : 1));
    expect(stored).toEqual([
      { agent: { ...agent, status: 'suspended' }, origin: 'api' },
      { agent: { ...agent, agent_id: 'b' }, origin: 'file' },
    ]);
  });
}

function describeTrustSources(bench: StoreBench): void {
  it('keeps the latest record of each source and where it came from', async () => {
    const { store, log } = bench;
    const source = { source_type: 'skill', source_name: 'a', trust_level: 'internal', public_keys: [] };
    const group = (event_type: EventType, over: object, origin = 'api', source_id = 'src-1') =>
      log.next({}, [{ event_type, payload: { source: { ...source, ...over }, source_id, origin } }]);
    await store.commit([
      group('trust_source_registered', {}),
      group('trust_source_updated', { trust_level: 'external' }),
      group('trust_key_added', { trust_level: 'external', public_keys: ['k'] }),
      group('trust_source_revoked', { source_name: 'b' }, 'file', 'src-2'),
    ]);
    const stored = await (await bench.reopen()).trustSources();
    expect(stored.map(({ origin, source }) => [source.source_name, source.trust_level, origin])).toEqual([
      ['a', 'external', 'api'],
      ['b', 'internal', 'file'],
    ]);
    expect(stored[0]?.source.public_keys).toEqual(['k']);
  });
}

function describeRemembered(bench: StoreBench): void {
  it('keeps the least of each content by tenant, the newest last', async () => {
    const { store, log } = bench;
    const seen = (tenant_id: string, content_hash: string, trust_level: string) =>
      log.next({ tenant_id }, [
        { event_type: 'content_remembered', payload: { contents: [{ content_hash, trust_level }] } },
      ]);
    await store.commit([
      seen('acme', 'a', 'external'),
      seen('acme', 'b', 'unverified'),
      seen('globex', 'a', 'external'),
      seen('acme', 'b', 'external'),
      seen('acme', 'a', 'unverified'),
    ]);
    const kept = await (await bench.reopen()).rememberedContents();
    expect(kept.map((one) => [one.tenant_id, one.content_hash, one.trust_level])).toEqual([
      ['globex', 'a', 'external'],
      ['acme', 'b', 'unverified'],
      ['acme', 'a', 'unverified'],
    ]);
  });
}

function tokenOf(id: string, over: Partial<TokenEntry> = {}): TokenEntry {
  return {
    token_id: id,
    hash: `sha256:${id}`,
    name: 'ann',
    roles: ['approver', 'analyst'],
    tenant_id: 'acme',
    created_at: timeOf(0),
    is_bootstrap: false,
    ...over,
  };
}

function describeTokens(bench: StoreBench): void {
  const revoked = (token_id: string): EventDraft => ({
    event_type: 'token_revoked',
    payload: { token_id, by: 'ann' },
  });

  it('keeps tokens over a restart, and their revocation', async () => {
    await bench.store.addToken(tokenOf('tok-1', { created_by: 'root', agent_id: 'agent-1' }));
    await bench.store.addToken(tokenOf('tok-2', { is_bootstrap: true }));
    await bench.store.commit([bench.log.next({}, [revoked('tok-2')])]);
    const store = await bench.reopen();
    expect(await store.activeTokens()).toEqual([
      tokenOf('tok-1', { created_by: 'root', agent_id: 'agent-1' }),
    ]);
    expect(await store.token('tok-2')).toEqual(
      tokenOf('tok-2', { is_bootstrap: true, revoked_at: timeOf(0) }),
    );
    expect(await store.token('tok-3')).toBeUndefined();
  });

  it('says of each name who made its tokens, once, of revoked ones too', async () => {
    const { store, log } = bench;
    await store.addToken(tokenOf('tok-0', { name: 'root', is_bootstrap: true }));
    await store.addToken(tokenOf('tok-1', { created_by: 'root' }));
    await store.addToken(tokenOf('tok-2', { created_by: 'root' }));
    await store.addToken(tokenOf('tok-3', { created_by: 'bob' }));
    await store.commit([log.next({}, [revoked('tok-3')])]);
    const makers = await (await bench.reopen()).tokenMakers();
    expect(makers.map(({ name, created_by }) => `${name} by ${created_by}`).sort()).toEqual([
      'ann by bob',
      'ann by root',
    ]);
  });

  it('takes a secret again once it was revoked, and never twice at a time', async () => {
    const { store, log } = bench;
    await store.addToken(tokenOf('tok-1', { hash: 'sha256:same' }));
    await expect(store.addToken(tokenOf('tok-2', { hash: 'sha256:same' }))).rejects.toThrow();
    await store.commit([log.next({}, [revoked('tok-1')])]);
    await store.addToken(tokenOf('tok-3', { hash: 'sha256:same' }));
    expect((await store.activeTokens()).map((token) => token.token_id)).toEqual(['tok-3']);
  });

  it('lists newest first by tenant and agent, page by page', async () => {
    const { store } = bench;
    await store.addToken(tokenOf('tok-1', { created_at: timeOf(1) }));
    await store.addToken(tokenOf('tok-2', { created_at: timeOf(2), tenant_id: 'globex' }));
    await store.addToken(tokenOf('tok-3', { created_at: timeOf(3), agent_id: 'agent-1' }));
    const ids = async (query: object): Promise<string[]> =>
      (await store.tokens({ limit: 10, ...query })).items.map((token) => token.token_id);
    expect(await ids({})).toEqual(['tok-3', 'tok-2', 'tok-1']);
    expect(await ids({ tenant_id: 'acme' })).toEqual(['tok-3', 'tok-1']);
    expect(await ids({ agent_id: 'agent-1' })).toEqual(['tok-3']);
    const page = await store.tokens({ limit: 2 });
    expect(await ids({ cursor: page.next_cursor })).toEqual(['tok-1']);
    await expect(ids({ cursor: '!' })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });
}

function describeAnswers(bench: StoreBench): void {
  const answer = {
    body_hash: 'sha256:1',
    status: 201,
    body: Buffer.from([0, 255, 10]),
    created_at: timeOf(0),
  };

  it('keeps the bytes of an answer by scope and key', async () => {
    const { store } = bench;
    await store.keepAnswer('tok-1 POST /evaluate', 'k', answer);
    const kept = await store.answer('tok-1 POST /evaluate', 'k');
    expect(kept && { ...kept, body: Buffer.from(kept.body) }).toEqual(answer);
    expect(await store.answer('tok-2 POST /evaluate', 'k')).toBeUndefined();
    await store.keepAnswer('tok-1 POST /evaluate', 'k', { ...answer, status: 200 });
    expect((await store.answer('tok-1 POST /evaluate', 'k'))?.status).toBe(200);
  });

  it('purges the oldest, at most so many at a time', async () => {
    const { store } = bench;
    for (let index = 0; index < 5; index += 1) {
      await store.keepAnswer('s', `k${index}`, { ...answer, created_at: timeOf(index) });
    }
    expect(await store.purgeAnswers(timeOf(4), 3)).toBe(3);
    expect(await store.purgeAnswers(timeOf(4), 3)).toBe(1);
    expect(await store.answer('s', 'k3')).toBeUndefined();
    expect(await store.answer('s', 'k4')).toBeDefined();
  });
}
