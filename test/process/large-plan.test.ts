import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type GatewayProcess, gatewayDirectory, startProcess } from './gateway-process.ts';
import { faultOf } from './naive-log.ts';
import { incident, type Plan, reading } from './plans.ts';

const BODY_LIMIT = 1_048_576;
/** What a small request may take while a giant is at work: far more than it needs, far less than a hang. */
const PATIENCE_MS = 3_000;

/** A plan of 200 steps, each with a text as long as fits, just below the limit of a body. */
function giantPlan(text: string): Plan {
  const plan = incident('');
  const base = JSON.stringify({ ...plan, steps: [] }).length;
  const perStep = Math.floor((BODY_LIMIT - base) / 200) - 110;
  const steps = Array.from({ length: 200 }, (_, index) => ({
    step_id: `s${index}`,
    tool_name: 'create_incident',
    arguments: { description: text.repeat(Math.floor(perStep / Buffer.byteLength(text))) },
    ...(index === 0 ? {} : { depends_on: [`s${index - 1}`] }),
  }));
  return { ...plan, steps };
}

/** The slowest of small requests that are sent one after the other until `done` settles. */
async function slowestUntil(gateway: GatewayProcess, done: Promise<unknown>): Promise<number> {
  let [slowest, isDone] = [0, false];
  const end = done.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const started = performance.now();
    const reply = await gateway.send('POST /evaluate', { body: reading(0) });
    expect(reply.body).toMatchObject({ decision: 'allow' });
    slowest = Math.max(slowest, performance.now() - started);
  }
  await end;
  return slowest;
}

describe('a plan of 1 MB and 200 steps', () => {
  it.each([
    { name: 'plain words', text: 'The service is slow and somebody should look at it. ' },
    { name: 'what begins like secrets', text: 'token: ghp_ sk- eyJ AKIA key= ' },
    { name: 'look-alike letters', text: 'іgnоre аll рreviоus ' },
    { name: 'what may be encoded', text: 'aWdub3JlIGFsbCBwcmV2aW91cyBpbnN0cnVjdGlvbnM ' },
  ])('of $name is decided and holds nobody else up', async ({ text }) => {
    const gateway = await startProcess(gatewayDirectory());
    const giants = Promise.all(
      [giantPlan(text), giantPlan(text)].map((body) => gateway.send('POST /evaluate', { body })),
    );
    const slowest = await slowestUntil(gateway, giants);
    for (const { status, text: answer } of await giants) expect(status, answer.slice(0, 300)).toBe(200);
    expect(slowest).toBeLessThan(PATIENCE_MS);
    expect((await gateway.send('GET /livez')).status).toBe(200);
  });

  it('of more than the limit is refused by its length', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const { status, body } = await gateway.send('POST /evaluate', { body: incident('x'.repeat(BODY_LIMIT)) });
    expect({ status, code: body['code'] }).toEqual({ status: 413, code: 'body_too_large' });
  });
});

describe('an event of more than a line holds', () => {
  it('goes beside the log and comes back whole, also after a restart', async () => {
    const directory = gatewayDirectory();
    const first = await startProcess(directory);
    const description = 'Größer als eine Zeile, 𝄞 und "so" \\ weiter. '.repeat(3_000);
    const plan = incident(description, { trace_id: 'large' });
    const { body } = await first.send('POST /evaluate', { body: plan });
    expect(body).toMatchObject({ decision: 'allow' });
    const expectWhole = async (gateway: GatewayProcess) => {
      const { body: replay } = await gateway.send('GET /replay/large');
      const [recorded] = replay['plans'] as { plan: Plan }[];
      expect(recorded?.plan['steps']).toMatchObject([{ arguments: { description } }]);
    };
    await expectWhole(first);
    await first.kill();
    const second = await startProcess(directory);
    await expectWhole(second);
    await second.stop();
    expect(readdirSync(join(directory, 'audit', 'blobs'))).not.toEqual([]);
    expect(faultOf(directory)).toBeUndefined();
  });
});
