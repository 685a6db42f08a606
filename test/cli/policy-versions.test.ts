import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { publicKeyText } from '../../src/keys/ed25519-key.ts';
import { ADMIN_TOKEN, type StartedGateway, startGateway } from '../http/start-gateway.ts';
import { runTool } from './run-tool.ts';

const started: StartedGateway[] = [];
const directories: string[] = [];

afterEach(async () => {
  for (const gateway of started.splice(0)) await gateway.stop();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

type Workplace = { directory: string; policies: string; keyFile: string; publicKey: KeyObject };

/** A directory with a copy of the default policies, and a key to sign them with. */
function workplace(): Workplace {
  const directory = mkdtempSync(join(tmpdir(), 'aisecops-sign-'));
  directories.push(directory);
  const policies = join(directory, 'policies');
  cpSync('policies', policies, { recursive: true });
  const keyFile = join(directory, 'key.pem');
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(directory, 'token'), `${ADMIN_TOKEN}\n`);
  return { directory, policies, keyFile, publicKey };
}

function sign({ policies, keyFile }: Workplace) {
  return runTool(['policy', 'sign', policies, '--key', keyFile]);
}

function publish({ directory, policies }: Workplace, { origin }: StartedGateway, ...more: string[]) {
  const token = ['--token-file', join(directory, 'token')];
  return runTool(['policy', 'publish', policies, '--url', origin, ...token, ...more]);
}

async function start(place: Workplace, policy_keys: string[]): Promise<StartedGateway> {
  const gateway = await startGateway({
    config: { policy_keys },
    prepare: (directory) => cpSync(place.policies, directory, { recursive: true }),
  });
  started.push(gateway);
  return gateway;
}

/** Changes what the policies say. */
function edit({ policies }: Workplace, message: string): void {
  const file = join(policies, 'policies.yaml');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('bundle: production', `bundle: production # ${message}`),
  );
}

