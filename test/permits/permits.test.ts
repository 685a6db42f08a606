import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { type CryptoKey, importJWK, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { planRef } from '../../src/budgets/plan-ref.ts';
import { canonicalHash } from '../../src/json/canonical.ts';
import { openSigningKey } from '../../src/keys/signing-keys.ts';
import { Outcomes } from '../../src/permits/outcomes.ts';
import type { PermitSubject } from '../../src/permits/permit-claims.ts';
import { Permits } from '../../src/permits/permits.ts';
import type { Obligation } from '../../src/policy/bundle.ts';
import { AGENT } from '../store/group-maker.ts';
import { openParts, START_MS } from '../store/open-parts.ts';

const SUBJECT: PermitSubject = {
  normalized: {
    plan: { steps: [{ step_id: 's1', tool_name: 'pay', arguments: { amount: 900 } }] },
    plan_hash: 'sha256:plan',
    envelope: { trace_id: 't1', execution_plan_id: 'p1' },
  },
  facts: {
    now: new Date(START_MS + 999).toISOString(),
    agent: { agent_id: 'agent-1', tenant_id: 'acme' },
    bundle: { version: 'sha256:bundle' },
  },
  decision: {
    steps: [
      {
        step_id: 's1',
        obligations: [{ type: 'cap_argument', path: '/amount', max: 500 }],
        arguments_hash: canonicalHash({ amount: 500 }),
      },
    ],
  },
};
const PLAN = { trace_id: 't1', execution_plan_id: 'p1', tenant_id: 'acme', agent_id: 'agent-1' };
const CALLER = { tenant_id: 'acme' };

async function openPermits() {
  const parts = await openParts();
  const key = await openSigningKey(join(parts.directory, 'keys.json'), 'permits');
  const suspended = new Set<string>();
  const isAgentActive = ({ tenant_id, agent_id }: { tenant_id: string; agent_id: string }) =>
    !suspended.has(`${tenant_id}/${agent_id}`);
  const permits = new Permits({
    ...parts,
    keys: { current: key, retired: [] },
    issuer: 'log.example/1',
    isAgentActive,
  });
  const issue = async (obligations: readonly Obligation[] = []): Promise<string> => {
    const [step] = SUBJECT.decision.steps;
    const asked = { ...step, step_id: 's1', obligations: [...(step?.obligations ?? []), ...obligations] };
    const prepared = permits.prepare({ ...SUBJECT, decision: { steps: [asked] } });
    await parts.record({ context: PLAN, events: [prepared.event] });
    return prepared.sign();
  };
  return { ...parts, key, permits, issue, suspended };
}

describe('a permit', () => {
  it('is verified by anyone who has the published key', async () => {
    const { permits, issue } = await openPermits();
    const token = await issue();
    const [jwk] = permits.jwks().keys;
    const publicKey = await importJWK({ ...jwk });
    const { payload, protectedHeader } = await jwtVerify(token, publicKey, {
      audience: 'aisecops-executor',
      issuer: 'log.example/1',
      currentDate: new Date(START_MS + 1_000),
    });
    expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'JWT', kid: jwk?.kid });
    expect(payload).toMatchObject({
      sub: 'agent-1',
      tenant_id: 'acme',
      trace_id: 't1',
      execution_plan_id: 'p1',
      plan_hash: 'sha256:plan',
      bundle_version: 'sha256:bundle',
      iat: START_MS / 1000,
      nbf: START_MS / 1000,
      exp: START_MS / 1000 + 300,
      steps: [{ step_id: 's1', tool_name: 'pay', arguments_hash: canonicalHash({ amount: 500 }) }],
    });
    expect(JSON.stringify(jwk)).not.toContain('"d"');
  });

  it('is valid for its time, for its tenant, until it is consumed', async () => {
    const { permits, issue, time, record } = await openPermits();
    const token = await issue();
    expect(await permits.verify(token, CALLER)).toMatchObject({ valid: true, claims: { jti: 'prm-1' } });
    expect(await permits.verify(token, { tenant_id: '*' })).toMatchObject({ valid: true });
    expect(await permits.verify(token, { tenant_id: 'globex' })).toEqual({
      valid: false,
      reason: 'unknown_permit',
    });
    time.nowMs = START_MS - 1;
    expect(await permits.verify(token, CALLER)).toMatchObject({ valid: false, reason: 'not_yet_valid' });
    time.nowMs = START_MS + 299_999;
    expect(await permits.verify(token, CALLER)).toMatchObject({ valid: true });
    time.nowMs = START_MS + 300_000;
    expect(await permits.verify(token, CALLER)).toMatchObject({ valid: false, reason: 'expired' });
    time.nowMs = START_MS;
    const consumptions = await permits.consumptions('acme', planRef(AGENT, 'p1'));
    expect(consumptions).toEqual([{ event_type: 'permit_consumed', payload: { permit_id: 'prm-1' } }]);
    await record({ context: PLAN, events: consumptions });
    expect(await permits.verify(token, CALLER)).toMatchObject({ valid: false, reason: 'consumed' });
    expect(await permits.consumptions('acme', planRef(AGENT, 'p1'))).toEqual([]);
  });

  it('permits nothing while its agent may not act', async () => {
    const { permits, issue, suspended } = await openPermits();
    const token = await issue();
    suspended.add('acme/agent-1');
    expect(await permits.verify(token, CALLER)).toMatchObject({ valid: false, reason: 'agent_not_active' });
    suspended.clear();
    expect(await permits.verify(token, CALLER)).toMatchObject({ valid: true });
  });

  it('permits nothing when its event was never recorded', async () => {
    const { permits } = await openPermits();
    const token = await permits.prepare(SUBJECT).sign();
    expect(await permits.verify(token, CALLER)).toMatchObject({ valid: false, reason: 'unknown_permit' });
  });

  it('is refused when anything in it was touched', async () => {
    const { permits, issue } = await openPermits();
    const token = await issue();
    const [header = '', payload = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const reasonOf = async (text: string): Promise<unknown> => {
      const answer = await permits.verify(text, CALLER);
      return answer.valid ? 'valid' : answer.reason;
    };
    expect(await reasonOf(`${header}.${encode({ ...claims, exp: claims.exp + 1 })}.${signature}`)).toBe(
      'bad_signature',
    );
    expect(
      await reasonOf(
        `${header}.${payload}.${signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`,
      ),
    ).toBe('bad_signature');
    expect(await reasonOf(`${encode({ alg: 'none' })}.${payload}.`)).toBe('bad_signature');
    expect(await reasonOf(`${encode({ alg: 'HS256' })}.${payload}.${signature}`)).toBe('bad_signature');
    for (const text of [
      '',
      'x',
      '..',
      'a.b.c',
      `${header}.${payload}`,
      `${token}.x`,
      '\u0000',
      'e'.repeat(100_000),
    ]) {
      expect(await reasonOf(text)).toBe('malformed');
    }
  });

  it('is refused when signed by somebody else, or for somebody else, or saying something else', async () => {
    const { permits, issue, key } = await openPermits();
    const token = await issue();
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const sign = (payload: Record<string, unknown>, signer: KeyObject | CryptoKey = key.privateKey) =>
      new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', kid: key.kid }).sign(signer);
    const foreignJwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    const foreign = await importJWK(foreignJwk, 'EdDSA');
    if (foreign instanceof Uint8Array) throw new Error('not a key');
    expect(await permits.verify(await sign(claims, foreign), CALLER)).toMatchObject({
      reason: 'bad_signature',
    });
    expect(await permits.verify(await sign({ ...claims, aud: 'other' }), CALLER)).toMatchObject({
      reason: 'wrong_audience',
    });
    expect(await permits.verify(await sign({ sub: 'x' }), CALLER)).toEqual({
      valid: false,
      reason: 'malformed',
    });
  });
});

