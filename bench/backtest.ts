import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { backtest as runBacktest } from '../src/backtest/backtest.ts';
import type { Bundle } from '../src/policy/bundle.ts';
import { compileBundle } from '../src/policy/compile.ts';
import type { Benchmark, Figure } from './figure.ts';
import { DEFAULT_POLICIES, startGateway } from './gateway-child.ts';
import { load } from './load.ts';
import { ORDINARY_PLAN } from './ordinary-plan.ts';
import { compare, inTurns } from './rounds.ts';
import { policiesOf } from './rules.ts';
import { withScope } from './scope.ts';

const RULES = 1_000;

export const backtest: Benchmark = {
  question: 'How many recorded plans a second are decided again, beside parsing their records?',
  run: ({ isQuick, say }) =>
    withScope(async (scope) => {
      const [requests, rounds] = isQuick ? [5_000, 2] : [50_000, 7];
      const directory = scope.directory();
      const gateway = await startGateway(scope, directory);
      say(`deciding ${requests} plans`);
      const body = JSON.stringify(ORDINARY_PLAN);
      await load(gateway, { connections: 64, until: { requests }, bodyOf: () => body });
      await gateway.stop();
      const file = join(directory, 'audit', 'events.jsonl');
      const [same, none] = [candidateOf(policiesOf(RULES)), candidateOf(policiesOf(RULES), 'block')];
      say(`${rounds} rounds over them`);
      const perSecond = async (work: () => Promise<number>): Promise<number> => {
        const start = performance.now();
        const plans = await work();
        if (plans !== requests) throw new Error(`${plans} plans of ${requests}`);
        return plans / ((performance.now() - start) / 1000);
      };
      const measured = await inTurns(
        {
          naive: () => perSecond(async () => parsedPlans(file)),
          same: () => perSecond(() => decidedAgain(file, same, 0)),
          flips: () => perSecond(() => decidedAgain(file, none, requests)),
        },
        rounds,
      );
      const figure = (name: string, values: number[]): Figure => {
        const { baseline, ...rest } = compare(values, measured.naive);
        return { name, unit: 'plans/s', ...rest, baseline: { name: 'find and parse', value: baseline } };
      };
      return [
        {
          ...figure('decided as before, 1,000 rules', measured.same),
          target: { of: 'value', bound: 'at_least', limit: 100_000 },
        },
        figure('every one a flip', measured.flips),
      ];
    }),
};

function candidateOf(policies: string, action = 'allow'): Bundle {
  const capabilities = readFileSync(join(DEFAULT_POLICIES, 'capabilities.yaml'), 'utf8');
  const changed = policies.replace(/(id: asked\.read, .*action: )allow/, `$1${action}`);
  const { bundle, problems } = compileBundle({ 'policies.yaml': changed, 'capabilities.yaml': capabilities });
  if (bundle === undefined) throw new Error(JSON.stringify(problems.slice(0, 3)));
  return bundle;
}

async function decidedAgain(file: string, bundle: Bundle, flips: number): Promise<number> {
  const { plans } = await runBacktest([{ auditFile: file }], bundle, {});
  if (plans.flipped !== flips) throw new Error(`${plans.flipped} flips of ${flips}`);
  return plans.decided;
}

const RECEIVED = '"event_type":"plan_received"';

/** The least that any reader does: the whole file at once, and the records of plans parsed. It decides nothing. */
function parsedPlans(file: string): number {
  const log = readFileSync(file);
  let plans = 0;
  for (let at = log.indexOf(RECEIVED); at >= 0; at = log.indexOf(RECEIVED, at + 1)) {
    const line = log.toString('utf8', log.lastIndexOf(10, at) + 1, log.indexOf(10, at));
    if (JSON.parse(line).payload.plan !== undefined) plans += 1;
  }
  return plans;
}
