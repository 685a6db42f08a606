import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { OpenedAuditLog } from '../../src/audit/audit-log.ts';
import { LogReader } from '../../src/audit/log-reader.ts';
import { channelFor } from '../../src/sinks/channels.ts';
import type { Channel } from '../../src/sinks/outcome.ts';
import { type SinkConfig, sinksSchema } from '../../src/sinks/sink-config.ts';
import { SinkRunner } from '../../src/sinks/sink-runner.ts';
import type { SinkWord } from '../../src/sinks/sink-status.ts';
import { openLog, tempLogFile } from '../audit/log-fixture.ts';
import { planGroup } from '../audit/plan-group.ts';

export const KEY = Buffer.from('a key of twenty-four bytes and more');
export const SECRET = `whsec_${KEY.toString('base64')}`;

/** A webhook sink with short waits. */
export function webhookSink(url: string, more: object = {}): SinkConfig {
  const [sink] = sinksSchema.parse([
    {
      ...{ name: 'security', kind: 'webhook', url, secret_env: 'SECRET' },
      ...{ retry_first_ms: 10, retry_max_ms: 40, timeout_ms: 300, ...more },
    },
  ]);
  if (sink === undefined) throw new Error('no sink');
  return sink;
}

export type LogUnderTest = {
  file: string;
  directory: string;
  log: OpenedAuditLog;
  append(count: number): Promise<void>;
  /** The lines of all files, oldest first. */
  lines(): string[];
};

/** A log that closes its file every few kilobytes. */
export async function sinkLog(maxSegmentBytes = 16_384): Promise<LogUnderTest> {
  const file = tempLogFile();
  const { log } = await openLog(file, { limits: { maxSegmentBytes } });
  let made = 0;
  return {
    file,
    directory: join(file, '..'),
    log,
    append: async (count) => {
      for (let index = 0; index < count; index += 1) {
        made += 1;
        await log.append(planGroup(`run-${made % 7}`, 1 + (made % 3), { reason: `because ${made}` }));
      }
    },
    lines: () => logLines(file),
  };
}

/** Every line of a log, read the plain way. */
export function logLines(file: string): string[] {
  const segments = join(file, '..', 'segments');
  const names = readdirNumbers(segments).map((name) => join(segments, name));
  return [...names, file].flatMap((path) => readFileSync(path, 'utf8').split('\n').slice(0, -1));
}

function readdirNumbers(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

export type RunningSink = {
  runner: SinkRunner;
  words: SinkWord[];
  stop(): Promise<void>;
};

type Settings = { channel?: Channel; clock?: () => number; origin?: string; durable?: () => number };

/** Runs a sink over a log, without a thread. */
export function runSink(under: LogUnderTest, sink: SinkConfig, settings: Settings = {}): RunningSink {
  const [stopping, giveUp] = [new AbortController(), new AbortController()];
  const words: SinkWord[] = [];
  const runner = new SinkRunner({
    sink,
    channel: channelFor({ sink, secrets: { keys: [KEY] } }, { origin: under.log.origin, clock: Date.now }),
    log: new LogReader(under.file),
    origin: under.log.origin,
    directory: under.directory,
    durable: () => under.log.size,
    clock: Date.now,
    random: Math.random,
    say: (word) => words.push(word),
    stopping: stopping.signal,
    giveUp: giveUp.signal,
    ...settings,
  });
  const running = runner.run();
  const news = setInterval(() => runner.wake(), 5);
  const stop = async () => {
    clearInterval(news);
    stopping.abort();
    giveUp.abort();
    await running;
  };
  onTestFinished(stop);
  return { runner, words, stop };
}
