import type { BacktestReport } from '../backtest/backtest.ts';
import type { PlanWitness } from '../evaluation/witness-plan.ts';
import type { StructuralDiff } from '../policy/analysis/diff/structural.ts';

/** What two versions of a bundle differ in, by the three ways to look. */
export type PolicyDiff = {
  before: { name: string; version: string };
  after: { name: string; version: string };
  structural: StructuralDiff;
  search: { witnesses: PlanWitness[]; cells: number; exhaustive: boolean; dropped: number };
  replay?: BacktestReport;
};

/** The structural diff and the witnesses for people; each part says what it is worth. */
export function renderPolicyDiff({ before, after, structural, search }: Omit<PolicyDiff, 'replay'>): string {
  const lines = [
    `${before.name} ${before.version}`,
    `${after.name} ${after.version}`,
    '',
    'What the files say differently',
    ...indented(structuralLines(structural)),
    '',
    `What is decided differently (${search.cells.toLocaleString('en')} combinations tried${search.exhaustive ? ', all there were to try' : ', not all there are'})`,
    ...indented(
      search.witnesses.length === 0
        ? ['no difference was found; that is no proof']
        : search.witnesses.flatMap(witnessLines),
    ),
  ];
  if (search.dropped > 0) lines.push(`  ${search.dropped} more that another stage decides alike`);
  return `${lines.join('\n')}\n`;
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

function structuralLines({ identical, rules, settings, grants, tests }: StructuralDiff): string[] {
  if (identical) return ['nothing: it is the same version'];
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

function witnessLines({ effect, tool_name, before, after, plan, given }: PlanWitness): string[] {
  const { agent, steps, ...rest } = plan;
  const [step] = steps as object[];
  const findings = given.findings.map(({ severity, category }) => `${severity} ${category}`);
  return [
    `${effect}: ${tool_name} ${before.decision} → ${after.decision}`,
    `  before  ${before.rules.join(', ') || before.reason}`,
    `  after   ${after.rules.join(', ') || after.reason}`,
    `  agent   ${JSON.stringify(agent)} with ${given.agent?.capabilities.join(', ')}`,
    `  plan    ${JSON.stringify(rest)}`,
    `  step    ${JSON.stringify(step)}`,
    ...(findings.length === 0 ? [] : [`  guard   ${findings.join(', ')}`]),
    '',
  ];
}
