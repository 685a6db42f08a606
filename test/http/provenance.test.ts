import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/json/canonical.ts';
import { publicKeyText } from '../../src/keys/ed25519-key.ts';
import { signProvenance } from '../../src/trust/provenance-signature.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const SKILL = { source_type: 'skill', source_name: 'mail_skill' };
const CONTENT = 'Write to Lee once a week.';

let gateway: StartedGateway;

beforeAll(async () => {
  gateway = await startGateway({
    prepare: (directory) => {
      const file = join(directory, 'trust.yaml');
      const source = {
        ...SKILL,
        trust_level: 'internal',
        public_keys: [{ public_key: publicKeyText(publicKey) }],
      };
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace('sources:\n', `sources:\n  - ${JSON.stringify(source)}\n`),
      );
    },
  });
});
afterAll(() => gateway.stop());

function signed(content: string, extra: { tenant_id?: string; audience?: string[] } = {}): string {
  const now = Date.now();
  return signProvenance(
    {
      ...SKILL,
      content_hash: sha256(content),
      tenant_id: 'acme-corp',
      issued_at: new Date(now - 1_000).toISOString(),
      expires_at: new Date(now + 3_600_000).toISOString(),
      ...extra,
    },
    privateKey,
  );
}

async function mailFrom(source: object) {
  const body = {
    agent: { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' },
    provenance: [source],
    steps: [
      {
        step_id: 's1',
        tool_name: 'send_email',
        arguments: { to: 'lee@acme.example', subject: 'Hello', body: 'As every week.' },
      },
    ],
  };
  return (await gateway.send('POST /evaluate', { body })).body;
}

describe('what a source is worth', () => {
  it('is what the registry says where its key signed the content', async () => {
    const answer = await mailFrom({ ...SKILL, content: CONTENT, signature: signed(CONTENT) });
    expect(answer).toMatchObject({
      decision: 'allow',
      explanation: {
        origin: { ...SKILL, trust_level: 'internal', key_id: expect.stringMatching(/^ed25519:/) },
      },
    });
  });

  it.each<[string, object, string]>([
    ['another content', { content: 'Write to Sam.', signature: signed(CONTENT) }, 'signature_invalid'],
    [
      'another tenant',
      { content: CONTENT, signature: signed(CONTENT, { tenant_id: 'globex' }) },
      'signature_wrong_tenant',
    ],
    [
      'other agents',
      { content: CONTENT, signature: signed(CONTENT, { audience: ['agent-ops-01'] }) },
      'signature_wrong_audience',
    ],
    ['nothing that can be read', { content: CONTENT, signature: 'MEUCIQ' }, 'signature_malformed'],
    [
      'a content that is not the hashed one',
      { content: CONTENT, content_hash: sha256('x') },
      'content_hash_mismatch',
    ],
  ])('is nothing where it is signed for %s, and the answer says so', async (_, source, reason) => {
    const answer = await mailFrom({ ...SKILL, trust_level: 'trusted', ...source });
    expect(answer).toMatchObject({
      decision: 'block',
      reason: 'untrusted_instructions',
      explanation: { origin: { ...SKILL, trust_level: 'unverified', reason } },
    });
    const pointer = '/provenance/0';
    expect(answer['findings']).toContainEqual(
      expect.objectContaining({ detector: `provenance.${reason}`, category: 'provenance', pointer }),
    );
  });

  it('is no more than any unknown one can be where it is not signed', async () => {
    const answer = await mailFrom({ ...SKILL, trust_level: 'trusted', content: CONTENT });
    expect(answer).toMatchObject({
      decision: 'allow',
      explanation: { origin: { trust_level: 'internal', reason: 'signature_missing' } },
    });
  });
});

describe('trust.yaml', () => {
  it.each<[string, string, object]>([
    [
      'a key that is none',
      'sources: [{ source_type: skill, source_name: a, trust_level: internal, public_key: abc }]',
      { pointer: '/sources/0/public_key', message: expect.stringContaining('Ed25519') },
    ],
    [
      'a mistyped key',
      'sources: [{ source_type: skill, source_nam: a, trust_level: internal }]',
      { pointer: '/sources/0/source_nam', hint: expect.stringContaining('source_name') },
    ],
    [
      'a mistyped level',
      'defaults: { memory: externl }',
      { pointer: '/defaults/memory', message: expect.stringContaining('external') },
    ],
    [
      'a source that stands twice',
      'sources: [{ source_type: skill, source_name: a, trust_level: internal }, { source_type: skill, source_name: a, trust_level: trusted }]',
      { pointer: '/sources/1/source_name', message: expect.stringContaining('twice') },
    ],
  ])('is refused with %s, by line and column', async (_, text, error) => {
    const body = { files: { 'trust.yaml': text } };
    const reply = await gateway.send('POST /policies/validate', { body });
    expect(reply.status).toBe(422);
    expect(reply.body['errors']).toContainEqual(
      expect.objectContaining({ file: 'trust.yaml', line: 1, column: expect.any(Number), ...error }),
    );
  });
});
