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

function signed(
  content: string,
  extra: { tenant_id?: string; source_name?: string; audience?: string[] } = {},
): string {
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

describe('/trust/sources', () => {
  const NEXT = generateKeyPairSync('ed25519');
  const REGISTERED = { source_type: 'agent_message', source_name: 'planner', trust_level: 'trusted' };
  let operator: string;
  let stranger: string;

  beforeAll(async () => {
    operator = await gateway.token(['operator']);
    stranger = await gateway.token(['operator'], { tenant_id: 'globex', name: 'zoe' });
  });

  async function worthOf(name: string) {
    const answer = await mailFrom({ source_type: 'agent_message', source_name: name, content: CONTENT });
    return (answer['explanation'] as { origin: Record<string, unknown> }).origin;
  }

  it('registers, changes, revokes and restores a source, and decisions follow at once', async () => {
    expect(await worthOf('planner')).toMatchObject({ trust_level: 'unverified' });
    const created = await gateway.send('POST /trust/sources', { token: operator, body: REGISTERED });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      ...REGISTERED,
      tenant_id: 'acme-corp',
      status: 'active',
      origin: 'api',
    });
    expect(await worthOf('planner')).toMatchObject({ trust_level: 'trusted' });
    const at = `/trust/sources/${created.body['source_id']}`;
    await gateway.send(`PATCH ${at}`, { token: operator, body: { trust_level: 'internal' } });
    expect(await worthOf('planner')).toMatchObject({ trust_level: 'internal' });
    await gateway.send(`POST ${at}/revoke`, { token: operator });
    expect(await worthOf('planner')).toMatchObject({ trust_level: 'unverified', reason: 'source_revoked' });
    await gateway.send(`POST ${at}/restore`, { token: operator });
    expect(await worthOf('planner')).toMatchObject({ trust_level: 'internal' });
  });

  it('rotates the keys of a source, each step an event', async () => {
    const body = {
      source_type: 'skill',
      source_name: 'rotated',
      trust_level: 'internal',
      public_key: publicKeyText(publicKey),
    };
    const created = (await gateway.send('POST /trust/sources', { token: operator, body })).body;
    const at = `/trust/sources/${created['source_id']}`;
    const [old] = created['public_keys'] as { key_id: string }[];
    const signature = signed(CONTENT, { source_name: 'rotated' });
    const source = { source_type: 'skill', source_name: 'rotated', content: CONTENT, signature };
    expect((await mailFrom(source))['decision']).toBe('allow');
    const added = await gateway.send(`POST ${at}/keys`, {
      token: operator,
      body: { public_key: publicKeyText(NEXT.publicKey) },
    });
    expect(added.body['public_keys']).toHaveLength(2);
    await gateway.send(`POST ${at}/keys/${encodeURIComponent(old?.key_id ?? '')}/revoke`, {
      token: operator,
    });
    expect(await mailFrom(source)).toMatchObject({
      explanation: { origin: { trust_level: 'unverified', reason: 'signature_key_revoked' } },
    });
    const audit = await gateway.send('GET /audit?event_type=trust_key_revoked');
    expect(audit.body['events']).toMatchObject([{ tenant_id: 'acme-corp', payload: { origin: 'api' } }]);
  });

  it('shows a tenant its own sources and those of everybody, and nothing of others', async () => {
    const body = { source_type: 'memory', source_name: 'private', trust_level: 'internal' };
    const { source_id } = (await gateway.send('POST /trust/sources', { token: operator, body })).body;
    const names = async (token: string) => {
      const { sources } = (await gateway.send('GET /trust/sources?limit=500', { token })).body;
      return (sources as { source_name: string }[]).map(({ source_name }) => source_name);
    };
    expect(await names(operator)).toEqual(expect.arrayContaining(['private', 'untrusted_openclaw_skill']));
    expect(await names(stranger)).not.toContain('private');
    for (const route of [`GET /trust/sources/${source_id}`, `POST /trust/sources/${source_id}/revoke`])
      expect((await gateway.send(route, { token: stranger })).status).toBe(404);
    const shared = (await gateway.send('GET /trust/sources', { token: stranger })).body['sources'];
    const [everybodys] = shared as { source_id: string }[];
    const refused = await gateway.send(`POST /trust/sources/${everybodys?.source_id}/revoke`, {
      token: stranger,
    });
    expect(refused.body).toMatchObject({ status: 409, code: 'trust_source_read_only' });
  });

  it('registers once for one Idempotency-Key', async () => {
    const body = { source_type: 'memory', source_name: 'once', trust_level: 'internal' };
    const send = () =>
      gateway.send('POST /trust/sources', { token: operator, body, headers: { 'idempotency-key': 'k-1' } });
    expect([(await send()).status, (await send()).status]).toEqual([201, 201]);
  });
});

describe('trust.yaml', () => {
  it('counts from the moment its version is active, and no longer than that', async () => {
    const source = { source_type: 'skill', source_name: 'of_a_version', trust_level: 'internal' };
    const worth = async () => {
      const answer = await mailFrom({ source_type: 'skill', source_name: 'of_a_version', content: CONTENT });
      return (answer['explanation'] as { origin: { trust_level: string } }).origin.trust_level;
    };
    expect(await worth()).toBe('unverified');
    const rules = readFileSync(join(gateway.policyDirectory, 'policies.yaml'), 'utf8');
    const files = {
      'trust.yaml': JSON.stringify({ sources: [source] }),
      'policies.yaml': `${rules}\n  - { name: another version, plan: { agent: { agent_id: nobody }, steps: [{ tool_name: x }] }, expect: block }\n`,
    };
    const published = await gateway.send('POST /policies', { body: { files } });
    expect(published.status, published.text).toBe(201);
    await gateway.send(`POST /policies/${published.body['version']}/activate`, { body: {} });
    expect(await worth()).toBe('internal');
    await gateway.send('POST /policies/rollback', { body: {} });
    expect(await worth()).toBe('unverified');
  });

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
