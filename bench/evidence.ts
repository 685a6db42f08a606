import { verifyBundle } from '../src/evidence/verify-bundle.ts';
import { filesInZip } from '../src/evidence/zip.ts';
import type { Child } from './child.ts';
import type { Benchmark, Figure } from './figure.ts';
import { HEADERS, startGateway } from './gateway-child.ts';
import { ORDINARY_PLAN } from './ordinary-plan.ts';
import { compare, inTurns } from './rounds.ts';
import { withScope } from './scope.ts';

/** Eight events a plan. */
const PLANS = 125;
/** What stands in the log beside the trace. */
const OTHERS = 5_000;

export const evidence: Benchmark = {
  question: 'What does the evidence of a trace of 1,000 events cost beside reading the trace back?',
  run: ({ isQuick, say }) =>
    withScope(async (scope) => {
      const gateway = await startGateway(scope, scope.directory());
      say(`deciding ${PLANS} plans of one trace among ${OTHERS} others`);
      await decide(gateway, isQuick ? 500 : OTHERS);
      const rounds = isQuick ? 3 : 15;
      say(`${rounds} rounds`);
      let zip: Buffer = Buffer.alloc(0);
      const measured = await inTurns(
        {
          replay: () => milliseconds(() => get(gateway, '/replay/run-bench')),
          evidence: () =>
            milliseconds(async () => {
              zip = await get(gateway, '/replay/run-bench/evidence');
            }),
          verify: () => milliseconds(() => verified(zip)),
        },
        rounds,
      );
      const events = JSON.parse((await filesInZip(zip)).get('manifest.json')?.toString('utf8') ?? '').events;
      if (events !== PLANS * 8) throw new Error(`the trace has ${events} events`);
      const figure = (name: string, values: number[]): Figure => {
        const { baseline, ...rest } = compare(values, measured.replay);
        return { name, unit: 'ms', ...rest, baseline: { name: 'GET /replay/{trace_id}', value: baseline } };
      };
      return [
        {
          ...figure('evidence of 1,000 events', measured.evidence),
          target: { of: 'value', bound: 'at_most', limit: 300 },
        },
        figure('verify it', measured.verify),
      ];
    }),
};

async function decide({ origin }: Child, others: number): Promise<void> {
  const send = async (plan: object): Promise<void> => {
    const reply = await fetch(`${origin}/evaluate`, {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify(plan),
    });
    if (reply.status !== 200) throw new Error(`${reply.status} ${await reply.text()}`);
  };
  for (let sent = 0; sent < others; sent += 50) {
    await Promise.all(Array.from({ length: 50 }, () => send(ORDINARY_PLAN)));
    if (sent % Math.floor(others / 5) === 0) {
      for (let count = 0; count < PLANS / 5; count += 1)
        await send({ ...ORDINARY_PLAN, trace_id: 'run-bench' });
    }
  }
}

async function get({ origin }: Child, path: string): Promise<Buffer> {
  const reply = await fetch(origin + path, { headers: HEADERS });
  const bytes = Buffer.from(await reply.arrayBuffer());
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status}`);
  return bytes;
}

async function verified(zip: Buffer): Promise<void> {
  const { ok, checks } = await verifyBundle(zip, { log: [], evidence: [] });
  if (!ok) throw new Error(JSON.stringify(checks));
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
