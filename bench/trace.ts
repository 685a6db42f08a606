import { join } from 'node:path';
import type { CommittedGroup } from '../src/audit/event.ts';
import { LogReader } from '../src/audit/log-reader.ts';
import { openAuditLog } from '../src/audit/open-audit-log.ts';
import { readSpan } from '../src/audit/span-reader.ts';
import { createReplay, type Replay } from '../src/replay/replay.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { GROUP_EVENTS, groupAt } from './event-groups.ts';
import type { Benchmark, Figure } from './figure.ts';
import { fillStore } from './filled-store.ts';
import { inTurns, median, percentile } from './rounds.ts';
import { type Scope, withScope } from './scope.ts';

/** Traces that are read, spread over the whole log. */
const READ = 500;
const SMALL_EVENTS = 100_000;

export const trace: Benchmark = {
  question: 'How long does it take to read one trace back out of 10,000,000 events?',
  run: ({ isQuick, say }) =>
    withScope(async (scope) => {
      const events = isQuick ? 1_000_000 : 10_000_000;
      say(`indexing ${events.toLocaleString('en')} events, ${READ} traces of them with their lines`);
      const large = await openReplay(scope, events);
      const small = await openReplay(scope, SMALL_EVENTS);
      const rounds = isQuick ? 2 : 5;
      const measured = await inTurns({ large: () => readAll(large), small: () => readAll(small) }, rounds);
      const times = { large: measured.large.flat(), small: measured.small.flat() };
      const figure = (name: string, of: (values: readonly number[]) => number): Figure => {
        const [value, baseline] = [of(times.large), of(times.small)];
        const beside = { name: `of ${SMALL_EVENTS.toLocaleString('en')} events`, value: baseline };
        return { name, unit: 'ms', value, baseline: beside, ratio: value / baseline };
      };
      const of = `of ${events.toLocaleString('en')} events`;
      return [
        {
          ...figure(`a trace ${of}, median`, median),
          target: { of: 'value', bound: 'at_most', limit: 5 },
        },
        {
          ...figure(`a trace ${of}, p99`, (values) => percentile(values, 0.99)),
          target: { of: 'value', bound: 'at_most', limit: 5 },
        },
      ];
    }),
};

/** A log of some traces, and the index of one of `events` events in which they are spread evenly. */
async function openReplay(scope: Scope, events: number): Promise<Replay> {
  const directory = scope.directory();
  const file = join(directory, 'events.jsonl');
  const real = await writeTraces(file);
  const groups = Math.ceil(events / GROUP_EVENTS.length);
  const every = Math.floor(groups / READ);
  await fillStore(join(directory, 'store.db'), groups, (index) => {
    const own = index % every === 0 ? real[index / every] : undefined;
    const context = own?.context ?? {
      ...real[0]?.context,
      trace_id: `other-${index}`,
      execution_plan_id: `p-${index}`,
    };
    return { context, decision: 'allow', tools: ['read_contract'], ...(own !== undefined && { place: own }) };
  });
  const store = await openSqliteStore(join(directory, 'store.db'));
  scope.onEnd(() => store.close());
  const reader = new LogReader(file);
  const search = { traces: () => Promise.reject(new Error('nothing is searched here')) };
  return createReplay({
    index: store,
    search,
    readEvents: (span) => readSpan(reader, span),
  });
}

async function writeTraces(file: string): Promise<CommittedGroup[]> {
  const groups: CommittedGroup[] = [];
  const onCommit = (committed: readonly CommittedGroup[]) => void groups.push(...committed);
  const { log } = await openAuditLog({ file, clock: () => Date.now(), onCommit });
  for (let index = 0; index < READ; index += 1) await log.append(groupAt(index));
  await log.close();
  return groups.filter(({ context }) => context.trace_id !== undefined);
}

/** Milliseconds of each, in an order in which none is next to the one before. */
async function readAll(replay: Replay): Promise<number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < READ; turn += 1) {
    const id = `trace-${(turn * 211) % READ}`;
    const start = performance.now();
    const found = await replay.trace(id, 'acme-corp');
    times.push(performance.now() - start);
    if (found?.timeline.length !== GROUP_EVENTS.length) throw new Error(`${id} is not all there`);
  }
  return times;
}
