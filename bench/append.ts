import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openAuditLog } from '../src/audit/open-audit-log.ts';
import { GROUP_EVENTS, groupAt } from './event-groups.ts';
import type { Benchmark, Figure } from './figure.ts';
import { compare, inTurns } from './rounds.ts';
import { withScope } from './scope.ts';

export const append: Benchmark = {
  question: 'How many events a second become durable beside a plain hash chain without a sync?',
  run: ({ isQuick, say }) =>
    withScope(async (scope) => {
      const [groups, rounds] = isQuick ? [2_000, 2] : [10_000, 5];
      say(`${rounds} rounds of ${groups} groups of ${GROUP_EVENTS.length} events`);
      const file = (name: string) => join(scope.directory(), name);
      const measured = await inTurns(
        {
          naive: async () => appendNaively(file('naive.jsonl'), groups),
          waiting: () => appendDurably(file('events.jsonl'), groups, 64),
          alone: () => appendDurably(file('events.jsonl'), Math.ceil(groups / 20), 1),
        },
        rounds,
      );
      const figure = (name: string, values: number[]): Figure => {
        const { baseline, ...rest } = compare(values, measured.naive);
        return { name, unit: 'events/s', ...rest, baseline: { name: 'naive, unsynced', value: baseline } };
      };
      return [figure('append, 64 waiting', measured.waiting), figure('append, one by one', measured.alone)];
    }),
};

/** Events per second of the log under `appenders` that each wait for their last group before the next. */
async function appendDurably(file: string, groups: number, appenders: number): Promise<number> {
  const { log } = await openAuditLog({ file, clock: () => Date.now(), onCommit: () => undefined });
  let next = 0;
  const appendInTurn = async (): Promise<void> => {
    while (next < groups) {
      const index = next;
      next += 1;
      await log.append(groupAt(index));
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: appenders }, appendInTurn));
  const seconds = (performance.now() - start) / 1000;
  await log.close();
  return (groups * GROUP_EVENTS.length) / seconds;
}

/** What one would write first: an object, its hash over the text before, a line, no sync. */
function appendNaively(file: string, groups: number): number {
  const fd = openSync(file, 'w');
  let [prev_hash, sequence] = ['', 0];
  const start = performance.now();
  for (let index = 0; index < groups; index += 1) {
    const { context, events } = groupAt(index);
    for (const event of events) {
      const line = { ...context, ...event, sequence, timestamp: new Date().toISOString(), prev_hash };
      const hash = createHash('sha256').update(JSON.stringify(line)).digest('hex');
      writeSync(fd, `${JSON.stringify({ ...line, hash })}\n`);
      prev_hash = hash;
      sequence += 1;
    }
  }
  const seconds = (performance.now() - start) / 1000;
  closeSync(fd);
  return sequence / seconds;
}
