import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { DEFAULT_SETTINGS } from '../../src/guard/settings.ts';
import { InspectionThreads, type Job } from '../../src/inspection/inspection-threads.ts';
import type { ToInspection } from '../../src/inspection/wire.ts';

/** Answers with what it was asked, after as many milliseconds; dies of `die`, and of `die once` in its first life. */
const ECHO = `
const { parentPort, workerData } = require('node:worker_threads');
parentPort.on('message', ({ request, settings }) => {
  if (request === 'die' || (request === 'die once' && workerData.life === 1)) process.exit(3);
  if (request === 'hang') return;
  if (request === 'throw') throw new Error('out of order');
  const ms = request.startsWith('wait ') ? Number(request.slice(5)) : 0;
  setTimeout(() => parentPort.postMessage({ answer: request, isTold: settings !== undefined }), ms);
});`;

type Failures = { reason: string; message: string }[];
const MEBI = 1_048_576;
const open: InspectionThreads[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((threads) => threads.close()));
});

function echoing(count = 1) {
  const workers: Worker[] = [];
  const failures: Failures = [];
  const threads = new InspectionThreads({
    count,
    settings: () => DEFAULT_SETTINGS,
    onFailure: (reason, { message }) => failures.push({ reason, message }),
    start: () => {
      const worker = new Worker(ECHO, { eval: true, workerData: { life: workers.length + 1 } });
      workers.push(worker);
      return worker;
    },
  });
  open.push(threads);
  return { threads, workers, failures };
}

function job(request: string, more: Partial<Job> & { onBegin?: () => void } = {}): Job {
  const { onBegin, ...rest } = more;
  const message = () => {
    onBegin?.();
    return { asked: { request } satisfies ToInspection };
  };
  return { weight: 1, message, ...rest };
}

const UNAVAILABLE = { code: 'inspection_unavailable' };

describe('threads that inspect', () => {
  it('start with the first job, as many as are allowed and no more', async () => {
    const { threads, workers } = echoing(2);
    expect(workers).toHaveLength(0);
    const asked = ['wait 50', 'wait 51', 'wait 1', 'a'];
    const answers = Promise.all(asked.map((each) => threads.run(job(each))));
    expect(threads.waiting).toBe(2);
    expect(await answers).toMatchObject(asked.map((answer) => ({ answer })));
    expect(workers).toHaveLength(2);
  });

  it('are there before the first job where that was asked for, and one is enough', async () => {
    const { threads, workers } = echoing(2);
    threads.prepare();
    threads.prepare();
    await threads.run(job('a'));
    expect(workers).toHaveLength(1);
  });

  it('are told of settings only where they are others than before', async () => {
    const { threads } = echoing();
    expect(await threads.run(job('a'))).toMatchObject({ isTold: true });
    expect(await threads.run(job('b'))).toMatchObject({ isTold: false });
  });

  it('do not make the message of a job before it begins', async () => {
    const { threads } = echoing();
    const begun: string[] = [];
    const jobs = ['wait 30', 'b'].map((each) => threads.run(job(each, { onBegin: () => begun.push(each) })));
    expect(begun).toEqual(['wait 30']);
    await Promise.all(jobs);
    expect(begun).toEqual(['wait 30', 'b']);
  });
});

describe('a thread that ends', () => {
  it('takes its job to another, and the jobs behind it come after', async () => {
    const { threads, workers, failures } = echoing();
    const answers = await Promise.all(['die once', 'b', 'c'].map((each) => threads.run(job(each))));
    expect(answers).toMatchObject([{ answer: 'die once' }, { answer: 'b' }, { answer: 'c' }]);
    expect(workers).toHaveLength(2);
    expect(failures).toMatchObject([{ reason: 'ended' }]);
  });

  it.each(['die', 'throw'])(
    'twice over one job (%s) is the end of that job, and of no other',
    async (bad) => {
      const { threads, workers, failures } = echoing();
      const [poison, other] = await Promise.allSettled([threads.run(job(bad)), threads.run(job('b'))]);
      expect(poison).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
      expect(other).toMatchObject({ status: 'fulfilled', value: { answer: 'b' } });
      expect(workers).toHaveLength(3);
      expect(failures).toMatchObject([{ reason: 'ended' }, { reason: 'ended' }]);
    },
  );

  it('from outside, in the middle of a job, changes no answer', async () => {
    const { threads, workers } = echoing();
    const answer = threads.run(job('wait 100'));
    await once(workers[0] as Worker, 'online');
    await workers[0]?.terminate();
    expect(await answer).toMatchObject({ answer: 'wait 100' });
    expect(workers).toHaveLength(2);
  });

  it('because it would never be done counts as one that ended', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { threads, workers, failures } = echoing();
    const answer = threads.run(job('hang'));
    for (const life of [0, 1]) {
      const worker = workers[life] as Worker;
      await once(worker, 'online');
      const ended = once(worker, 'exit');
      vi.advanceTimersByTime(60_000);
      await ended;
    }
    await expect(answer).rejects.toMatchObject(UNAVAILABLE);
    expect(failures).toHaveLength(2);
    expect(workers).toHaveLength(2);
  });

  it('while it has nothing to do is told of, and replaced by the next job', async () => {
    const { threads, workers, failures } = echoing();
    await threads.run(job('a'));
    await workers[0]?.terminate();
    expect(await threads.run(job('b'))).toMatchObject({ answer: 'b' });
    await threads.close();
    expect(failures).toMatchObject([{ reason: 'ended' }]);
  });
});

describe('a queue', () => {
  it('takes what fits and refuses the rest at once', async () => {
    const { threads, failures } = echoing();
    const large = (weight: number) => threads.run(job('wait 5', { weight }));
    const taken = [large(20 * MEBI), large(12 * MEBI), large(4 * MEBI)];
    await expect(large(1)).rejects.toMatchObject(UNAVAILABLE);
    expect(failures).toMatchObject([{ reason: 'full' }]);
    await Promise.all(taken);
    expect(await large(1)).toBeDefined();
  });

  it('that is empty takes any job: nothing is too large ever to be inspected', async () => {
    const { threads } = echoing();
    const first = threads.run(job('a'));
    expect(await threads.run(job('b', { weight: 100 * MEBI }))).toMatchObject({ answer: 'b' });
    await first;
  });

  it('forgets a job that nobody waits for any more, and not one that has begun', async () => {
    const { threads } = echoing();
    const [begun, behind] = [new AbortController(), new AbortController()];
    const first = threads.run(job('wait 30', { gone: begun.signal }));
    let isBegun = false;
    const onBegin = () => {
      isBegun = true;
    };
    const second = threads.run(job('b', { gone: behind.signal, onBegin }));
    begun.abort();
    behind.abort();
    await expect(second).rejects.toMatchObject(UNAVAILABLE);
    expect(threads.waiting).toBe(0);
    expect(await first).toMatchObject({ answer: 'wait 30' });
    expect(isBegun).toBe(false);
    await expect(threads.run(job('c', { gone: AbortSignal.abort() }))).rejects.toMatchObject(UNAVAILABLE);
  });

  it('is worked off before the threads are closed, and takes nothing more', async () => {
    const { threads, workers } = echoing();
    const taken = ['wait 20', 'b', 'c'].map((each) => threads.run(job(each)));
    const closed = threads.close();
    await expect(threads.run(job('d'))).rejects.toMatchObject(UNAVAILABLE);
    threads.prepare();
    await closed;
    expect(await Promise.all(taken)).toMatchObject([{ answer: 'wait 20' }, { answer: 'b' }, { answer: 'c' }]);
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1]);
  });
});
