import { parentPort, workerData } from 'node:worker_threads';
import type { JsonObject } from '../json/value.ts';
import { compileBundleContent } from '../policy/compile.ts';
import { type BacktestLog, type BacktestProgress, type BacktestReport, backtest } from './backtest.ts';
import type { BacktestFilter } from './backtest-filter.ts';

/** What a thread is started with. */
export type BacktestData = { logs: readonly BacktestLog[]; content: JsonObject; filter: BacktestFilter };

/** What it says: how far it is, and at last what came out or why nothing did. */
export type FromBacktest =
  | { type: 'progress'; progress: BacktestProgress }
  | { type: 'done'; report: BacktestReport }
  | { type: 'failed'; message: string };

const TELL_EVERY_MS = 100;

async function run(say: (message: FromBacktest) => void): Promise<void> {
  const { logs, content, filter } = workerData as BacktestData;
  const { bundle, problems } = compileBundleContent(content);
  if (bundle === undefined) throw new Error(`the candidate does not compile: ${problems[0]?.message}`);
  let toldAt = 0;
  const report = await backtest(logs, bundle, filter, (progress) => {
    const isLast = progress.bytes >= progress.of;
    if (!isLast && performance.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = performance.now();
    say({ type: 'progress', progress });
  });
  say({ type: 'done', report });
}

const port = parentPort;
if (port !== null) {
  const say = (message: FromBacktest) => port.postMessage(message);
  await run(say).catch((error: unknown) =>
    say({ type: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
}
