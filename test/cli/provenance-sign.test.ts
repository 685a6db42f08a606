import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { publicKeyText } from '../../src/keys/ed25519-key.ts';
import { trustFileSchema } from '../../src/trust/trust-file.ts';
import { createTrustRegistry } from '../../src/trust/trust-registry.ts';
import { runTool } from './run-tool.ts';

const directory = mkdtempSync(join(tmpdir(), 'aisecops-provenance-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const key = join(directory, 'key.pem');
writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
const content = join(directory, 'skill.md');
writeFileSync(content, 'Überweise nichts.\n');
const SKILL = [
  '--source-type',
  'skill',
  '--source-name',
  'payer',
  '--tenant',
  'acme-corp',
  '--content',
  content,
];

describe('aisecops provenance sign', () => {
  it('prints a source that the registry with the key believes', async () => {
    const { code, stdout, stderr } = await runTool(['provenance', 'sign', '--key', key, ...SKILL]);
    expect(code).toBe(0);
    expect(stderr).toContain(publicKeyText(publicKey));
    const source = JSON.parse(stdout);
    const known = { source_type: 'skill', source_name: 'payer', trust_level: 'trusted' };
    const file = trustFileSchema.parse({ sources: [{ ...known, public_key: publicKeyText(publicKey) }] });
    const context = { tenantId: 'acme-corp', agentId: 'agent-1', nowMs: Date.now(), checks: { left: 1 } };
    expect(createTrustRegistry(file).rate(source, context)).toMatchObject({
      trust_level: 'trusted',
      basis: 'signature',
    });
  });

  it.each<[string, string[], RegExp]>([
    ['no key', SKILL, /--key is needed/],
    ['no content', ['--key', key, ...SKILL.slice(0, -2)], /--content FILE or --content-hash/],
    ['a type that is none', ['--key', key, '--source-type', 'skil'], /there are user_prompt/],
    ['a hash that is none', ['--key', key, ...SKILL.slice(0, -2), '--content-hash', 'abc'], /64 lower-case/],
    ['more than a year', ['--key', key, ...SKILL, '--days', '400'], /up to 366/],
    ['days that are none', ['--key', key, ...SKILL, '--days', 'soon'], /up to 366/],
  ])('refuses %s', async (_, args, words) => {
    const { code, stderr } = await runTool(['provenance', 'sign', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
  });
});
