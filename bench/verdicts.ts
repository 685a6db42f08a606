import type { StepView } from '../src/policy/bundle.ts';
import { compileBundle } from '../src/policy/compile.ts';
import type { BenchContext, Figure, Target } from './figure.ts';
import { inTurns, median, percentile } from './rounds.ts';
import { workloadOf } from './rule-workload.ts';

/** Decisions a second of CPU, by number of rules. */
const AT_LEAST: Record<number, number> = { 10: 10_000_000, 100: 2_000_000, 1000: 500_000, 10000: 200_000 };
const RULE_COUNTS = Object.keys(AT_LEAST).map(Number);
const MAX_P99 = { of: 'value', bound: 'at_most', limit: 10 } as const;

type Contestant = { evaluate(step: StepView): { considered: number }; steps: StepView[] };

/** How many steps the rules alone judge in a second of CPU, with all that match in the answer. */
export async function verdicts({ isQuick, say }: BenchContext): Promise<Figure[]> {
  const [ms, rounds] = isQuick ? [100, 3] : [500, 7];
  say(`the rules alone, 30 % with \`when\`: ${rounds} rounds of ${RULE_COUNTS.length} × ${ms} ms`);
  const contestants = RULE_COUNTS.map((count) => [String(count), contestantOf(count)] as const);
  const measured = await inTurns(
    Object.fromEntries(contestants.map(([count, one]) => [count, async () => perCpuSecond(one, ms)])),
    rounds,
  );
  return contestants.flatMap(([count, contestant]) => {
    const target: Target = { of: 'value', bound: 'at_least', limit: AT_LEAST[Number(count)] ?? 0 };
    const name = `rules alone, ${Number(count).toLocaleString('en')} rules`;
    const speed = { name, unit: 'decisions/CPU s', value: median(measured[count] ?? []), target };
    const tail = { name: `${name}, p99`, unit: 'µs/decision', value: p99Of(contestant) };
    return [
      speed,
      { name: `${name}, considered`, unit: 'rules/decision', value: consideredBy(contestant) },
      count === '1000' ? { ...tail, target: MAX_P99 } : tail,
    ];
  });
}

function contestantOf(count: number): Contestant {
  const { policies, steps } = workloadOf(count);
  const { bundle, problems } = compileBundle({ 'policies.yaml': policies });
  if (bundle === undefined) throw new Error(JSON.stringify(problems.slice(0, 3)));
  return { evaluate: bundle.evaluate, steps };
}

function perCpuSecond({ evaluate, steps }: Contestant, ms: number): number {
  const [before, start] = [process.cpuUsage(), performance.now()];
  let count = 0;
  while (performance.now() - start < ms) {
    for (const step of steps) evaluate(step);
    count += steps.length;
  }
  const { user, system } = process.cpuUsage(before);
  return (count * 1_000_000) / (user + system);
}

/** Microseconds of the slowest decision but one in a hundred; the clock itself takes some tenths of one. */
function p99Of({ evaluate, steps }: Contestant): number {
  const durations: number[] = [];
  for (let round = 0; round < 40; round += 1) {
    for (const step of steps) {
      const start = performance.now();
      evaluate(step);
      durations.push((performance.now() - start) * 1_000);
    }
  }
  return percentile(durations, 0.99);
}

function consideredBy({ evaluate, steps }: Contestant): number {
  return steps.reduce((sum, step) => sum + evaluate(step).considered, 0) / steps.length;
}
