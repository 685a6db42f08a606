import { setTimeout as wait } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { LogReader } from '../audit/log-reader.ts';
import { channelFor } from './channels.ts';
import { FollowedLogs } from './followed-logs.ts';
import { SinkRunner } from './sink-runner.ts';
import { streamPart, streamStart } from './stream-part.ts';
import type { FromSinks, SinkCall, SinkCalls, SinkThreadData, ToSinks } from './wire.ts';

/** How long what is on its way may take when the thread is told to close. */
const GRACE_MS = 2_000;

type Answers = { [Name in SinkCall]: (ask: SinkCalls[Name]['ask']) => Promise<SinkCalls[Name]['answer']> };

/** The entry of the sinks' thread: runs every sink, and reads for streams, until it is told to close. */
function main(port: MessagePort, data: SinkThreadData): void {
  const tell = (message: FromSinks) => port.postMessage(message);
  const [stopping, giveUp] = [new AbortController(), new AbortController()];
  let durable = data.durable;
  const runners = data.targets.map(
    (target) =>
      new SinkRunner({
        sink: target.sink,
        channel: channelFor(target, { origin: data.origin, clock: Date.now }),
        log: new LogReader(data.auditFile),
        origin: data.origin,
        directory: data.directory,
        durable: () => durable,
        clock: Date.now,
        random: Math.random,
        say: (word) => tell({ type: 'word', word }),
        stopping: stopping.signal,
        giveUp: giveUp.signal,
      }),
  );
  const running = Promise.all(runners.map((runner) => runner.run()));
  const streamed = new FollowedLogs(new LogReader(data.auditFile));
  const answers: Answers = {
    streamStart: (ask) => streamStart(streamed, ask),
    streamPart: (ask) => streamPart(streamed, ask, data.origin),
    report: async () => runners.map((runner) => ({ status: runner.status(), letters: runner.letters() })),
  };
  const close = async () => {
    stopping.abort();
    await Promise.race([running, wait(GRACE_MS)]);
    giveUp.abort();
    await running;
    port.close();
  };
  port.on('message', (message: ToSinks) => {
    if (message.type === 'durable') {
      durable = message.size;
      for (const runner of runners) runner.wake();
    } else if (message.type === 'retry') {
      const runner = runners.find((one) => one.status().name === message.sink);
      runner?.retry(message.letters);
    } else if (message.type === 'call') void answer(answers, message, tell);
    else void close();
  });
}

async function answer(
  answers: Answers,
  { id, name, ask }: Extract<ToSinks, { type: 'call' }>,
  tell: (message: FromSinks) => void,
): Promise<void> {
  try {
    const work = answers[name] as (ask: unknown) => Promise<unknown>;
    tell({ type: 'answer', id, value: await work(ask) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    tell({ type: 'refusal', id, message, ...(code === undefined ? {} : { code }) });
  }
}

if (parentPort !== null) main(parentPort, workerData as SinkThreadData);
