import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type GatewayProcess, gatewayDirectory, startProcess, startRefused } from './gateway-process.ts';
import { eventsOf, faultOf } from './naive-log.ts';
import { reading } from './plans.ts';

function blocking(reason: string, more = 0): string {
  const others = Array.from(
    { length: more },
    (_, index) => `  - { id: more.${index}, match: { tool_name: no_tool_${index} }, action: block }\n`,
  );
  const rule = `  - { id: it, match: { tool_name: read_contract }, action: block, reason: ${reason} }\n`;
  return `bundle: production\nrules:\n${rule}${others.join('')}`;
}

async function publish(gateway: GatewayProcess, text: string): Promise<string> {
  const reply = await gateway.send('POST /policies', { body: { files: { 'policies.yaml': text } } });
  expect(reply.status).toBe(201);
  return String(reply.body['version']);
}

async function reasonOf(gateway: GatewayProcess): Promise<unknown> {
  return (await gateway.send('POST /evaluate', { body: reading() })).body['reason'];
}

describe('versions of policies', () => {
  it('are there after a kill at any moment: published stays published, active stays active', async () => {
    const directory = gatewayDirectory();
    let gateway = await startProcess(directory);
    const version = await publish(gateway, blocking('published'));
    await gateway.kill();

    gateway = await startProcess(directory);
    expect(await reasonOf(gateway)).toBe('allowed');
    const at = new Date(Date.now() + 3_600_000).toISOString();
    await gateway.send(`POST /policies/${version}/activate`, { body: { at } });
    expect((await gateway.send(`POST /policies/${version}/activate`)).status).toBe(200);
    await gateway.kill();

    gateway = await startProcess(directory);
    expect(await reasonOf(gateway)).toBe('published');
    const { body } = await gateway.send('GET /policies');
    expect(body['policies']).toMatchObject([
      { version, active: true, source: 'api', waiting: [{ status: 'scheduled', at }] },
      { active: false, source: 'directory' },
    ]);
    expect((await gateway.send('POST /policies/rollback')).status).toBe(200);
    expect(await reasonOf(gateway)).toBe('allowed');
    await gateway.stop();
    expect(faultOf(directory)).toBeUndefined();
  });

  it('come over the API in sizes that no other body has, and hold the same from the thread', {
    timeout: 120_000,
  }, async () => {
    const directory = gatewayDirectory();
    const gateway = await startProcess(directory);
    const text = blocking('large', 16_000);
    expect(text.length).toBeGreaterThan(1_100_000);
    const validated = await gateway.send('POST /policies/validate', {
      body: { files: { 'policies.yaml': text } },
    });
    expect(validated.status).toBe(200);
    const version = await publish(gateway, text);
    expect(version).toBe(validated.body['version']);
    await gateway.send(`POST /policies/${version}/activate`);
    expect(await reasonOf(gateway)).toBe('large');
    const tooLarge = { files: { 'policies.yaml': 'x'.repeat(5_300_000) } };
    expect((await gateway.send('POST /policies', { body: tooLarge })).status).toBe(400);
    await gateway.kill();
    const again = await startProcess(directory);
    expect(await reasonOf(again)).toBe('large');
    await again.stop();
    const activated = eventsOf(directory).filter(({ event_type }) => event_type === 'policy_activated');
    expect(activated.at(-2)?.payload).toMatchObject({
      version,
      rule_count: 16_001,
      changes: { counts: { added: 16_001 }, members: expect.any(Array) },
    });
  });

  it('that must be signed are refused at the start where they are not', async () => {
    const directory = gatewayDirectory();
    const key = 'ed25519:MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqo=';
    const ended = await startRefused(directory, { env: { AISECOPS_POLICY_KEYS: key } });
    expect(ended).toMatchObject({ code: 78, stderr: expect.stringContaining('manifest.json') });
    const missing = join(directory, 'no-such.pem');
    const refused = await startRefused(directory, { env: { AISECOPS_POLICY_KEYS: missing } });
    expect(refused).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('cannot be used as a key for policies'),
    });
  });
});
