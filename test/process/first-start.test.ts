import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gatewayDirectory, logLines, startProcess, startRefused } from './gateway-process.ts';
import { reading } from './plans.ts';

const TOKEN = /\baisecops_[\w-]{43}\b/g;

/** The files below a directory that hold some text. */
function filesWith(directory: string, text: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(directory, name);
    return statSync(path).isFile() && readFileSync(path).includes(text);
  });
}

/** A start without a configured token. */
const start = (directory: string) => startProcess(directory, { withoutAdminToken: true });

describe('the first start on loopback', () => {
  it('prints the admin token once, to the terminal, and keeps its hash in the store alone', async () => {
    const directory = gatewayDirectory();
    const first = await start(directory);
    const found = first.stdout().match(TOKEN) ?? [];
    expect(found).toHaveLength(1);
    const token = found[0] ?? '';
    expect((await first.send('GET /tokens', { token })).status).toBe(200);
    expect((await first.send('POST /evaluate', { token, body: reading() })).status).toBe(200);
    const { code, stdout, stderr } = await first.stop();
    expect(code).toBe(0);
    expect(JSON.stringify(logLines(stdout))).not.toContain(token);
    expect(stderr).toBe('');
    expect(stdout.split(token)).toHaveLength(2);
    expect(filesWith(directory, token)).toEqual([]);
    const hash = createHash('sha256').update(token).digest('hex');
    expect(filesWith(directory, hash)).toEqual([join('data', 'aisecops.db')]);

    const second = await start(directory);
    expect((await second.send('GET /tokens', { token })).status).toBe(200);
    expect((await second.stop()).stdout).not.toMatch(TOKEN);
  });

  it('prints no token where one is configured, and the configured one is nowhere on disk', async () => {
    const directory = gatewayDirectory();
    const token = 'configured-admin-token-42';
    const gateway = await startProcess(directory, { env: { AISECOPS_ADMIN_TOKEN: token } });
    expect((await gateway.send('GET /tokens', { token })).status).toBe(200);
    const { stdout } = await gateway.stop();
    expect(stdout).not.toMatch(TOKEN);
    expect(stdout).not.toContain(token);
    expect(filesWith(directory, token)).toEqual([]);
  });

  it('revokes the configured token of an earlier start when another one is configured', async () => {
    const directory = gatewayDirectory();
    const [old, next] = ['configured-admin-token-1', 'configured-admin-token-2'];
    await (await startProcess(directory, { env: { AISECOPS_ADMIN_TOKEN: old } })).stop();
    const gateway = await startProcess(directory, { env: { AISECOPS_ADMIN_TOKEN: next } });
    expect((await gateway.send('GET /tokens', { token: old })).status).toBe(401);
    expect((await gateway.send('GET /tokens', { token: next })).status).toBe(200);
  });

  it('prints the admin token at the first start that succeeds', async () => {
    const directory = gatewayDirectory();
    const file = join(directory, 'policies', 'policies.yaml');
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, 'rules: [');
    expect(await startRefused(directory, { withoutAdminToken: true })).toMatchObject({ code: 78 });
    writeFileSync(file, good);
    const gateway = await start(directory);
    const [token = ''] = gateway.stdout().match(TOKEN) ?? [];
    expect((await gateway.send('GET /tokens', { token })).status).toBe(200);
  });
});
