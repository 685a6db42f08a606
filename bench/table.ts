import { type Figure, missedBy } from './figure.ts';

const TITLES = ['figure', 'value', 'unit', 'baseline', 'ratio', 'target', 'result'];

/** All figures as one table for a terminal. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [TITLES, ...figures.map(rowOf)];
  const widths = TITLES.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return [lines[0], widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1)]
    .map((line) => line?.trimEnd())
    .join('\n');
}

function rowOf(figure: Figure): string[] {
  const { name, value, unit, baseline, ratio } = figure;
  return [
    name,
    rounded(value),
    unit,
    baseline === undefined ? '' : `${rounded(baseline.value)} (${baseline.name})`,
    ratio === undefined ? '' : ratio.toFixed(2),
    targetOf(figure),
    resultOf(figure),
  ];
}

function targetOf({ target }: Figure): string {
  if (target === undefined) return '';
  return `${target.of} ${target.bound === 'at_least' ? '≥' : '≤'} ${target.limit}`;
}

function resultOf(figure: Figure): string {
  const missed = missedBy(figure);
  if (missed === undefined) return '';
  return missed === 0 ? 'met' : `missed by ${(missed * 100).toFixed(0)} %`;
}

/** Three digits that count. */
function rounded(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Number(value.toPrecision(3)).toString();
}
