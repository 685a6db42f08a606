import type { BacktestReport } from './backtest.ts';
import type { Flip, FlipCause } from './flip.ts';

const DECISIONS = ['allow', 'require_approval', 'block'];

/** A report for people: the matrix first, then why, then which. `flips` is how many are listed. Values come as they are. */
export function renderBacktest(report: BacktestReport, flips: number): string {
  const { candidate, plans, loosened, tightened, other_reason } = report;
  const sections = [
    `${count(plans.decided, 'plan')} decided again under ${candidate.name} ${candidate.version.slice(0, 19)}\n` +
      `  ${loosened} loosened, ${tightened} tightened, ${plans.decided - plans.flipped} as before` +
      `${other_reason > 0 ? `, ${other_reason} of them for another reason` : ''}\n`,
    matrixText(report),
    unreproducibleText(report),
    causesText(report),
    flipsText(report.flips.slice(0, flips), plans.flipped),
    neverMetText(report.rules_never_met),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function matrixText({ matrix, plans }: BacktestReport): string {
  if (plans.decided === 0) return '';
  const seen = matrix.flatMap(({ before, after }) => [before, after]);
  const names = [...DECISIONS, ...new Set(seen)].filter((name, index, all) => all.indexOf(name) === index);
  const countOf = (before: string, after: string) =>
    matrix.find((cell) => cell.before === before && cell.after === after)?.count ?? 0;
  const rows = names.map((before) => [
    before,
    ...names.map((after) => countOf(before, after).toLocaleString('en')),
  ]);
  return table([['recorded \\ candidate', ...names], ...rows]);
}

function unreproducibleText({ not_reproducible, plans }: BacktestReport): string {
  if (plans.not_reproducible === 0) return '';
  const lines = not_reproducible.map(
    ({ missing, count: n, sample }) => `  ${n} ${missing}: ${sample.join(', ')}\n`,
  );
  return `${count(plans.not_reproducible, 'plan')} could not be decided again\n${lines.join('')}`;
}

function causesText({ causes }: BacktestReport): string {
  if (causes.length === 0) return '';
  const rows = causes.map(({ cause, loosened, tightened, sample }) => [
    causeText(cause),
    String(loosened),
    String(tightened),
    sample.slice(0, 2).join(', '),
  ]);
  return table([['because', 'loosened', 'tightened', 'for example'], ...rows]);
}

function flipsText(flips: readonly Flip[], of: number): string {
  if (flips.length === 0) return '';
  const lines = flips.map(
    ({ trace_id, execution_plan_id, agent_id = '-', tools, before, after, because }) =>
      `  ${before.decision} → ${after.decision}  ${trace_id} ${execution_plan_id}  ${agent_id}: ${tools.join(', ')}\n` +
      `      ${because.map(causeText).join('; ')}\n`,
  );
  const rest = flips.length < of ? `  and ${(of - flips.length).toLocaleString('en')} more\n` : '';
  return `Flips\n${lines.join('')}${rest}`;
}

function neverMetText(rules: readonly string[]): string {
  return rules.length === 0
    ? ''
    : `${count(rules.length, 'rule')} of the candidate met no plan: ${rules.join(', ')}\n`;
}

function causeText(cause: FlipCause): string {
  return cause.kind === 'rule' ? `rule ${cause.rule} (${cause.change})` : `${cause.control}: ${cause.reason}`;
}

function count(n: number, what: string): string {
  return `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join('');
}
