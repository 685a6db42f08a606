import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN, type StartedGateway, startGateway } from './start-gateway.ts';

const RULES = 60_000;
/** Of processor time, without a turn for anybody else. Reading so many rules takes a hundred times as long. */
const LONGEST_MS = 60;

let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

/** A large file of policies, different for each action. */
function policiesOf(action: string): string {
  const rules = Array.from(
    { length: RULES },
    (_, index) => `- {id: r${index}, match: {tool_name: t${index >> 3}}, action: ${action}}\n`,
  );
  return `bundle: production\nrules:\n${rules.join('')}`;
}

type Answer = { status: number; body: Record<string, unknown> };

/** Sends a file from another thread: what is measured here is what it costs this one to answer. */
async function sendFile(route: string, path: string): Promise<Answer> {
  const [method, url] = route.split(' ') as [string, string];
  const script = `
    const { workerData: { method, url, path, token }, parentPort } = require('node:worker_threads');
    const headers = { authorization: 'Bearer ' + token, 'content-type': 'application/json' };
    fetch(url, { method, headers, body: require('node:fs').readFileSync(path) })
      .then(async (reply) => parentPort.postMessage({ status: reply.status, body: await reply.json() }));`;
  const workerData = { method, url: gateway.origin + url, path, token: ADMIN_TOKEN };
  const worker = new Worker(script, { eval: true, workerData });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** The longest that this thread ran without a turn for others, in milliseconds of processor time, until told to stop. */
function watchTurns(): () => number {
  let longest = 0;
  let last = process.threadCpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(last);
    longest = Math.max(longest, (user + system) / 1000);
    last = process.threadCpuUsage();
  }, 1);
  return () => {
    clearInterval(timer);
    return longest;
  };
}

describe('a large set of policies', () => {
  it.each([
    ['checked', 'POST /policies/validate', 'block', 200],
    ['published', 'POST /policies', 'allow', 201],
  ])('holds up no decision while it is %s', { timeout: 180_000 }, async (_how, route, action, status) => {
    const path = join(gateway.directory, `${action}.json`);
    writeFileSync(path, JSON.stringify({ files: { 'policies.yaml': policiesOf(action) } }));
    const longest = watchTurns();
    const answer = await sendFile(route, path);
    expect(longest()).toBeLessThan(LONGEST_MS);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      version: expect.stringMatching(/^sha256:/),
      changes: { counts: { added: RULES } },
    });
  });

  it('is named by its faults like a small one', { timeout: 180_000 }, async () => {
    const path = join(gateway.directory, 'faulty.json');
    const text = `${policiesOf('block')}- {id: last, acton: block}\n`;
    writeFileSync(path, JSON.stringify({ files: { 'policies.yaml': text } }));
    const { status, body } = await sendFile('POST /policies/validate', path);
    expect(status).toBe(422);
    expect(body['errors']).toEqual(
      expect.arrayContaining([expect.objectContaining({ file: 'policies.yaml', line: RULES + 3 })]),
    );
  });

  it('is no JSON where a small one would be none', async () => {
    const path = join(gateway.directory, 'none.json');
    writeFileSync(path, `{"files":{},"files":"${'x'.repeat(1_100_000)}"}`);
    expect(await sendFile('POST /policies/validate', path)).toMatchObject({
      status: 400,
      body: { code: 'invalid_json', errors: [{ pointer: '/files' }] },
    });
  });
});
