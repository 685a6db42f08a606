import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ADMIN_TOKEN,
  type GatewayProcess,
  gatewayDirectory,
  logLines,
  startProcess,
} from './gateway-process.ts';
import { eventsOf, faultOf, linesOf } from './naive-log.ts';
import { payment, reading } from './plans.ts';
import { until } from './until.ts';

/** A connection on which bytes are sent as they are, and what came back on it. */
function rawConnection(gateway: GatewayProcess): { socket: Socket; received: () => string } {
  const { hostname, port } = new URL(gateway.origin);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  return { socket, received: () => text };
}

function evaluateHead(body: string): string {
  return (
    `POST /evaluate HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`
  );
}

async function untilStopping(gateway: GatewayProcess): Promise<void> {
  await until('the gateway is stopping', () =>
    logLines(gateway.stdout()).some((line) => line['msg'] === 'stopping'),
  );
}

/** Callers that send until the gateway is gone, each plan on a connection of its own; answers the plans that were answered with their receipts. */
async function loadUntilGone(gateway: GatewayProcess, onAnswer: (count: number) => void) {
  const answered = new Map<string, { sequence: number; hash: string }>();
  const caller = async () => {
    for (;;) {
      const plan = reading();
      const sent = gateway.send('POST /evaluate', { body: plan, headers: { connection: 'close' } });
      const reply = await sent.catch(() => undefined);
      if (reply === undefined) return;
      expect(reply.status).toBe(200);
      answered.set(plan.execution_plan_id, reply.body['audit'] as { sequence: number; hash: string });
      onAnswer(answered.size);
    }
  };
  await Promise.all(Array.from({ length: 32 }, caller));
  return answered;
}

describe('SIGTERM', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s under load: what was decided is answered, what was answered is in the log, and it ends well',
    async (signal) => {
      const directory = gatewayDirectory();
      const gateway = await startProcess(directory);
      const answered = await loadUntilGone(gateway, (count) => {
        if (count === 200) gateway.signal(signal);
      });
      expect(await gateway.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
      expect(answered.size).toBeGreaterThanOrEqual(200);
      expect(faultOf(directory)).toBeUndefined();
      const events = eventsOf(directory);
      const decided = events.filter((event) => event.event_type === 'decision_made');
      expect(new Set(decided.map((event) => event.execution_plan_id))).toEqual(new Set(answered.keys()));
      const lines = linesOf(directory);
      for (const { sequence, hash } of answered.values()) expect(lines[sequence]?.hash).toBe(hash);
      expect(events.at(-1)?.event_type).toBe('gateway_stopped');
    },
  );

  it('answers the request that was still arriving, and ends its connection', async () => {
    const directory = gatewayDirectory();
    const gateway = await startProcess(directory);
    const body = JSON.stringify(reading());
    const late = rawConnection(gateway);
    late.socket.write(evaluateHead(body) + body.slice(0, 20));
    // A request of its own behind it proves that the first part of the other one has arrived.
    expect((await gateway.send('GET /readyz')).status).toBe(200);
    gateway.signal('SIGTERM');
    await untilStopping(gateway);
    late.socket.write(`${body.slice(20)}GET /readyz HTTP/1.1\r\nHost: gateway\r\n\r\n`);
    expect(await gateway.ended).toMatchObject({ code: 0, stderr: '' });
    const [evaluated = '', ...more] = late.received().split(/(?=HTTP\/1\.1 )/);
    expect(evaluated).toMatch(/^HTTP\/1\.1 200 /);
    expect(evaluated).toContain('"decision":"allow"');
    // The answer ends its connection: nothing sent behind it is taken by a process that is going.
    expect(evaluated.toLowerCase()).toContain('connection: close');
    expect(more).toEqual([]);
    expect(eventsOf(directory).at(-1)?.event_type).toBe('gateway_stopped');
  });

  it('ends long polls at once, with the approval as it is', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const { body } = await gateway.send('POST /evaluate', { body: payment() });
    const { approval_id: id } = body['approval'] as { approval_id: string };
    const poll = rawConnection(gateway);
    poll.socket.write(
      `GET /approvals/${id}?wait=30 HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n\r\n`,
    );
    expect((await gateway.send('GET /livez')).status).toBe(200);
    expect(await gateway.stop()).toMatchObject({ code: 0, stderr: '' });
    expect(poll.received()).toMatch(/^HTTP\/1\.1 200 .*"status":"pending"/s);
  });

  it('twice is once', async () => {
    const directory = gatewayDirectory();
    const gateway = await startProcess(directory);
    gateway.signal('SIGTERM');
    gateway.signal('SIGINT');
    expect(await gateway.stop()).toMatchObject({ code: 0, stderr: '' });
    const stopped = eventsOf(directory).filter((event) => event.event_type === 'gateway_stopped');
    expect(stopped).toHaveLength(1);
  });

  it('ends although a connection that was being answered stays open and silent', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const body = JSON.stringify(reading());
    const late = rawConnection(gateway);
    late.socket.write(evaluateHead(body) + body.slice(0, 20));
    expect((await gateway.send('GET /readyz')).status).toBe(200);
    gateway.signal('SIGTERM');
    await untilStopping(gateway);
    late.socket.write(body.slice(20));
    expect(await gateway.ended).toMatchObject({ code: 0, stderr: '' });
    expect(late.received()).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('SIGHUP', () => {
  it('reads the policies again where nothing watches them, and keeps the good ones from broken files', async () => {
    const directory = gatewayDirectory();
    const file = join(directory, 'policies', 'policies.yaml');
    const good = readFileSync(file, 'utf8');
    const gateway = await startProcess(directory, { env: { AISECOPS_WATCH_POLICIES: 'false' } });
    const bundles = async () =>
      (await gateway.send('GET /policies')).body as { policies: { version: string }[]; stale?: object };
    const [first] = (await bundles()).policies;

    writeFileSync(file, good.replace('gt: 10000', 'gt: 9000'));
    gateway.signal('SIGHUP');
    const changed = await until('the changed bundle', async () => {
      const [active] = (await bundles()).policies;
      return active?.version !== first?.version && active;
    });
    writeFileSync(file, `${good}\n  - broken`);
    gateway.signal('SIGHUP');
    await until('the stale bundle', async () => (await bundles()).stale);
    expect((await bundles()).policies[0]?.version).toBe(changed.version);

    writeFileSync(file, good);
    gateway.signal('SIGHUP');
    await until(
      'the first bundle again',
      async () => (await bundles()).policies[0]?.version === first?.version,
    );
    expect((await bundles()).stale).toBeUndefined();
    expect(await gateway.stop()).toMatchObject({ code: 0, stderr: '' });
  });
});
