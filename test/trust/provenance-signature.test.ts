import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256 } from '../../src/json/canonical.ts';
import {
  type ProvenanceStatement,
  signedBytes,
  signProvenance,
} from '../../src/trust/provenance-signature.ts';
import { keyIdOf } from '../../src/trust/public-key.ts';
import { trustFileSchema } from '../../src/trust/trust-file.ts';
import { createTrustRegistry, type RatedClaim, type RatingContext } from '../../src/trust/trust-registry.ts';

const [KEY, OTHER] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
type Key = typeof KEY;
const textOf = ({ publicKey }: Key) =>
  `ed25519:${Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')}`;

const NOW = Date.UTC(2026, 10, 30);
const at = (ms: number) => new Date(NOW + ms).toISOString();
const CONTENT_HASH = sha256('Summarise the contract.');
const STATEMENT: ProvenanceStatement = {
  source_type: 'skill',
  source_name: 'summaries',
  content_hash: CONTENT_HASH,
  tenant_id: 'acme-corp',
  issued_at: at(-1_000),
  expires_at: at(60_000),
};
const SOURCE = { source_type: 'skill', source_name: 'summaries', trust_level: 'internal' } as const;
const CONTEXT: Omit<RatingContext, 'checks'> = { tenantId: 'acme-corp', agentId: 'agent-1', nowMs: NOW };

type Registered = { status?: 'active' | 'revoked'; key?: 'active' | 'revoked'; tenant_id?: string };

function rate({
  statement = {},
  key = KEY,
  claim = {},
  registered = {},
  context = {},
  signature,
}: {
  statement?: Partial<ProvenanceStatement>;
  key?: Key;
  claim?: Partial<RatedClaim>;
  registered?: Registered;
  context?: Partial<RatingContext>;
  signature?: string;
} = {}) {
  const { key: keyStatus = 'active', ...known } = registered;
  const public_keys = [{ public_key: textOf(KEY), status: keyStatus }];
  const file = trustFileSchema.parse({ sources: [{ ...SOURCE, ...known, public_keys }] });
  return createTrustRegistry(file).rate(
    {
      ...{
        source_type: 'skill',
        source_name: 'summaries',
        trust_level: 'trusted',
        content_hash: CONTENT_HASH,
      },
      signature: signature ?? signProvenance({ ...STATEMENT, ...statement }, key.privateKey),
      ...claim,
    },
    { ...CONTEXT, checks: { left: 64 }, ...context },
  );
}

