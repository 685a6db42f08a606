import type { BacktestReport } from '../backtest/backtest.ts';
import type { FileChange } from '../bundles/file-changes.ts';
import type { Comparison } from '../evaluation/compare-bundles.ts';
import type { SetWitness } from '../evaluation/compare-sets.ts';
import type { PlanWitness } from '../evaluation/witness-plan.ts';
import type { WitnessSide } from '../policy/analysis/diff/found.ts';
import type { StructuralDiff } from '../policy/analysis/diff/structural.ts';

/** What two versions of a bundle differ in, by the three ways to look. */
export type PolicyDiff = Comparison & {
  before: { name: string; version: string };
  after: { name: string; version: string };
  /** What stands beside the rules; absent where one of the two is no directory. */
  files?: { changes: FileChange[]; witnesses: SetWitness[] };
  /** Whether all files are the same, byte by byte; `null` where one of the two is no directory. */
  same_files: boolean | null;
  replay?: BacktestReport;
};

/** The structural diff and the witnesses for people; each part says what it is worth. */
export function renderPolicyDiff(found: Omit<PolicyDiff, 'replay'>): string {
  const { before, after, structural, search, files } = found;
  const witnesses = [
    ...search.witnesses.flatMap(witnessLines),
    ...(files?.witnesses ?? []).flatMap(setWitnessLines),
  ];
  const lines = [
    `${before.name} ${before.version}`,
    `${after.name} ${after.version}`,
    '',
    'What the files say differently',
    ...indented([...structuralLines(structural, found.same_files), ...(files?.changes ?? []).map(fileLine)]),
    '',
    `What is decided differently (${reach(found)})`,
    ...indented(
      witnesses.length === 0 ? [search.exhaustive ? 'nothing' : 'no difference was found'] : witnesses,
    ),
    ...indented(
      search.unfit.map(
        ({ tool, capability }) => `no arguments were found for ${tool} that fit ${capability}`,
      ),
    ),
  ];
  if (search.dropped > 0) lines.push(`  ${search.dropped} more that another stage decides alike`);
  for (const effect of ['loosened', 'tightened'] as const) {
    const suspects = found.unknown[effect];
    if (suspects.length === 0) continue;
    const word = effect === 'loosened' ? 'loosen' : 'tighten';
    lines.push('', `What may ${word} decisions: no plan shows it, and nothing rules it out`);
    lines.push(...indented(suspects.map(({ why }) => `may ${word}: ${why}`)));
  }
  return `${lines.join('\n')}\n`;
}

function reach({ structural, search }: Pick<PolicyDiff, 'structural' | 'search'>): string {
  const { cells, exhaustive, ended_by } = search;
  if (structural.identical) return 'rules and capabilities are the same';
  const tried = `${cells.toLocaleString('en')} combinations tried`;
  if (exhaustive) return `${tried}, all there are to try`;
  return `${tried}, not all there are${ended_by === 'time' ? ': the time was over' : ''}`;
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

function structuralLines(diff: StructuralDiff, isSame: boolean | null): string[] {
  const { identical, rules, settings, grants, tests } = diff;
  if (identical) return [sameness(isSame)];
  const lines = [
    ...rules.added.map(({ id, action, tools }) => `+ rule ${id}: ${action} ${tools.join(', ')}`),
    ...rules.removed.map(({ id, action, tools }) => `- rule ${id}: ${action} ${tools.join(', ')}`),
    ...rules.changed.map(({ id, members, before, after, tools }) => {
      const action = before.action === after.action ? before.action : `${before.action} → ${after.action}`;
      return `~ rule ${id}: ${action} ${tools.join(', ')} (${members.join(', ')})`;
    }),
    ...(rules.reordered ? ['~ the order of rules, which decides under first_match'] : []),
    ...settings.map(
      ({ name, before, after }) => `~ ${name}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
    ),
    ...grants.map(({ capability, tool, change, members }) => {
      const sign = { added: '+', removed: '-', changed: '~' }[change];
      return `${sign} tool ${tool} of ${capability}${members.length === 0 ? '' : ` (${members.join(', ')})`}`;
    }),
    ...(tests ? ['~ tests'] : []),
  ];
  return lines.length === 0 ? ['nothing that decides'] : lines;
}

/** Equal rules are no equal version: agents, trust and budgets stand beside them. */
function sameness(isSame: boolean | null): string {
  if (isSame === true) return 'nothing: it is the same version';
  return isSame === null
    ? 'nothing in rules and capabilities; agents, trust and budgets are not compared'
    : 'nothing in rules and capabilities';
}

function fileLine({ file, pointer, what, may }: FileChange): string {
  return `~ ${file} ${pointer}: ${what} (${may.length === 0 ? 'decides nothing' : may.join(' or ')})`;
}

function witnessLines({ effect, tool_name, before, after, plan, given }: PlanWitness): string[] {
  const { agent, steps, ...rest } = plan;
  const findings = given.findings.map(({ severity, category }) => `${severity} ${category}`);
  const history = Object.values(given.history ?? {}).flatMap((counts) => Object.values(counts ?? {}));
  return [
    `${effect}: ${tool_name} ${before.decision} → ${after.decision}`,
    `  before  ${sideText(before)}`,
    `  after   ${sideText(after)}`,
    `  agent   ${JSON.stringify(agent)} with ${given.agent?.capabilities.join(', ')}`,
    `  plan    ${JSON.stringify(rest)}, at ${given.now}`,
    ...(steps as object[]).map((step) => `  step    ${JSON.stringify(step)}`),
    ...(findings.length === 0 ? [] : [`  guard   ${findings.join(', ')}`]),
    ...(history.some((count) => count !== 0) ? [`  past    ${JSON.stringify(given.history)}`] : []),
    '',
  ];
}

function sideText({ rules, reason, terms }: WitnessSide): string {
  const by = rules.join(', ') || reason;
  return terms === undefined ? by : `${by}, with ${JSON.stringify(terms)}`;
}

function setWitnessLines({ file, pointer, effect, tool_name, before, after, plan }: SetWitness): string[] {
  return [
    `${effect}: ${tool_name} ${before.decision} → ${after.decision}, by ${file} ${pointer}`,
    `  before  ${before.reason}`,
    `  after   ${after.reason}`,
    `  plan    ${JSON.stringify(plan)}`,
    '',
  ];
}
