import { describe, expect, it } from 'vitest';
import type { SourceType, TrustLevel } from '../../src/plan/trust-level.ts';
import { trustFileSchema } from '../../src/trust/trust-file.ts';
import { createTrustRegistry } from '../../src/trust/trust-registry.ts';

const registry = createTrustRegistry(
  trustFileSchema.parse({
    sources: [
      { source_type: 'skill', source_name: 'bad_skill', trust_level: 'unverified' },
      { source_type: 'skill', source_name: 'good_skill', trust_level: 'trusted' },
      { source_type: 'skill', source_name: 'good_skill', tenant_id: 'globex', trust_level: 'external' },
      {
        source_type: 'skill',
        source_name: 'signed',
        trust_level: 'trusted',
        public_key: 'ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
      },
      { source_type: 'memory', source_name: 'Ökonomie', trust_level: 'external' },
    ],
  }),
);

const inTenant = (tenantId: string | undefined) => ({
  tenantId,
  agentId: 'agent-1',
  nowMs: 0,
  checks: { left: 64 },
});

type Row = [type: SourceType, name: string | undefined, claim: TrustLevel | undefined, worth: TrustLevel];

describe('the trust registry', () => {
  it.each<Row>([
    // Known by type and name: the registry says what it is worth, whatever the claim.
    ['skill', 'bad_skill', 'trusted', 'unverified'],
    ['skill', 'good_skill', 'unverified', 'trusted'],
    ['skill', 'good_skill', undefined, 'trusted'],
    // Unknown: the claim, at most the default of the type.
    ['skill', 'other', 'trusted', 'internal'],
    ['skill', 'other', 'external', 'external'],
    ['skill', 'other', undefined, 'unverified'],
    ['skill', undefined, 'trusted', 'internal'],
    ['user_prompt', undefined, 'trusted', 'trusted'],
    ['tool_output', undefined, 'trusted', 'external'],
    // Another spelling or type of a known name gains nothing, and loses what the known one lost.
    ['skill', 'BAD_SKILL', 'internal', 'unverified'],
    ['skill', 'bad-skill', 'internal', 'unverified'],
    ['skill', 'bad skill\u200b', 'internal', 'unverified'],
    ['skill', 'bаd_skill', 'internal', 'unverified'],
    ['skill', 'ｂａｄ_ｓｋｉｌｌ', 'internal', 'unverified'],
    ['memory', 'bad_skill', 'internal', 'unverified'],
    ['user_prompt', 'bad_skill', 'trusted', 'unverified'],
    ['skill', 'GOOD_SKILL', 'trusted', 'internal'],
    ['memory', 'okonomie', 'trusted', 'external'],
    // A name that a key would prove is no proof by itself.
    ['skill', 'signed', 'trusted', 'internal'],
    ['skill', 'signed', undefined, 'unverified'],
  ])('%s %j claiming %s is worth %s', (source_type, source_name, trust_level, worth) => {
    const source = {
      source_type,
      ...(source_name === undefined ? {} : { source_name }),
      ...(trust_level === undefined ? {} : { trust_level }),
    };
    expect(registry.rate(source, inTenant('acme')).trust_level).toBe(worth);
  });

  it('lets what it says for a tenant go before what it says for all', () => {
    const rate = (tenant: string | undefined) =>
      registry.rate({ source_type: 'skill', source_name: 'good_skill' }, inTenant(tenant));
    expect(rate('globex')).toEqual({ trust_level: 'external', basis: 'registry' });
    expect(rate('acme')).toEqual({ trust_level: 'trusted', basis: 'registry' });
    expect(rate(undefined)).toEqual({ trust_level: 'trusted', basis: 'registry' });
  });

  it('knows what a name is worth that a source was made from, and nothing of one that only reads like it', () => {
    expect(registry.worthOf('good_skill', 'globex')).toBe('external');
    expect(registry.worthOf('good_skill', 'acme')).toBe('trusted');
    expect(registry.worthOf('bad_skill', 'acme')).toBe('unverified');
    for (const name of ['good skill', 'gооd_skill', 'GOOD_SKILL', 'signed', 'nothing']) {
      expect(registry.worthOf(name, 'acme')).toBeUndefined();
    }
  });
});
