import { parseArgs } from 'node:util';
import { append } from './append.ts';
import { backtest } from './backtest.ts';
import { evaluate } from './evaluate.ts';
import { evidence } from './evidence.ts';
import { type Benchmark, type Figure, missedBy } from './figure.ts';
import { guard } from './guard.ts';
import { history } from './history.ts';
import { indexLog } from './index-log.ts';
import { list } from './list.ts';
import { memory } from './memory.ts';
import { policy } from './policy.ts';
import { ready } from './ready.ts';
import { reload } from './reload.ts';
import { tableOf } from './table.ts';
import { trace } from './trace.ts';
import { verify } from './verify.ts';

const BENCHMARKS: Record<string, Benchmark> = {
  evaluate,
  policy,
  history,
  reload,
  append,
  verify,
  index: indexLog,
  trace,
  list,
  evidence,
  backtest,
  ready,
  guard,
  memory,
};

type Options = { names: string[]; isQuick: boolean; asJson: boolean };

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
await main();

/** Progress goes to standard error, the result to standard output. A missed target is a result, not a failure. */
async function main(): Promise<void> {
  const options = readOptions();
  if (options === undefined) return;
  const figures = await runAll(options);
  const output = options.asJson
    ? JSON.stringify(
        figures.map((figure) => ({ ...figure, missed_by: missedBy(figure) })),
        null,
        2,
      )
    : tableOf(figures);
  process.stdout.write(`${output}\n`);
}

async function runAll({ names, isQuick }: Options): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const name of names) {
    const say = (message: string) => void process.stderr.write(`${name}: ${message}\n`);
    const benchmark = BENCHMARKS[name];
    if (benchmark === undefined) continue;
    say(benchmark.question);
    figures.push(...(await benchmark.run({ isQuick, say })));
  }
  return figures;
}

/** Nothing where there is nothing to run: help was asked for, or the options make no sense. */
function readOptions(): Options | undefined {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { quick: flag, full: flag, json: flag, help: flag },
    });
    if (values.help) {
      process.stdout.write(helpText());
      return undefined;
    }
    const names = chosen(positionals, values.full);
    return { names, isQuick: values.quick, asJson: values.json };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${helpText()}`);
    process.exitCode = 64;
    return undefined;
  }
}

function chosen(named: string[], withLong: boolean): string[] {
  const unknown = named.find((name) => name !== 'all' && !(name in BENCHMARKS));
  if (unknown !== undefined) throw new Error(`there is no benchmark ${unknown}`);
  if (named.length > 0 && !named.includes('all')) return named;
  return Object.keys(BENCHMARKS).filter((name) => withLong || !BENCHMARKS[name]?.isLong);
}

function helpText(): string {
  const list = Object.entries(BENCHMARKS).map(
    ([name, { question, isLong }]) => `  ${name.padEnd(10)}${question}${isLong ? ' (minutes)' : ''}\n`,
  );
  return `Usage: npm run bench -- [name …] [--quick] [--full] [--json]

${list.join('')}
Without a name, or with "all", all are run but those that take minutes; --full runs these, too.
  --quick   fewer and shorter rounds
  --json    the figures as JSON
`;
}
