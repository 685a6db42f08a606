import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TraceHead } from '../../src/audit/event.ts';
import { expectHolds, openLog, START_MS, tempLogFile } from './log-fixture.ts';
import { planGroup } from './plan-group.ts';

/** One turn of a caller: what it appends, and what happens around it. */
type Turn = {
  trace: string | undefined;
  count: number;
  payload: Record<string, unknown>;
  /** Whether it waits for the answer before the next turn. */
  waits: boolean;
  /** Milliseconds the clock moves first. */
  passes: number;
  /** Whether the log is closed and opened again afterwards. */
  restarts: boolean;
};

it('any interleaving of appends gives a log that an independent verifier accepts', async () => {
  const turn: fc.Arbitrary<Turn> = fc.record({
    trace: fc.option(fc.constantFrom('run-1', 'run-2', 'ünï', '"\\'), { nil: undefined }),
    count: fc.integer({ min: 1, max: 4 }),
    payload: fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ depthSize: 'small' }), {
      maxKeys: 4,
    }),
    waits: fc.boolean(),
    passes: fc.integer({ min: -2_000, max: 2_000 }),
    restarts: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { maxLength: 25 }), async (turns) => {
      const file = tempLogFile();
      await play(file, turns);
      const events = turns.reduce((sum, { count }) => sum + count, 1);
      expect(await expectHolds(file)).toBeGreaterThanOrEqual(events);
    }),
    { numRuns: 40 },
  );
});

async function play(file: string, turns: Turn[]): Promise<void> {
  let ms = START_MS;
  let { log } = await openLog(file, { clock: () => ms });
  // The index of the gateway in miniature: it knows what was answered.
  const heads = new Map<string | undefined, TraceHead>();
  let unanswered: Promise<unknown>[] = [];
  for (const { trace, count, payload, waits, passes, restarts } of turns) {
    ms += passes;
    const answer = log.append(planGroup(trace, count, { payload }), heads.get(trace)).then((group) => {
      heads.set(trace, { trace_sequence: group.trace_sequence ?? -1, hash: group.hash });
    });
    unanswered.push(answer);
    if (waits) await answer;
    if (!restarts) continue;
    await Promise.all(unanswered);
    unanswered = [];
    await log.close();
    ({ log } = await openLog(file, { clock: () => ms }));
  }
  await Promise.all(unanswered);
  await log.close();
}
