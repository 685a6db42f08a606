import { type Child, startChild } from './child.ts';
import type { Benchmark, Figure } from './figure.ts';
import { HEADERS, startGateway } from './gateway-child.ts';
import { type LoadResult, load } from './load.ts';
import { ORDINARY_PLAN } from './ordinary-plan.ts';
import { compare, inTurns } from './rounds.ts';
import { type Scope, withScope } from './scope.ts';

type Variant = { name: string; connections: number; bodyOf(connection: number): string; isHeld?: true };

const BODY = JSON.stringify(ORDINARY_PLAN);

/** Requests after which the compiler of the runtime has seen what there is to see. */
const WARM_UP_REQUESTS = 20_000;

const VARIANTS: Variant[] = [
  { name: '64 connections', connections: 64, bodyOf: () => BODY, isHeld: true },
  {
    name: '64 connections, each a trace',
    connections: 64,
    bodyOf: (connection) => JSON.stringify({ ...ORDINARY_PLAN, trace_id: `bench-trace-${connection}` }),
  },
  { name: '1 connection', connections: 1, bodyOf: () => BODY },
];

export const evaluate: Benchmark = {
  question: 'What does POST /evaluate cost beside a bare Fastify POST of the same bytes?',
  run: ({ isQuick, say }) =>
    withScope(async (scope) => {
      const gateway = await startGateway(scope, scope.directory());
      const bare = await startBare(scope, await recordAnswer(gateway));
      const [seconds, rounds] = isQuick ? [1, 2] : [3, 5];
      say(`warming up: ${WARM_UP_REQUESTS} requests each`);
      const warmUp = { connections: 64, bodyOf: () => BODY, until: { requests: WARM_UP_REQUESTS } };
      for (const server of [bare, gateway]) await load(server, warmUp);
      const figures: Figure[] = [];
      for (const variant of VARIANTS) {
        say(`${variant.name}: ${rounds} rounds of 2 × ${seconds} s`);
        const { connections, bodyOf } = variant;
        const loaded = (server: Child) => () => load(server, { connections, bodyOf, until: { seconds } });
        const measured = await inTurns({ bare: loaded(bare), gateway: loaded(gateway) }, rounds);
        figures.push(...figuresOf(variant, measured));
      }
      return figures;
    }),
};

/** One answer of the gateway, byte for byte. Throws where the ordinary plan is not allowed. */
async function recordAnswer({ origin }: Child): Promise<string> {
  const response = await fetch(`${origin}/evaluate`, { method: 'POST', headers: HEADERS, body: BODY });
  const text = await response.text();
  if (!response.ok || JSON.parse(text).decision !== 'allow') throw new Error(`not allowed: ${text}`);
  return text;
}

function startBare(scope: Scope, answer: string): Promise<Child> {
  const file = `${import.meta.dirname}/bare-server.ts`;
  return startChild(scope, { args: [file], cwd: scope.directory(), env: { BENCH_ANSWER: answer } });
}

function figuresOf({ name, isHeld }: Variant, measured: Record<'bare' | 'gateway', LoadResult[]>): Figure[] {
  const of = (key: keyof LoadResult) => {
    const { baseline, ...rest } = compare(
      measured.gateway.map((result) => result[key]),
      measured.bare.map((result) => result[key]),
    );
    return { ...rest, baseline: { name: 'bare Fastify', value: baseline } };
  };
  return [
    {
      ...{ name: `throughput, ${name}`, unit: 'requests/s', ...of('perSecond') },
      ...(isHeld && { target: { of: 'ratio', bound: 'at_least', limit: 0.3 } }),
    },
    { name: `median time, ${name}`, unit: 'ms', ...of('p50Ms') },
    {
      ...{ name: `p99 time, ${name}`, unit: 'ms', ...of('p99Ms') },
      ...(isHeld && { target: { of: 'value', bound: 'at_most', limit: 15 } }),
    },
    { name: `processor time, ${name}`, unit: 'µs/request', ...of('cpuUs') },
  ];
}