describe('what rules limit a permit by', () => {
  it.each([
    [30, 30],
    [3_600, 300],
  ])('lasts at most %i seconds, and never longer than any permit: %i', async (seconds, lasts) => {
    const { permits, issue } = await openPermits();
    const token = await issue([{ type: 'permit_ttl', seconds }]);
    const { claims } = await permits.verify(token, CALLER);
    expect(Number(claims?.exp) - Number(claims?.iat)).toBe(lasts);
  });

  const uses = (count: number): Obligation => ({ type: 'permit_max_uses', uses: count });

  it('holds as often as it may be used, and says how often is left', async () => {
    const { permits, issue } = await openPermits();
    const token = await issue([uses(2)]);
    const look = { ...CALLER, use: false };
    expect(await permits.verify(token, look)).toMatchObject({ valid: true, uses_left: 2 });
    expect(await permits.verify(token, { tenant_id: 'globex' })).toMatchObject({ reason: 'unknown_permit' });
    expect(await permits.verify(token, CALLER)).toMatchObject({ valid: true, uses_left: 1 });
    expect(await permits.verify(token, look)).toMatchObject({ valid: true, uses_left: 1 });
    expect(await permits.verify(token, CALLER)).toMatchObject({
      valid: true,
      uses_left: 0,
      claims: { max_uses: 2 },
    });
    for (const caller of [CALLER, look])
      expect(await permits.verify(token, caller)).toMatchObject({ valid: false, reason: 'used_up' });
  });

  it('holds no more often for callers who ask at once', async () => {
    const { permits, issue } = await openPermits();
    const token = await issue([uses(3)]);
    const answers = await Promise.all(Array.from({ length: 8 }, () => permits.verify(token, CALLER)));
    // Who comes first is up to the threads that check signatures.
    expect(answers.filter(({ valid }) => valid)).toHaveLength(3);
  });

  it('is no use where it cannot be recorded', async () => {
    const { permits, issue, log } = await openPermits();
    const token = await issue([uses(1)]);
    await log.close();
    await expect(permits.verify(token, CALLER)).rejects.toThrow();
    await expect(permits.verify(token, CALLER)).rejects.toThrow();
  });
});

describe('Outcomes', () => {
  it('lets one outcome of a plan be reported at a time, and knows the last', async () => {
    const { store, record } = await openPermits();
    const outcomes = new Outcomes({ store });
    const { last, release } = await outcomes.claim('acme', planRef(AGENT, 'p1'));
    expect(last).toBeUndefined();
    const conflict = { code: 'outcome_reported' };
    await expect(outcomes.claim('acme', planRef(AGENT, 'p1'))).rejects.toMatchObject(conflict);
    (await outcomes.claim('globex', planRef(AGENT, 'p1'))).release();
    release();
    const again = await outcomes.claim('acme', planRef(AGENT, 'p1'));
    const payload = { execution_plan_id: 'p1', status: 'succeeded' };
    await record({ context: PLAN, events: [{ event_type: 'execution_completed', payload }] });
    again.release();
    expect((await outcomes.claim('acme', planRef(AGENT, 'p1'))).last).toMatchObject({ status: 'succeeded' });
  });
});
