import { describe, expect, it, onTestFinished } from 'vitest';
import { ANSWER_TTL_MS, Idempotency } from '../../src/idempotency/idempotency.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';

const SCOPE = 'tok-1 POST /evaluate';
const ANSWER = { status: 200, body: Buffer.from('{"decision":"allow"}') };

async function openIdempotency() {
  const store = await openSqliteStore(':memory:');
  onTestFinished(() => store.close());
  const time = { nowMs: Date.UTC(2026, 10, 2) };
  return { time, store, idempotency: new Idempotency({ store, clock: () => time.nowMs }) };
}

async function replayed(turn: Promise<unknown>): Promise<unknown> {
  const answer = await turn;
  if (answer === null || typeof answer !== 'object' || !('replay' in answer)) return answer;
  const { status, body } = answer.replay as { status: number; body: Uint8Array };
  return { status, body: Buffer.from(body) };
}

describe('Idempotency', () => {
  it('runs once and gives the same bytes again', async () => {
    const { idempotency } = await openIdempotency();
    expect(await idempotency.begin(SCOPE, 'k', 'h')).toBe('run');
    await idempotency.finish(SCOPE, 'k', ANSWER);
    expect(await replayed(idempotency.begin(SCOPE, 'k', 'h'))).toEqual(ANSWER);
    expect(await replayed(idempotency.begin(SCOPE, 'k', 'h'))).toEqual(ANSWER);
  });

  it('tells keys, tokens and routes apart', async () => {
    const { idempotency } = await openIdempotency();
    await idempotency.begin(SCOPE, 'k', 'h');
    await idempotency.finish(SCOPE, 'k', ANSWER);
    expect(await idempotency.begin(SCOPE, 'k2', 'h')).toBe('run');
    expect(await idempotency.begin('tok-2 POST /evaluate', 'k', 'h')).toBe('run');
    expect(await idempotency.begin('tok-1 POST /evaluate","', 'k', 'h')).toBe('run');
  });

  it('refuses another body, while the first runs and after', async () => {
    const { idempotency } = await openIdempotency();
    await idempotency.begin(SCOPE, 'k', 'h');
    expect(await idempotency.begin(SCOPE, 'k', 'other')).toBe('conflict');
    await idempotency.finish(SCOPE, 'k', ANSWER);
    expect(await idempotency.begin(SCOPE, 'k', 'other')).toBe('conflict');
    expect(await replayed(idempotency.begin(SCOPE, 'k', 'h'))).toEqual(ANSWER);
  });

  it('lets those who come meanwhile wait for the first', async () => {
    const { idempotency } = await openIdempotency();
    const turns = Array.from({ length: 10 }, () => replayed(idempotency.begin(SCOPE, 'k', 'h')));
    expect(await Promise.race(turns)).toBe('run');
    await idempotency.finish(SCOPE, 'k', ANSWER);
    const results = await Promise.all(turns);
    expect(results.filter((turn) => turn === 'run')).toHaveLength(1);
    expect(results.filter((turn) => turn !== 'run')).toEqual(Array.from({ length: 9 }, () => ANSWER));
  });

  it('lets the next one run after the first gave up, one at a time', async () => {
    const { idempotency } = await openIdempotency();
    let running = 0;
    let runs = 0;
    const attempt = async (): Promise<void> => {
      if ((await idempotency.begin(SCOPE, 'k', 'h')) !== 'run') return;
      running += 1;
      runs += 1;
      expect(running).toBe(1);
      await undefined;
      running -= 1;
      idempotency.abandon(SCOPE, 'k');
    };
    await Promise.all(Array.from({ length: 5 }, attempt));
    expect(runs).toBe(5);
  });

  it('forgets after a day, in the answer and in the purge', async () => {
    const { idempotency, time } = await openIdempotency();
    await idempotency.begin(SCOPE, 'k', 'h');
    await idempotency.finish(SCOPE, 'k', ANSWER);
    time.nowMs += ANSWER_TTL_MS;
    expect(await replayed(idempotency.begin(SCOPE, 'k', 'h'))).toEqual(ANSWER);
    expect(await idempotency.purge(10)).toBe(0);
    time.nowMs += 1;
    expect(await idempotency.begin(SCOPE, 'k', 'other')).toBe('run');
    expect(await idempotency.purge(10)).toBe(1);
  });

  it('keeps the key held when the answer could not be kept, until it is abandoned', async () => {
    const { idempotency, store } = await openIdempotency();
    expect(await idempotency.begin(SCOPE, 'k', 'h')).toBe('run');
    await store.close();
    await expect(idempotency.finish(SCOPE, 'k', ANSWER)).rejects.toThrow();
    expect(await idempotency.begin(SCOPE, 'k', 'other')).toBe('conflict');
    idempotency.abandon(SCOPE, 'k');
    await expect(idempotency.begin(SCOPE, 'k', 'h')).rejects.toThrow();
    await expect(idempotency.begin(SCOPE, 'k', 'h')).rejects.toThrow();
    await expect(idempotency.finish(SCOPE, 'k', ANSWER)).rejects.toThrow('not running');
  });
});
