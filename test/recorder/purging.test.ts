import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { verifyLog } from '../../src/audit/verify-log.ts';
import { openRecorder, type Recorder } from '../../src/recorder/recorder.ts';
import { blobsOf, tempLogFile } from '../audit/log-fixture.ts';
import { naiveEvents, naiveFault } from '../audit/naive-verifier.ts';
import { planGroup } from '../audit/plan-group.ts';
import { beside, LOG_KEY } from '../audit/signed-log.ts';
import { tempDirectory } from '../store/open-parts.ts';

async function open(file: string, storeFile: string): Promise<Recorder> {
  const recorder = await openRecorder(
    {
      ...{ auditFile: file, storeFile, segmentBytes: 200_000 },
      logKeys: { current: LOG_KEY, retired: [] },
    },
    { onCheckpointFailure: () => undefined, onBroken: () => undefined },
  );
  onTestFinished(() => recorder.log.close());
  return recorder;
}

function bytesOf(file: string): Buffer {
  const names = readdirSync(beside(file, 'segments')).filter((name) => name.endsWith('.jsonl'));
  const sorted = names.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  return Buffer.concat(
    [...sorted.map((name) => beside(file, `segments/${name}`)), file].map((path) => readFileSync(path)),
  );
}

it('purges beside what is recorded: nothing is lost, every trace goes on, and the store has what remains', {
  timeout: 60_000,
}, async () => {
  const file = tempLogFile();
  const recorder = await open(file, join(tempDirectory(), 'store.db'));
  const receipts = new Map<number, string>();
  let isOver = false;
  const caller = async (name: number): Promise<void> => {
    for (let turn = 0; !isOver; turn += 1) {
      // Half of the traces are long ones, which a purge cuts.
      const trace = turn % 2 === 0 ? `run-${name}` : `run-${name}-${turn}`;
      const { last_sequence, hash } = await recorder.log.append(planGroup(trace, 3));
      receipts.set(last_sequence, hash);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const callers = Array.from({ length: 16 }, (_, name) => caller(name));
  const cause = { policy: 'keep 0 days', reason: 'test', by: 'test' };
  let purged = 0;
  while (purged < 8) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { segments } = await recorder.purge({ before: new Date().toISOString(), cause });
    purged += segments.length;
  }
  isOver = true;
  await Promise.all(callers);
  await recorder.purge();
  const names = callers.map((_, name) => `run-${name}`);
  const long = await Promise.all(names.map((trace) => recorder.store.trace(trace)));
  const { items } = await recorder.store.traces({ limit: 500 });
  const counted = await recorder.store.spans({ limit: 1000 });
  await recorder.log.close();
  const bytes = bytesOf(file);
  const events = naiveEvents(bytes);
  expect(naiveFault(bytes, blobsOf(file))).toBeUndefined();
  expect(await verifyLog(file)).toMatchObject({ ok: true });
  const first = Number(events[0]?.['sequence']);
  expect(first).toBeGreaterThan(1000);
  const lost = [...receipts].filter(
    ([sequence, hash]) => sequence >= first && events[sequence - first]?.['hash'] !== hash,
  );
  expect(lost).toEqual([]);
  // The store knows of nothing that is gone, and of all that is there.
  expect(counted.every((span) => span.first_sequence >= first)).toBe(true);
  const there = Map.groupBy(events, (event) => event['trace_id']);
  for (const { trace_id, event_count, purged_events = 0 } of [
    ...items,
    ...long.flatMap((entry) => entry ?? []),
  ])
    expect({ trace_id, left: event_count - purged_events }).toEqual({
      trace_id,
      left: there.get(trace_id)?.length,
    });
  expect(long.filter((entry) => entry?.purged_events !== undefined)).toHaveLength(16);
});
