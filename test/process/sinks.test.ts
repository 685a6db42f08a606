import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startReceiver } from '../sinks/receiver.ts';
import { logLines, SECRET } from '../sinks/sink-log.ts';
import { startSyslog, textIn } from '../sinks/syslog-receiver.ts';
import { testCertificate } from '../sinks/test-certificate.ts';
import { auditFile, gatewayDirectory, startProcess, startRefused } from './gateway-process.ts';

function configure(directory: string, sink: object): void {
  const sinks = [{ name: 'security', kind: 'webhook', secret_env: 'SINK_SECRET', ...sink }];
  writeFileSync(join(directory, 'aisecops.yaml'), JSON.stringify({ sinks }));
}

const PLAN = {
  agent: { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' },
  provenance: [{ source_type: 'user_prompt', trust_level: 'trusted' }],
  steps: [{ tool_name: 'read_contract', arguments: { contract_id: 'C-7' } }],
};

describe('the sinks of a process', () => {
  it('have every event after kill -9 in the middle of delivery, again and again, in order', async () => {
    const receiver = await startReceiver();
    // A target that is sometimes down, so that there is always something on its way.
    receiver.react = () => ({ status: receiver.requests.length % 4 === 0 ? 503 : 204 });
    const directory = gatewayDirectory();
    configure(directory, { url: receiver.url, batch_events: 5, retry_first_ms: 20, retry_max_ms: 100 });
    const env = { SINK_SECRET: SECRET };
    for (let run = 0; run < 4; run += 1) {
      const gateway = await startProcess(directory, { env });
      const asked = Array.from({ length: 15 }, () => gateway.send('POST /evaluate', { body: PLAN }));
      const replies = Promise.allSettled(asked);
      expect((await asked[0])?.status).toBe(200);
      if (run < 3) {
        await gateway.kill();
        continue;
      }
      expect((await replies).every(({ status }) => status === 'fulfilled')).toBe(true);
      receiver.react = () => ({ status: 204 });
      await expect
        .poll(() => new Set(receiver.lines()).size, { timeout: 20_000 })
        .toBe(logLines(auditFile(directory)).length);
      expect([...new Set(receiver.lines())]).toEqual(logLines(auditFile(directory)));
      expect((await gateway.stop()).code).toBe(0);
    }
    // Every secret stays where it was.
    expect(receiver.lines().join('')).not.toContain(SECRET);
  }, 120_000);

  it('speak TLS with a receiver whose certificate holds', async () => {
    const certificate = testCertificate();
    const receiver = await startSyslog({ tls: certificate });
    const directory = gatewayDirectory();
    const sinks = [{ name: 'siem', kind: 'syslog', host: '127.0.0.1', port: receiver.port }];
    writeFileSync(join(directory, 'aisecops.yaml'), JSON.stringify({ sinks }));
    const gateway = await startProcess(directory, { env: { NODE_EXTRA_CA_CERTS: certificate.file } });
    expect((await gateway.send('POST /evaluate', { body: PLAN })).status).toBe(200);
    await expect.poll(() => receiver.messages.map(textIn)).toEqual(logLines(auditFile(directory)));
    expect((await gateway.stop()).code).toBe(0);
  }, 60_000);

  it('hold up no stop, however the target hangs', async () => {
    const receiver = await startReceiver();
    receiver.react = () => 'hang';
    const directory = gatewayDirectory();
    configure(directory, { url: receiver.url, timeout_ms: 60_000 });
    const gateway = await startProcess(directory, { env: { SINK_SECRET: SECRET } });
    await expect.poll(() => receiver.requests.length).toBe(1);
    const before = Date.now();
    expect((await gateway.stop()).code).toBe(0);
    expect(Date.now() - before).toBeLessThan(20_000);
  }, 60_000);

  it.each([
    [{ url: 'http://siem.example/' }, 'sinks (AISECOPS_SINKS): 0.url: would send evidence in clear'],
    [
      { url: 'https://siem.example/', secret_env: 'NOT_SET' },
      'sinks: security: secret_env: the environment has no',
    ],
  ])('end the start with 78 where they are configured badly', async (sink, message) => {
    const directory = gatewayDirectory();
    configure(directory, sink);
    const ended = await startRefused(directory, { env: { SINK_SECRET: SECRET } });
    expect(ended.code).toBe(78);
    expect(ended.stderr).toContain(message);
  });
});
