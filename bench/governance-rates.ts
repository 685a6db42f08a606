import type { CorpusRow } from './guard-corpus.ts';
import { wilson } from './guard-rates.ts';

/** How many calls of one kind came out as they should. */
export type CallRate = {
  part: string;
  name: string;
  /** Texts. */
  rows: number;
  calls: number;
  hits: number;
  percent: number;
  /** Of the share, at 95 %, in percent: as wide as the number of texts makes it, since the calls of one text hang together. */
  interval: [low: number, high: number];
  /** Percent. */
  target?: number;
  result?: 'met' | 'missed';
};

export function rateOf<Call extends { row: CorpusRow }>(
  part: string,
  name: string,
  calls: readonly Call[],
  isHit: (call: Call) => boolean,
  target?: number,
): CallRate {
  const rows = new Set(calls.map(({ row }) => row)).size;
  const hits = calls.filter(isHit).length;
  const share = calls.length === 0 ? 0 : hits / calls.length;
  const rate = { part, name, rows, calls: calls.length, hits, percent: 100 * share };
  const interval = wilson(share * rows, rows);
  if (target === undefined || calls.length === 0) return { ...rate, interval };
  return { ...rate, interval, target, result: rate.percent >= target ? 'met' : 'missed' };
}

/** All rates as one table for a terminal. */
export function ratesTable(rates: readonly CallRate[]): string {
  const lines: string[] = [];
  const width = Math.max(...rates.map(({ name }) => name.length));
  for (const [part, members] of Map.groupBy(rates, (rate) => rate.part)) {
    lines.push('', part, `  ${''.padEnd(width)}  texts   calls    share           95 %  target`);
    lines.push(...members.map((rate) => lineOf(rate, width)));
  }
  return lines.slice(1).join('\n');
}

function lineOf({ name, rows, calls, percent, interval, target, result }: CallRate, width: number): string {
  const [low, high] = interval.map((bound) => bound.toFixed(1));
  const cells = [
    `  ${name.padEnd(width)}`,
    String(rows).padStart(6),
    String(calls).padStart(7),
    `${percent.toFixed(1)} %`.padStart(8),
    `${low}–${high}`.padStart(14),
    target === undefined ? '' : ` ≥ ${target} %  ${result}`,
  ];
  return cells.join(' ').trimEnd();
}
