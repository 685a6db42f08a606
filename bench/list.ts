import { join } from 'node:path';
import type { SpanQuery, TraceQuery } from '../src/replay/event-index.ts';
import { parseSearch } from '../src/replay/search/search-query.ts';
import { openTexts } from '../src/search/open-texts.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../src/store/store.ts';
import { GROUP_EVENTS } from './event-groups.ts';
import type { Benchmark, Figure } from './figure.ts';
import { type Filling, fillStore, timeOf } from './filled-store.ts';
import { median } from './rounds.ts';
import { withScope } from './scope.ts';

const LIMIT = 50;
/** What one decision in so many has: a rare agent, tool, tenant, word. */
const RARE = 100_000;
const MAX_MS = { of: 'value', bound: 'at_most', limit: 20 } as const;

type Texts = ReturnType<typeof openTexts>;

export const list: Benchmark = {
  question: 'How long does a page of 50 take out of 1,000,000 traces, with which filters?',
  run: ({ isQuick, say }) =>
    withScope(async (scope) => {
      const traces = isQuick ? 100_000 : 1_000_000;
      const file = join(scope.directory(), 'store.db');
      say(`indexing ${traces.toLocaleString('en')} traces`);
      await fillStore(file, traces, fillingOf);
      const texts = openTexts(file);
      scope.onEnd(() => texts.close());
      addWords(texts, traces);
      const store = await openSqliteStore(file);
      scope.onEnd(() => store.close());
      const rounds = isQuick ? 3 : 7;
      const figures: Figure[] = [];
      for (const [name, ask] of Object.entries(questions(store, texts, traces))) {
        say(name);
        figures.push({ name, unit: 'ms', value: await medianMs(ask, rounds), target: MAX_MS });
      }
      return figures;
    }),
};

/** Twenty agents and fifty tools, one decision in ten blocked, and now and then something rare. */
function fillingOf(index: number): Filling {
  const isRare = index % RARE === RARE / 2;
  return {
    context: {
      trace_id: `run-${index}`,
      execution_plan_id: `plan-${index}`,
      tenant_id: isRare ? 'rare-tenant' : `tenant-${index % 5}`,
      agent_id: isRare ? 'rare-agent' : `agent-${index % 20}`,
      provenance: { lowest_trust: isRare ? 'unverified' : 'trusted' },
    },
    decision: index % 10 === 0 ? 'block' : 'allow',
    tools: [isRare ? 'rare_tool' : `tool_${index % 50}`],
    correlation_id: `order-${Math.floor(index / 10)}`,
  };
}

/** One text for each trace, instead of the dozens that its events have. */
function addWords(texts: Texts, traces: number): void {
  const position = texts.applied();
  if (position === undefined) throw new Error('nothing is indexed');
  for (let from = 0; from < traces; from += 2_000) {
    const entries = Array.from({ length: Math.min(2_000, traces - from) }, (_, offset) => {
      const index = from + offset;
      const word = index % RARE === RARE / 2 ? 'rare' : 'usual';
      return {
        sequence: index * GROUP_EVENTS.length,
        words: `read contract c ${index} ${word} agent ${index % 20}`,
      };
    });
    texts.add(entries, { ...position, begins: 0 });
  }
}

type Question = () => unknown;

function questions(store: Store, texts: Texts, traces: number): Record<string, Question> {
  const page = (query: Omit<TraceQuery, 'limit'>) => () => store.traces({ ...query, limit: LIMIT });
  const spans = (query: Omit<SpanQuery, 'limit'>) => () => store.spans({ ...query, limit: 200 });
  const search = (q: string) => () => texts.traces(parseSearch(q), { limit: LIMIT });
  const deep = Buffer.from(JSON.stringify([(traces / 20) * GROUP_EVENTS.length])).toString('base64url');
  const middle = { from: timeOf(traces / 2), to: timeOf(traces / 2 + 1_000) };
  return {
    'traces, first page': page({}),
    'traces, deep page': page({ cursor: deep }),
    'traces of an hour in the middle': page(middle),
    'traces, one decision in ten': page({ decision: 'block' }),
    'traces of one agent in twenty': page({ agent_id: 'agent-7' }),
    'traces of one agent, deep page': page({ agent_id: 'agent-7', cursor: deep }),
    'traces of one tool in fifty, blocked': page({ tool_name: 'tool_10', decision: 'block' }),
    'traces with one correlation id': page({ correlation_id: `order-${Math.floor(traces / 30)}` }),
    'traces of a rare agent': page({ agent_id: 'rare-agent' }),
    'traces of a rare tool': page({ tool_name: 'rare_tool' }),
    'traces of a rare tenant': page({ tenant_id: 'rare-tenant' }),
    'traces of a rare trust level': page({ trust_level: 'unverified' }),
    'traces of an agent that is not there': page({ agent_id: 'nobody' }),
    'traces, search for a word of all': search('contract'),
    'traces, search for a rare word': search('rare'),
    'traces, search for a phrase': search('"agent 7"'),
    'traces, search for a beginning': search('1234*'),
    'groups of events, first page': spans({}),
    'groups of events of a rare agent': spans({ agent_id: 'rare-agent' }),
    'groups of events of a rare tenant': spans({ tenant_id: 'rare-tenant' }),
    'groups of events with one correlation id': spans({ correlation_id: `order-${Math.floor(traces / 30)}` }),
  };
}

async function medianMs(ask: Question, rounds: number): Promise<number> {
  const times: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const start = performance.now();
    await ask();
    if (round >= 0) times.push(performance.now() - start);
  }
  return median(times);
}
