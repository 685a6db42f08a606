import { parseArgs } from 'node:util';
import type { Figure } from './figure.ts';
import { missedBy } from './figure.ts';
import { corpusIn } from './guard-corpus.ts';
import { type Rate, ratesOf, resultOf, wilson } from './guard-rates.ts';
import { timesOf } from './guard-time.ts';
import { tableOf } from './table.ts';

const HELP = `Usage: npm run bench:guard -- [--corpus DIR] [--by-source] [--no-time] [--json]

What the guard sees of labelled texts, in profile balanced: shares with their 95 % interval, beside what they are held to.
  --corpus DIR  where the texts are; ../shared/corpus unless said otherwise
  --by-source   also the shares of each source
  --no-time     shares only
  --json        the same as JSON
`;
const EXIT_USAGE = 64;

main();

/** A missed target is a result, not a failure. */
function main(): void {
  const options = readOptions();
  if (options === undefined) return;
  const corpus = corpusIn(options.corpus);
  if (corpus === undefined) return;
  const rates = ratesOf(corpus, options['by-source']);
  const times = options['no-time'] ? [] : timesOf(corpus);
  const tables = [ratesTable(rates), ...(times.length === 0 ? [] : [tableOf(times)])];
  process.stdout.write(options.json ? jsonOf(rates, times) : `${tables.join('\n\n')}\n`);
}

function readOptions() {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({
      options: {
        corpus: { type: 'string', default: '../shared/corpus' },
        ...{ 'by-source': flag, 'no-time': flag, json: flag, help: flag },
      },
    });
    if (!values.help) return values;
    process.stdout.write(HELP);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exitCode = EXIT_USAGE;
  }
  return undefined;
}

function jsonOf(rates: readonly Rate[], times: readonly Figure[]): string {
  const result = {
    rates: rates.map((rate) => ({ ...rate, interval: wilson(rate.flagged, rate.n), result: resultOf(rate) })),
    times: times.map((time) => ({ ...time, missed_by: missedBy(time) })),
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

function ratesTable(rates: readonly Rate[]): string {
  const lines: string[] = [];
  const width = Math.max(...rates.map(({ name }) => name.length));
  for (const [part, members] of Map.groupBy(rates, (rate) => rate.part)) {
    lines.push('', `${part.padEnd(width + 2)}     n  flagged          95 %  blocked          95 %  target`);
    lines.push(...members.map((rate) => rateLine(rate, width)));
  }
  return lines.slice(1).join('\n');
}

function rateLine(rate: Rate, width: number): string {
  const { name, n, flagged, blocked, target } = rate;
  const sign = target?.bound === 'at_least' ? '≥' : '≤';
  const goal =
    target === undefined ? '' : `${target.of} ${sign} ${target.percent} %  ${resultOf(rate) ?? ''}`;
  const cells = [
    `  ${name.padEnd(width)}`,
    String(n).padStart(6),
    percentOf(flagged, n).padStart(8),
    intervalOf(flagged, n).padStart(13),
    percentOf(blocked, n).padStart(8),
    intervalOf(blocked, n).padStart(13),
    ` ${goal}`,
  ];
  return cells.join(' ').trimEnd();
}

function intervalOf(count: number, n: number): string {
  const [low, high] = wilson(count, n).map((bound) => bound.toFixed(1));
  return `${low}–${high}`;
}

function percentOf(count: number, n: number): string {
  return n === 0 ? '–' : `${((100 * count) / n).toFixed(1)} %`;
}
