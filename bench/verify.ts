import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readLogLines } from '../src/audit/log-files.ts';
import { openAuditLog } from '../src/audit/open-audit-log.ts';
import { verifyLog } from '../src/audit/verify-log.ts';
import type { Checkpoint } from '../src/tlog/checkpoint.ts';
import { TreeFrontier } from '../src/tlog/tree-frontier.ts';
import { leafHash } from '../src/tlog/tree-hash.ts';
import { GROUP_EVENTS, groupAt } from './event-groups.ts';
import type { Benchmark, Figure } from './figure.ts';
import { compare, inTurns } from './rounds.ts';
import { withScope } from './scope.ts';

export const verify: Benchmark = {
  question: 'How many events a second are verified beside parsing and hashing each line?',
  run: ({ isQuick, say }) =>
    withScope(async (scope) => {
      const [groups, rounds] = isQuick ? [5_000, 2] : [50_000, 5];
      const file = join(scope.directory(), 'events.jsonl');
      say(`writing a log of ${groups * GROUP_EVENTS.length} events`);
      const checkpoint = await writeLog(file, groups);
      say(`${rounds} rounds over it`);
      const measured = await inTurns(
        {
          naive: () => perSecond(checkpoint.size, () => readNaively(file)),
          chains: () => perSecond(checkpoint.size, () => verified(file, [])),
          tree: () => perSecond(checkpoint.size, () => verified(file, [checkpoint])),
        },
        rounds,
      );
      const figure = (name: string, values: number[]): Figure => {
        const { baseline, ...rest } = compare(values, measured.naive);
        return { name, unit: 'events/s', ...rest, baseline: { name: 'parse and hash', value: baseline } };
      };
      return [
        {
          ...figure('verify, hashes and chains', measured.chains),
          target: { of: 'value', bound: 'at_least', limit: 150_000 },
        },
        figure('verify, tree and checkpoint as well', measured.tree),
      ];
    }),
};

/** Answers what a checkpoint over the whole log says. */
async function writeLog(file: string, groups: number): Promise<Checkpoint> {
  const { log } = await openAuditLog({ file, clock: () => Date.now(), onCommit: () => undefined });
  for (let index = 0; index < groups; index += 64) {
    const count = Math.min(64, groups - index);
    await Promise.all(Array.from({ length: count }, (_, offset) => log.append(groupAt(index + offset))));
  }
  await log.close();
  const tree = new TreeFrontier();
  for await (const lines of readLogLines(file)) for (const { raw } of lines) tree.append(leafHash(raw));
  return { origin: log.origin, size: tree.size, root: tree.root() };
}

async function perSecond(events: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return events / ((performance.now() - start) / 1000);
}

async function verified(file: string, checkpoints: readonly Checkpoint[]): Promise<void> {
  const { ok, first_bad } = await verifyLog(file, { checkpoints });
  if (!ok) throw new Error(`the log does not hold: ${JSON.stringify(first_bad)}`);
}

/** What any reader does: each line parsed, and a SHA-256 over it. It finds no line that was changed. */
async function readNaively(file: string): Promise<void> {
  let events = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (createHash('sha256').update(line).digest('hex').length === 64 && JSON.parse(line).sequence === events)
      events += 1;
  }
  if (events === 0) throw new Error('nothing was read');
}
