import { createGuard, DIRECTIONS, type Guard } from '../src/guard/index.ts';
import { hostileTexts } from '../test/guard/hostile-texts.ts';
import type { Figure } from './figure.ts';
import type { Corpus } from './guard-corpus.ts';

const KB = 1024;

/** What inspecting costs: per KB of harmless text, for a text of 4 KB, and for the worst text we know. */
export function timesOf({ rows }: Corpus): Figure[] {
  const guard = createGuard();
  const benign = rows.filter((row) => row.label === 'benign').map((row) => row.text);
  const pieces = piecesOf(benign.join('\n\n'), 4 * KB);
  for (const text of benign) guard.inspect(text, 'context');
  const took = pieces
    .flatMap((text) => [1, 2, 3].map(() => elapsedMs(guard, text, 'context')))
    .sort((one, other) => one - other);
  const total = took.reduce((sum, each) => sum + each, 0);
  return [
    figure('harmless text', 'µs/KB', (total * 1000) / (took.length * 4), 100),
    figure('4 KB, p99', 'ms', took[Math.floor(took.length * 0.99)] ?? 0, 1),
    ...hostileFigures(guard),
  ];
}

/** Of every hostile shape 64 KB, and 1 MB of those that took longest. */
function hostileFigures(guard: Guard): Figure[] {
  const small = timed(guard, hostileTexts(64 * KB), 2);
  const worst = new Set(small.slice(0, 8).map(({ name }) => name));
  const large = timed(
    guard,
    hostileTexts(1024 * KB).filter(({ name }) => worst.has(name)),
    1,
  );
  return [hostileFigure('64 KB', small, 50), hostileFigure('1 MB', large, 1000)];
}

type Timed = { name: string; ms: number };

/** Slowest first. */
function timed(guard: Guard, texts: { name: string; text: string }[], times: number): Timed[] {
  return texts
    .map(({ name, text }) => ({ name, ms: slowestMs(guard, text, times) }))
    .sort((one, other) => other.ms - one.ms);
}

function hostileFigure(size: string, [slowest]: readonly Timed[], limit: number): Figure {
  const name = `worst of hostile ${size} (${JSON.stringify(slowest?.name ?? '')})`;
  return figure(name, 'ms', slowest?.ms ?? 0, limit);
}

/** In the slowest direction, the fastest of some times: what the text costs, not what the machine does besides. */
function slowestMs(guard: Guard, text: string, times: number): number {
  return Math.max(
    ...DIRECTIONS.map((direction) =>
      Math.min(...Array.from({ length: times }, () => elapsedMs(guard, text, direction))),
    ),
  );
}

/** Of the processor, so other work of the machine does not count. */
function elapsedMs(guard: Guard, text: string, direction: (typeof DIRECTIONS)[number]): number {
  const before = process.cpuUsage();
  guard.inspect(text, direction);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function piecesOf(text: string, length: number): string[] {
  return Array.from({ length: Math.floor(text.length / length) }, (_, index) =>
    text.slice(index * length, (index + 1) * length),
  );
}

function figure(name: string, unit: string, value: number, limit: number): Figure {
  return { name, unit, value, target: { of: 'value', bound: 'at_most', limit } };
}