describe('policies that must be signed', () => {
  it('are taken where a configured key signed them: from the directory, over the tool, at a restart', async () => {
    const place = workplace();
    const { code, stdout } = await sign(place);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('policies.yaml') });
    expect(stdout).toContain(publicKeyText(place.publicKey));
    const gateway = await start(place, [publicKeyText(place.publicKey)]);
    edit(place, 'changed');
    const unsigned = await publish(place, gateway);
    expect(unsigned).toMatchObject({ code: 11, stderr: expect.stringContaining('wrong_signature') });
    await sign(place);
    const published = await publish(place, gateway, '--note', 'signed', '--activate');
    expect(published).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/published sha256:\w+ \(files sha256:\w+\)\nactivated \(act-/),
    });
    const { body } = await gateway.send('GET /policies');
    const keyid = expect.stringMatching(/^ed25519:[0-9a-f]{32}$/);
    expect(body['policies']).toMatchObject([
      { active: true, signed_by: keyid, note: 'signed' },
      { active: false, version: (body['policies'] as Record<string, unknown>[])[0]?.['version'] },
    ]);
    await gateway.pause();
    started.pop();
    const again = await startGateway({
      ...{ directory: gateway.directory, keepPolicies: true },
      config: { policy_keys: [publicKeyText(place.publicKey)] },
    });
    started.push(again);
    expect((await again.send('GET /policies')).body).toMatchObject({ directory: { is_active: false } });
  });

  it('in the directory leave the last good ones in force where they are not', async () => {
    const place = workplace();
    await sign(place);
    const gateway = await start(place, [publicKeyText(place.publicKey)]);
    const manifest = join(gateway.policyDirectory, 'manifest.json');
    const policies = join(gateway.policyDirectory, 'policies.yaml');
    const [signed, text] = [readFileSync(manifest, 'utf8'), readFileSync(policies, 'utf8')];
    const { version } = gateway.gateway.bundles.status().active;
    const stranger = workplace();
    await sign(stranger);
    for (const [name, file, content] of [
      ['changed files', policies, `${text}\n# edited\n`],
      ['a manifest that is none', manifest, '{}'],
      ['no manifest', manifest, ''],
      ["a stranger's manifest", manifest, readFileSync(join(stranger.policies, 'manifest.json'), 'utf8')],
    ] as const) {
      writeFileSync(file, content);
      await gateway.gateway.bundles.reload();
      const { stale, active } = gateway.gateway.bundles.status();
      expect({ name, version: active.version }).toEqual({ name, version });
      expect({ name, files: stale?.problems.map(({ file: where }) => where) }).toEqual({
        name,
        files: ['manifest.json'],
      });
      writeFileSync(manifest, signed);
      writeFileSync(policies, text);
      await gateway.gateway.bundles.reload();
      expect(gateway.gateway.bundles.status().stale).toBeUndefined();
    }
  });

  it('are refused over the API without a signature, or with a wrong one: 422', async () => {
    const place = workplace();
    await sign(place);
    const gateway = await start(place, [publicKeyText(place.publicKey)]);
    const files = { 'policies.yaml': 'rules: [{ match: { tool_name: "*" }, action: allow }]\n' };
    const signature = JSON.parse(readFileSync(join(place.policies, 'manifest.json'), 'utf8')).signatures[0];
    const post = (body: object) => gateway.send('POST /policies', { body });
    expect((await post({ files })).body).toMatchObject({ status: 422, code: 'unsigned_bundle' });
    expect((await post({ files, signature })).body).toMatchObject({ status: 422, code: 'wrong_signature' });
    const none = { keyid: signature.keyid, sig: 'AAAA' };
    expect((await post({ files: {}, signature: none })).body).toMatchObject({ code: 'wrong_signature' });
    expect((await post({ files: {}, signature })).status).toBe(201);
  });

  it('do not come from a key that was taken out of the configuration', async () => {
    const place = workplace();
    await sign(place);
    const [mine, other] = [publicKeyText(place.publicKey), publicKeyText(workplace().publicKey)];
    await expect(start(place, [other])).rejects.toMatchObject({
      code: 'invalid_policy',
      message: expect.stringContaining('no key of policy_keys signed these files'),
    });
    await start(place, [other, mine]);
  });

  it.each([
    ['no key at all', 'nothing'],
    ['a private key', 'key.pem'],
    ['a key that is cut', 'ed25519:AAAA'],
  ])('stop the start for %s', async (_name, given) => {
    const place = workplace();
    const key = given === 'key.pem' ? place.keyFile : given;
    await expect(start(place, [key])).rejects.toMatchObject({ code: 'policy_key_invalid' });
  });
});

describe('aisecops policy', () => {
  it.each([
    ['sign without a key', ['sign', 'policies'], 2, '--key FILE is needed'],
    ['sign with a key that is none', ['sign', 'policies', '--key', 'README.md'], 78, 'is not a private key'],
    ['sign no directory', ['sign', 'nowhere', '--key', 'KEY'], 2, 'there is no policies.yaml in nowhere'],
    ['publish without a token', ['publish', 'policies', '--token-env', 'NO_SUCH'], 2, 'a token is needed'],
    [
      'publish to nobody',
      ['publish', 'policies', '--url', 'http://127.0.0.1:9', '--token-file', 'TOKEN'],
      1,
      'does not answer',
    ],
  ])('%s says what is missing', async (_name, args, code, said) => {
    const { directory, keyFile } = workplace();
    const given = args.map((arg) =>
      arg === 'KEY' ? keyFile : arg === 'TOKEN' ? join(directory, 'token') : arg,
    );
    const ended = await runTool(['policy', ...given]);
    expect(ended).toMatchObject({ code, stderr: expect.stringContaining(said) });
  });

  it('publish shows every problem with its place', async () => {
    const place = workplace();
    const gateway = await start(place, []);
    writeFileSync(join(place.policies, 'policies.yaml'), 'rules:\n  - { acton: allow }\n');
    const ended = await publish(place, gateway);
    expect(ended.code).toBe(11);
    expect(ended.stderr).toMatch(/policies\.yaml:2:\d+: unknown key `acton` \(did you mean `action`\?\)/);
  });
});
