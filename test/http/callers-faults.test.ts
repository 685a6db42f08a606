import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADMIN_TOKEN, type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

/** Sends bytes as they are; resolves with what came back once the connection is closed, by either side. */
function sendRaw(text: string, hangUp = false): Promise<string> {
  const { port } = new URL(gateway.origin);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(text);
      if (hangUp) setTimeout(() => socket.resetAndDestroy(), 50);
    });
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

it.each(['/docs/static/../x', '/docs/static/..', '/docs/static/../../../etc/passwd'])(
  'answers 404 to %s, which leaves the static files',
  async (path) => {
    const answer = await sendRaw(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).toContain('route_not_found');
  },
);

it('counts a caller that hangs up in mid-body as the fault of the caller', async () => {
  const head = `POST /evaluate HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${ADMIN_TOKEN}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"agent":`;
  await sendRaw(head, true);
  const metrics = async () => (await gateway.send('GET /metrics')).text;
  await expect.poll(metrics).toMatch(/aisecops_http_requests_total\{[^}]*route="\/evaluate"[^}]*\} 1/);
  expect(await metrics()).not.toMatch(/aisecops_http_requests_total\{[^}]*status="500"/);
  expect(gateway.log.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
});
