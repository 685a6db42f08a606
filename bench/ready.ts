import type { BenchContext, Benchmark, Figure } from './figure.ts';
import { startGateway } from './gateway-child.ts';
import { load } from './load.ts';
import { ORDINARY_PLAN } from './ordinary-plan.ts';
import { median } from './rounds.ts';
import { type Scope, withScope } from './scope.ts';

const STARTS = 5;
const MAX_SECONDS = { of: 'value', bound: 'at_most', limit: 2 } as const;
const DEADLINE_MS = 60_000;

export const ready: Benchmark = {
  question: 'How long from the start of the process until it is ready?',
  run: (context) =>
    withScope(async (scope) => {
      const empty = await startTimes(scope, () => scope.directory());
      const directory = scope.directory();
      const decisions = await fillLog(scope, directory, context);
      const existing = await startTimes(scope, () => directory);
      const [baseline, value] = [median(empty), median(existing)];
      return [
        { name: 'ready, empty directory', unit: 's', value: baseline, target: MAX_SECONDS },
        {
          ...{
            name: `ready, log of ${decisions.toLocaleString('en')} decisions`,
            unit: 's',
            value,
            ratio: value / baseline,
          },
          ...{ baseline: { name: 'empty directory', value: baseline }, target: MAX_SECONDS },
        },
      ] satisfies Figure[];
    }),
};

/** Seconds of each start. */
async function startTimes(scope: Scope, directoryOf: () => string): Promise<number[]> {
  const times: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const gateway = await startGateway(scope, directoryOf());
    await untilReady(gateway.origin);
    times.push((performance.now() - gateway.spawnedAt) / 1000);
    await gateway.stop();
  }
  return times;
}

async function untilReady(origin: string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (performance.now() < deadline) {
    const response = await fetch(`${origin}/readyz`, { headers: { connection: 'close' } });
    await response.text();
    if (response.ok) return;
  }
  throw new Error('the gateway does not become ready');
}

async function fillLog(scope: Scope, directory: string, { isQuick, say }: BenchContext): Promise<number> {
  const requests = isQuick ? 5_000 : 50_000;
  say(`filling a log with ${requests} decisions`);
  const gateway = await startGateway(scope, directory);
  await load(gateway, {
    connections: 64,
    until: { requests },
    bodyOf: () => JSON.stringify(ORDINARY_PLAN),
  });
  await gateway.stop();
  return requests;
}