describe('a signed source', () => {
  it('is worth what the registry says, whatever it claims', () => {
    expect(rate()).toMatchObject({ trust_level: 'internal', basis: 'signature' });
    expect(rate({ claim: { trust_level: 'unverified' } })).toMatchObject({ trust_level: 'internal' });
  });

  type Fault = [what: string, given: Parameters<typeof rate>[0], reason: string];
  it.each<Fault>([
    ['of another key', { key: OTHER }, 'signature_unknown_key'],
    ['of a key that was revoked', { registered: { key: 'revoked' } }, 'signature_key_revoked'],
    ['of another content', { statement: { content_hash: sha256('x') } }, 'signature_invalid'],
    ['of another type', { statement: { source_type: 'memory' } }, 'signature_invalid'],
    ['of another name', { statement: { source_name: 'other' } }, 'signature_invalid'],
    ['for another tenant', { statement: { tenant_id: 'globex' } }, 'signature_wrong_tenant'],
    [
      'for every tenant, of a source of one',
      { statement: { tenant_id: '*' }, registered: { tenant_id: 'acme-corp' } },
      'signature_wrong_tenant',
    ],
    ['that has run out', { statement: { expires_at: at(0) } }, 'signature_expired'],
    [
      'of the future',
      { statement: { issued_at: at(400_000), expires_at: at(500_000) } },
      'signature_not_yet_valid',
    ],
    ['for other agents', { statement: { audience: ['agent-2'] } }, 'signature_wrong_audience'],
    [
      'for an agent, in a plan of nobody',
      { statement: { audience: ['agent-1'] }, context: { agentId: undefined } },
      'signature_wrong_audience',
    ],
    ['beside another content', { claim: { claimed_content_hash: sha256('x') } }, 'content_hash_mismatch'],
    ['of a source that was revoked', { registered: { status: 'revoked' } }, 'source_revoked'],
    ['that is one too many', { context: { checks: { left: 0 } } }, 'signature_not_checked'],
    ['that is none', { signature: 'sha256:abc' }, 'signature_malformed'],
  ])('%s is worth nothing', (_, given, reason) => {
    expect(rate(given)).toEqual({ trust_level: 'unverified', basis: 'default', reason });
  });

  it('needs a content, or its hash', () => {
    const source = { source_type: 'skill', source_name: 'summaries' } as const;
    const signature = signProvenance(STATEMENT, KEY.privateKey);
    const file = trustFileSchema.parse({ sources: [{ ...SOURCE, public_key: textOf(KEY) }] });
    const answer = createTrustRegistry(file).rate(
      { ...source, signature },
      { ...CONTEXT, checks: { left: 1 } },
    );
    expect(answer.reason).toBe('signature_without_content');
  });

  it('may be for every tenant, where it is known in every one, and for some agents', () => {
    expect(rate({ statement: { tenant_id: '*' } }).basis).toBe('signature');
    expect(rate({ statement: { audience: ['agent-1', 'agent-2'] } }).basis).toBe('signature');
  });

  it('is known to no other tenant', () => {
    const given = { registered: { tenant_id: 'globex' } };
    expect(rate(given)).toMatchObject({ trust_level: 'unverified', reason: 'signature_unknown_key' });
  });

  it('is worth nothing once any part of the signature is another', () => {
    const signature = signProvenance({ ...STATEMENT, audience: ['agent-1'] }, KEY.privateKey);
    fc.assert(
      fc.property(
        fc.nat({ max: signature.length - 1 }),
        fc.constantFrom('A', 'z', '.', ' '),
        (index, letter) => {
          fc.pre(signature[index] !== letter);
          const changed = `${signature.slice(0, index)}${letter}${signature.slice(index + 1)}`;
          expect(rate({ signature: changed })).toMatchObject({ trust_level: 'unverified', basis: 'default' });
        },
      ),
    );
  });

  it('never throws, whatever stands in place of the signature', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json().map(asSignature)), (signature) => {
        expect(rate({ signature }).trust_level).toBe('unverified');
      }),
    );
  });

  it.each(['2026', 'Dec 31 2026', '2026-12-31', '2026-12-31T00:00:00', '2026-12-31T00:00:00+01:00', ''])(
    'says its times in RFC 3339 and UTC, not as %j',
    (time) => {
      for (const name of ['issued_at', 'expires_at'] as const) {
        const statement = { ...STATEMENT, [name]: time };
        const { source_type: _, source_name: _name, content_hash: _hash, ...said } = statement;
        const claims = Buffer.from(canonicalJson({ ...said, key_id: keyIdOf(KEY.publicKey) }));
        const bytes = sign(null, signedBytes(statement), KEY.privateKey).toString('base64url');
        const signature = `aisecops-provenance-v1.${claims.toString('base64url')}.${bytes}`;
        const context = { nowMs: Date.parse('2026-06-01T00:00:00Z') };
        expect(rate({ signature, context })).toMatchObject({ reason: 'signature_malformed' });
        expect(() => signProvenance(statement, KEY.privateKey)).toThrow(RangeError);
      }
    },
  );

  it('holds for a year at most', () => {
    const year = 366 * 86_400_000;
    expect(() => signProvenance({ ...STATEMENT, expires_at: at(year) }, KEY.privateKey)).toThrow(RangeError);
    expect(() => signProvenance({ ...STATEMENT, expires_at: at(-2_000) }, KEY.privateKey)).toThrow(
      RangeError,
    );
    expect(() => signProvenance({ ...STATEMENT, expires_at: 'soon' }, KEY.privateKey)).toThrow(RangeError);
  });
});

function asSignature(claims: string): string {
  return `aisecops-provenance-v1.${Buffer.from(claims).toString('base64url')}.AAAA`;
}
