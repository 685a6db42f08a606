import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Received, sequencesOf, startReceiver } from './receiver.ts';
import { runSink, sinkLog, webhookSink } from './sink-log.ts';

/** Refuses whatever holds one of these events. */
function refusing(sequences: readonly number[], status = 422) {
  return ({ body }: Received) => {
    const held = sequencesOf(body.toString('utf8').split('\n').slice(0, -1));
    return { status: held.some((one) => sequences.includes(one)) ? status : 204 };
  };
}

describe('an event that the target refuses', () => {
  it.each([400, 409, 413, 422])('becomes a dead letter by itself, with %i', async (status) => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    await under.append(20);
    receiver.react = refusing([3, 11], status);
    const { runner } = runSink(under, webhookSink(receiver.url));
    const lines = under.lines();
    await expect.poll(() => receiver.lines().length).toBe(lines.length - 2);
    expect(receiver.lines()).toEqual(lines.filter((_, index) => index !== 3 && index !== 11));
    expect(runner.letters()).toMatchObject([
      { sequence: 3, attempts: 3, error: `HTTP ${status}`, tenant_id: 'acme-corp' },
      { sequence: 11, attempts: 3, error: `HTTP ${status}` },
    ]);
    const kept = readFileSync(join(under.directory, 'security.dead.jsonl'), 'utf8').split('\n').slice(0, -1);
    expect(kept.map((letter) => JSON.parse(letter).line)).toEqual([lines[3], lines[11]]);
  });

  it.each([401, 403, 404, 410])('is none where %i speaks of the way there', async (status) => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    receiver.react = () => ({ status: receiver.requests.length < 6 ? status : 204 });
    await under.append(5);
    const { runner } = runSink(under, webhookSink(receiver.url));
    await expect.poll(() => receiver.lines()).toEqual(under.lines());
    expect(runner.letters()).toEqual([]);
  });

  it('is sent again when somebody asks, and is a dead letter no longer once it is taken', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    await under.append(6);
    receiver.react = refusing([2, 4]);
    const { runner } = runSink(under, webhookSink(receiver.url));
    await expect.poll(() => runner.letters().length).toBe(2);
    receiver.react = refusing([4]);
    runner.retry(['2', '4']);
    await expect.poll(() => runner.letters()).toMatchObject([{ sequence: 4, attempts: 4 }]);
    expect(receiver.lines()).toContain(under.lines()[2]);
    receiver.react = () => 'cut';
    runner.retry(['4']);
    await expect.poll(() => runner.letters()).toMatchObject([{ sequence: 4, attempts: 5 }]);
  });

  it('is kept over a restart, and once, wherever a crash came', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    await under.append(6);
    receiver.react = refusing([2]);
    const sink = webhookSink(receiver.url);
    const first = runSink(under, sink);
    await expect.poll(() => first.runner.status().next_sequence).toBe(under.lines().length);
    await first.stop();
    // As if the crash had come between the letter and the position, and another one within a letter.
    const letters = join(under.directory, 'security.dead.jsonl');
    writeFileSync(letters, `${readFileSync(letters, 'utf8')}{"sequence":5,"ev`);
    writeFileSync(
      join(under.directory, 'security.json'),
      JSON.stringify({ origin: under.log.origin, sequence: 0, offset: 0, is_failing: false }),
    );
    receiver.react = refusing([2, 5]);
    const second = runSink(under, sink);
    await expect.poll(() => second.runner.status().next_sequence).toBe(under.lines().length);
    await second.stop();
    const third = runSink(under, sink);
    await expect.poll(() => third.runner.letters()).toMatchObject([{ sequence: 2 }, { sequence: 5 }]);
    const kept = readFileSync(letters, 'utf8').split('\n').slice(0, -1);
    expect(kept.map((letter) => JSON.parse(letter).sequence)).toEqual([2, 5]);
  });

  it('stops the sink where there is no room for another, and drops nothing', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    await under.append(12);
    receiver.react = refusing([1, 2, 3, 4]);
    const { runner } = runSink(under, webhookSink(receiver.url, { max_dead_letters: 2 }));
    await expect.poll(() => runner.status().state).toBe('full');
    expect(runner.status()).toMatchObject({ next_sequence: 3, dead_letters: 2 });
    receiver.react = () => ({ status: 204 });
    runner.retry(['1', '2']);
    await expect.poll(() => runner.status().next_sequence).toBe(under.lines().length);
    // What waited was offered again, and is taken as well.
    await expect.poll(() => runner.letters()).toEqual([]);
    expect(sequencesOf(receiver.lines()).toSorted((a, b) => a - b)).toEqual(sequencesOf(under.lines()));
  });

  it('is not sent again from a file that somebody has changed', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    await under.append(6);
    receiver.react = refusing([2]);
    const { runner } = runSink(under, webhookSink(receiver.url));
    await expect.poll(() => runner.letters().length).toBe(1);
    const letters = join(under.directory, 'security.dead.jsonl');
    writeFileSync(letters, readFileSync(letters, 'utf8').replace('email.external', 'email.internal'));
    receiver.react = () => ({ status: 204 });
    runner.retry(['2']);
    await expect.poll(() => runner.status().error).toMatch(/hash/);
    await under.append(3);
    await expect.poll(() => receiver.lines().at(-1)).toBe(under.lines().at(-1));
    expect(receiver.lines().join('')).not.toContain('email.internal');
  });
});
