import { createHash, webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freePort, linesOf, type Reaction, type Received, sequencesOf, startReceiver } from './receiver.ts';
import { KEY, runSink, sinkLog, webhookSink } from './sink-log.ts';

/** Checks a request as its receiver would, by another library than the sender's. */
async function isSigned({ headers, body }: Received): Promise<boolean> {
  const [id, timestamp] = [headers['webhook-id'], headers['webhook-timestamp']];
  const [version, signature = ''] = String(headers['webhook-signature']).split(',');
  const key = await webcrypto.subtle.importKey('raw', KEY, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'verify',
  ]);
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const age = Math.abs(Date.now() / 1000 - Number(timestamp));
  const bytes = Buffer.from(signature, 'base64');
  return version === 'v1' && age < 60 && (await webcrypto.subtle.verify('HMAC', key, bytes, signed));
}

/** The lines without those that came before: what a receiver has that looks at the id of each event. */
function firstOfEach(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}

const reaction: fc.Arbitrary<Reaction> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Reaction>({ status: 200, body: 'thank you' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Reaction>('cut', { status: 500 }, { status: 401 }, { status: 410 }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Reaction>(
      { status: 302, headers: { location: 'http://127.0.0.1:1/elsewhere' } },
      { status: 429, headers: { 'retry-after': '0' } },
      { status: 503, headers: { 'retry-after': 'soon' } },
    ),
  },
);

describe('a webhook sink', () => {
  it('delivers every event in order and signed, whatever the target does and however often it is restarted', async () => {
    const turn = fc.record({
      events: fc.integer({ min: 0, max: 12 }),
      reactions: fc.array(reaction, { maxLength: 5 }),
      restart: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(turn, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        async (turns, batch_events) => {
          const [under, receiver] = [await sinkLog(), await startReceiver()];
          const sink = webhookSink(receiver.url, { batch_events });
          let running = runSink(under, sink);
          for (const { events, reactions, restart } of turns) {
            const left = [...reactions];
            receiver.react = () => left.shift() ?? { status: 204 };
            await under.append(events);
            if (!restart) continue;
            await running.stop();
            running = runSink(under, sink);
          }
          receiver.react = () => ({ status: 204 });
          await expect.poll(() => new Set(receiver.lines()).size).toBe(under.lines().length);
          expect(firstOfEach(receiver.lines())).toEqual(under.lines());
          for (const request of receiver.requests) expect(await isSigned(request)).toBe(true);
          expect(running.runner.letters()).toEqual([]);
          await running.stop();
          await receiver.stop();
          await under.log.close();
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  it('waits for a target that is down at the start, and catches up from the log', async () => {
    const under = await sinkLog();
    await under.append(30);
    const port = await freePort();
    const { runner } = runSink(under, webhookSink(`http://127.0.0.1:${port}/events`));
    await expect.poll(() => runner.status()).toMatchObject({ state: 'failing', error: 'ECONNREFUSED' });
    await under.append(30);
    const receiver = await startReceiver(port);
    await expect.poll(() => receiver.lines()).toEqual(under.lines());
    await expect
      .poll(() => runner.status())
      .toMatchObject({ state: 'running', failures: expect.any(Number) });
  });

  it('gives a target that hangs its time, and then tries again', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    receiver.react = () => (receiver.requests.length <= 3 ? 'hang' : { status: 204 });
    await under.append(3);
    const { runner } = runSink(under, webhookSink(receiver.url));
    await expect.poll(() => runner.status().error).toBe('no answer within 300 ms');
    await expect.poll(() => receiver.lines()).toEqual(under.lines());
  });

  it('takes the status for the answer, however the body goes on', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    receiver.react = () => ({ status: 200, body: 'x'.repeat(1_000_000) });
    await under.append(5);
    runSink(under, webhookSink(receiver.url, { batch_events: 2 }));
    await expect.poll(() => receiver.lines()).toEqual(under.lines());
  });

  it('goes to no other place than the one it was given', async () => {
    const [under, receiver, elsewhere] = [await sinkLog(), await startReceiver(), await startReceiver()];
    receiver.react = () => ({ status: 307, headers: { location: elsewhere.url } });
    const { runner } = runSink(under, webhookSink(receiver.url));
    await expect.poll(() => receiver.requests.length).toBeGreaterThan(3);
    expect(elsewhere.requests).toEqual([]);
    expect(runner.status().error).toBe('HTTP 307: redirects are not followed');
  });

  it('comes back when the target said, and not before', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    const times: number[] = [];
    receiver.react = () => {
      times.push(Date.now());
      return times.length === 1 ? { status: 429, headers: { 'retry-after': '1' } } : { status: 204 };
    };
    runSink(under, webhookSink(receiver.url));
    await expect.poll(() => times.length).toBe(2);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('gives the same message the same id each time', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    receiver.react = () => ({ status: receiver.requests.length < 3 ? 500 : 204 });
    const { stop } = runSink(under, webhookSink(receiver.url));
    await expect.poll(() => receiver.lines().length).toBe(1);
    await stop();
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
    const [{ body } = { body: Buffer.alloc(0) }] = receiver.requests;
    const expected = `msg_${createHash('sha256').update(body).digest('hex').slice(0, 32)}`;
    expect(ids).toEqual([expected, expected, expected]);
  });

  it('sends what the filter lets through, and passes over the rest', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    await under.append(40);
    const sink = webhookSink(receiver.url, {
      decisions: ['allow'],
      event_types: ['log_opened', 'decision_made'],
    });
    const { runner } = runSink(under, sink);
    await expect.poll(() => runner.status().next_sequence).toBe(under.log.nextSequence);
    expect(receiver.requests).toEqual([]);
    const both = runSink(under, { ...sink, name: 'other', decisions: undefined });
    await expect.poll(() => both.runner.status().next_sequence).toBe(under.log.nextSequence);
    expect(receiver.lines()).toEqual(under.lines().filter((line) => line.includes('"log_opened"')));
  });

  it('begins at the end where it is told so, and only the first time', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    await under.append(20);
    const before = under.lines().length;
    const sink = webhookSink(receiver.url, { from: 'end' });
    const first = runSink(under, sink);
    await expect.poll(() => first.runner.status().next_sequence).toBe(before);
    await first.stop();
    await under.append(20);
    runSink(under, sink);
    await expect.poll(() => receiver.lines()).toEqual(under.lines().slice(before));
  });

  it('sends no line that is not durable yet', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    const durable = under.log.size;
    await under.append(10);
    const { runner } = runSink(under, webhookSink(receiver.url), { durable: () => durable });
    await expect.poll(() => runner.status().next_sequence).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(sequencesOf(receiver.lines())).toEqual([0]);
  });

  it('holds a message to its number of events', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    await under.append(50);
    runSink(under, webhookSink(receiver.url, { batch_events: 7 }));
    await expect.poll(() => receiver.lines()).toEqual(under.lines());
    for (const { body } of receiver.requests) expect(linesOf(body).length).toBeLessThanOrEqual(7);
  });
});
