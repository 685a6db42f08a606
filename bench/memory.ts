import type { Benchmark, Figure } from './figure.ts';
import { startGateway } from './gateway-child.ts';
import { load } from './load.ts';
import { ORDINARY_PLAN } from './ordinary-plan.ts';
import { withScope } from './scope.ts';

const SAMPLES = 10;
const MB = 1_000_000;

export const memory: Benchmark = {
  question: 'How much memory is resident after a million decisions, and does it still grow?',
  isLong: true,
  run: ({ isQuick, say }) =>
    withScope(async (scope) => {
      const requests = (isQuick ? 50_000 : 1_000_000) / SAMPLES;
      const gateway = await startGateway(scope, scope.directory());
      const first = gateway.residentBytes() / MB;
      const resident: number[] = [];
      for (let sample = 1; sample <= SAMPLES; sample += 1) {
        await load(gateway, {
          connections: 64,
          until: { requests },
          bodyOf: () => JSON.stringify(ORDINARY_PLAN),
        });
        resident.push(gateway.residentBytes() / MB);
        say(`${(sample * requests).toLocaleString('en')} decisions: ${resident.at(-1)?.toFixed(0)} MB`);
      }
      return figuresOf(resident, first, requests);
    }),
};

/** What is reached while everything is new is no growth, so only the second half of the samples is asked for it. */
function figuresOf(resident: readonly number[], first: number, requests: number): Figure[] {
  const late = resident.slice(resident.length / 2);
  const last = resident.at(-1) ?? Number.NaN;
  const decisions = requests * resident.length;
  return [
    {
      ...{ name: `resident after ${decisions.toLocaleString('en')} decisions`, unit: 'MB', value: last },
      ...{ baseline: { name: 'just started', value: first }, ratio: last / first },
      target: { of: 'value', bound: 'at_most', limit: 250 },
    },
    { name: 'resident at most, second half', unit: 'MB', value: Math.max(...late) },
    {
      ...{ name: 'growth, second half', unit: 'MB/100,000', value: slope(late) * (100_000 / requests) },
      target: { of: 'value', bound: 'at_most', limit: 2 },
    },
  ];
}

/** Slope of the straight line that fits the values best, per value. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [products, squares] = [0, 0];
  for (const [index, value] of values.entries()) {
    products += (index - middle) * (value - mean);
    squares += (index - middle) ** 2;
  }
  return products / squares;
}
