import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waitAfter } from '../../src/sinks/backoff.ts';
import { SinkHealth } from '../../src/sinks/sink-health.ts';
import { startReceiver } from './receiver.ts';
import { runSink, sinkLog, webhookSink } from './sink-log.ts';

/** What the log is told by attempts that succeed or not, each so long after the one before. */
function heardOf(outcomes: readonly (readonly [boolean, number])[], isSaid: boolean) {
  let nowMs = 1_000_000;
  const health = new SinkHealth(() => nowMs, isSaid);
  return outcomes.flatMap(([isGood, waitMs]) => {
    nowMs += waitMs;
    const word = isGood ? health.succeeded() : health.failed();
    return word === undefined ? [] : [{ word, ms: nowMs }];
  });
}

describe('what the log hears of a sink', () => {
  it('is failing and recovered in turn, the first no more than once in ten minutes', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 200_000 })), { maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.boolean(), (outcomes, isSaid) => {
        const heard = heardOf(outcomes, isSaid);
        const failing = heard.filter(({ word }) => word === 'sink_failing').map(({ ms }) => ms);
        const apart = failing.slice(1).map((ms, index) => ms - (failing[index] ?? 0));
        expect(apart.filter((ms) => ms < 600_000)).toEqual([]);
        const turns = isSaid ? ['sink_recovered', 'sink_failing'] : ['sink_failing', 'sink_recovered'];
        expect(heard.map(({ word }) => word)).toEqual(heard.map((_, index) => turns[index % 2]));
      }),
    );
  });

  it('comes with the third failed attempt in a row', () => {
    const health = new SinkHealth(() => 0, false);
    expect([health.failed(), health.failed(), health.succeeded()]).toEqual([undefined, undefined, undefined]);
    expect([health.failed(), health.failed(), health.failed()]).toEqual([
      undefined,
      undefined,
      'sink_failing',
    ]);
  });

  it('is said once by a target that flaps with the very words about it, also over restarts', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    const sink = webhookSink(receiver.url, { batch_events: 1 });
    const heard: string[] = [];
    for (let start = 0; start < 3; start += 1) {
      receiver.react = () => ({ status: receiver.requests.length % 5 === 0 ? 204 : 500 });
      const { words, stop } = runSink(under, sink);
      let told = 0;
      for (let turn = 0; turn < 10; turn += 1) {
        await under.append(1);
        const { length } = receiver.requests;
        await expect.poll(() => receiver.requests.length).toBeGreaterThan(length + 1);
        // What the log is told goes through the sink as well.
        for (; told < words.length; told += 1) await under.append(1);
      }
      await stop();
      heard.push(...words.map(({ event_type }) => event_type));
    }
    expect(heard.filter((word) => word === 'sink_failing').length).toBeLessThanOrEqual(3);
    expect(heard.length).toBeLessThanOrEqual(6);
  }, 60_000);
});

describe('the wait after a failed attempt', () => {
  it('doubles up to its bound, is never under half of it, and never under what the target asked', () => {
    const numbers = fc.record({
      attempt: fc.integer({ min: 1, max: 10_000 }),
      firstMs: fc.integer({ min: 1, max: 60_000 }),
      maxMs: fc.integer({ min: 1, max: 3_600_000 }),
      random: fc.double({ min: 0, max: 0.999, noNaN: true }),
      retryAfterMs: fc.nat(3_600_000),
    });
    fc.assert(
      fc.property(numbers, ({ attempt, firstMs, maxMs, random, retryAfterMs }) => {
        let full = firstMs;
        for (let turn = 1; turn < attempt && full < maxMs; turn += 1) full *= 2;
        full = Math.min(full, maxMs);
        const own = waitAfter(attempt, { firstMs, maxMs }, { random });
        expect(own).toBeGreaterThanOrEqual(Math.floor(full / 2));
        expect(own).toBeLessThanOrEqual(full);
        const asked = waitAfter(attempt, { firstMs, maxMs }, { random, retryAfterMs });
        expect(asked).toBe(Math.max(own, retryAfterMs));
      }),
    );
  });
});
