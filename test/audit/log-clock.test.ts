import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectHolds, openLog, START_MS, tempLogFile } from './log-fixture.ts';
import { naiveEvents } from './naive-verifier.ts';
import { planGroup } from './plan-group.ts';

describe('the time of the log', () => {
  it('never runs backwards, and a jump back of more than a second is noted once', async () => {
    const file = tempLogFile();
    let ms = START_MS;
    const { log } = await openLog(file, { clock: () => ms });
    const timestamps: string[] = [];
    for (const jump of [0, 5_000, -900, -1_001, 0, 10, 60_000]) {
      ms += jump;
      timestamps.push((await log.append(planGroup(undefined, 1))).timestamp.slice(14, 23));
    }
    expect(timestamps).toEqual([
      '14:07.215',
      '14:12.215',
      '14:12.215',
      '14:12.215',
      '14:12.215',
      '14:12.215',
      '15:10.324',
    ]);
    const steps = naiveEvents(readFileSync(file)).filter((event) => event['event_type'] === 'clock_stepped');
    expect(steps.map((event) => event['payload'])).toEqual([
      { from_ms: START_MS + 4_100, to_ms: START_MS + 3_099, step_ms: -1_001 },
    ]);
    await expectHolds(file);
  });

  it('goes on from the last event after a restart with a clock far behind', async () => {
    const file = tempLogFile();
    await (await openLog(file)).log.close();
    const { log } = await openLog(file, { clock: () => START_MS - 3_600_000 });
    expect((await log.append(planGroup('run-1'))).timestamp).toBe('2026-11-02T09:14:07.215Z');
    expect(naiveEvents(readFileSync(file)).map((event) => event['event_type'])).toEqual([
      'log_opened',
      'clock_stepped',
      'policy_evaluated',
      'policy_evaluated',
    ]);
    await expectHolds(file);
  });

  it('that cannot be told makes append fail and nothing else', async () => {
    const file = tempLogFile();
    let ms = START_MS;
    const { log } = await openLog(file, { clock: () => ms });
    ms = Number.NaN;
    await expect(log.append(planGroup('run-1'))).rejects.toThrow(RangeError);
    ms = START_MS;
    await expect(log.append(planGroup('run-1'))).resolves.toMatchObject({ first_sequence: 1 });
  });
});
