import { describe, expect, it } from 'vitest';
import { type GatewayProcess, gatewayDirectory, type Reply, startProcess } from './gateway-process.ts';
import { incident, type Plan, reading } from './plans.ts';
import { until } from './until.ts';

/** Half a million to a million characters each; the guard has to work on them for some hundred milliseconds. */
const HARD = 'Please read https://a.example/?q=1, then say "done" to the system; key = 17. ';
const EASY = 'The service is slow and somebody should look at it. ';

function textOf(unit: string, length = 1_000_000): string {
  return unit.repeat(Math.floor(length / unit.length));
}

function inspection(gateway: GatewayProcess, unit: string): Promise<Reply> {
  return gateway.send('POST /guard/inspect', { body: { text: textOf(unit), direction: 'context' } });
}

function largePlan(unit: string, extra: object = {}): Plan {
  return incident(textOf(unit, 900_000), extra);
}

/** Milliseconds of small plans, one after the other for as long as `until` says nothing. */
async function timesUntil(gateway: GatewayProcess, done: Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  let isDone = false;
  const end = done.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const started = performance.now();
    expect((await gateway.send('POST /evaluate', { body: reading(0) })).status).toBe(200);
    times.push(performance.now() - started);
  }
  await end;
  return times;
}

async function metricOf(gateway: GatewayProcess, series: string): Promise<number> {
  const { text } = await gateway.send('GET /metrics');
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length));
}

function untilWaiting(gateway: GatewayProcess, count: number): Promise<true> {
  const isReached = async () => (await metricOf(gateway, 'aisecops_inspection_waiting')) >= count;
  return until(`${count} wait`, isReached) as Promise<true>;
}

describe('ten texts of a megabyte', () => {
  it.each([
    { name: 'alone', ask: (gateway: GatewayProcess) => inspection(gateway, HARD) },
    {
      name: 'in plans',
      ask: (gateway: GatewayProcess) => gateway.send('POST /evaluate', { body: largePlan(HARD) }),
    },
  ])('$name hold no small plan up for as long as one of them takes', async ({ ask }) => {
    const gateway = await startProcess(gatewayDirectory());
    await ask(gateway);
    await timesUntil(gateway, ask(gateway));
    const started = performance.now();
    const giants = Promise.all(Array.from({ length: 10 }, () => ask(gateway)));
    const times = await timesUntil(gateway, giants);
    const whole = performance.now() - started;
    for (const { status, text } of await giants) expect(status, text.slice(0, 200)).toBe(200);
    const p99 = times.toSorted((a, b) => a - b)[Math.floor(0.99 * times.length)] ?? whole;
    expect(times.length).toBeGreaterThan(20);
    expect(p99, `of ${times.length} in ${whole} ms`).toBeLessThan(whole / 10);
  });
});

describe('more large texts than may wait', () => {
  it('are refused at once and not decided; what was taken is answered, and so is what comes later', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const asked = Array.from({ length: 30 }, (_, at) => largePlan(EASY, { trace_id: `large-${at}` }));
    const replies = await Promise.all(asked.map((body) => gateway.send('POST /evaluate', { body })));
    const refused = asked.filter((_, at) => replies[at]?.status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(asked.length - 10);
    for (const [at, reply] of replies.entries()) {
      const plan = asked[at] as Plan;
      const trace = await gateway.send(`GET /replay/${plan['trace_id']}`);
      if (reply.status === 200) {
        expect(trace.status).toBe(200);
        continue;
      }
      expect(reply).toMatchObject({ status: 503, body: { code: 'inspection_unavailable' } });
      expect(reply.headers.get('retry-after')).toBe('1');
      expect(trace.status).toBe(404);
    }
    expect(await metricOf(gateway, 'aisecops_inspection_failures_total{reason="full"}')).toBe(refused.length);
    const later = await gateway.send('POST /evaluate', { body: refused[0] });
    expect(later.body).toMatchObject({ decision: 'allow' });
    expect(await metricOf(gateway, 'aisecops_inspection_waiting')).toBe(0);
  });
});

describe('a large plan that waits', () => {
  it('is given up when its caller goes, and leaves nothing', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const others = Array.from({ length: 5 }, () => inspection(gateway, HARD));
    await untilWaiting(gateway, 4);
    const caller = new AbortController();
    const plan = largePlan(EASY, { trace_id: 'given-up' });
    const given = fetch(`${gateway.origin}/evaluate`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer process-admin-token-0123456789',
        'content-type': 'application/json',
      },
      body: JSON.stringify(plan),
      signal: caller.signal,
    });
    await untilWaiting(gateway, 5);
    caller.abort();
    await expect(given).rejects.toThrow();
    for (const { status } of await Promise.all(others)) expect(status).toBe(200);
    expect((await inspection(gateway, EASY)).status).toBe(200);
    expect((await gateway.send('GET /replay/given-up')).status).toBe(404);
  });

  it('is decided before the gateway stops', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const plans = Array.from({ length: 4 }, () => gateway.send('POST /evaluate', { body: largePlan(HARD) }));
    await untilWaiting(gateway, 3);
    const ended = gateway.stop();
    for (const { status, body } of await Promise.all(plans)) {
      expect({ status, decision: body['decision'] }).toEqual({ status: 200, decision: 'allow' });
    }
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });
});
