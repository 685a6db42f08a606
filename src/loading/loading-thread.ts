import { parentPort, workerData } from 'node:worker_threads';
import { createTestRunner } from '../evaluation/test-runner.ts';
import { createGuard } from '../guard/guard.ts';
import { yieldToDecisions } from '../threads/yield-to-decisions.ts';
import { PolicyReader } from './policy-reader.ts';
import type { FromLoading, LoadingData, ToLoading } from './wire.ts';

const port = parentPort;
if (port !== null) {
  const { archive, isStarting } = workerData as LoadingData;
  // What is lowered cannot be raised again; at the start nobody waits but for this thread.
  let isYielding = !isStarting;
  if (isYielding) yieldToDecisions();
  const reader = new PolicyReader(archive, createTestRunner(createGuard()));
  let last: Promise<void> = Promise.resolve();
  port.on('message', (asked: ToLoading) => {
    last = last.then(async () => {
      const answer = await reader.answer(asked).catch(
        (error: unknown): FromLoading => ({
          id: asked.id,
          failed: error instanceof Error ? error.message : String(error),
        }),
      );
      port.postMessage(answer, 'parts' in answer ? [answer.parts.order.buffer] : []);
      if (!isYielding) yieldToDecisions();
      isYielding = true;
    });
  });
}
