import { hitsByLogs, hitsByTests, type RuleHits } from '../evaluation/rule-coverage.ts';
import { createPlanDecider } from '../evaluation/test-runner.ts';
import { createGuard } from '../guard/guard.ts';
import { type Command, DIFFERENT, type Given, type Terminal, UsageError } from './command.ts';
import { logsAt } from './logs-at.ts';
import {
  counted,
  POLICY_DIRECTORY,
  policySetIn,
  prettyJson,
  UNUSABLE,
  UNUSABLE_MEANS,
} from './policy-set-in.ts';
import { Progress } from './progress.ts';
import { safeText } from './safe-text.ts';

export const policyCoverageCommand: Command = {
  name: 'policy coverage',
  summary: 'Which rules match in the tests of policies.yaml and in recorded plans, and which never do',
  operand: POLICY_DIRECTORY,
  options: {
    'audit-file': { value: 'FILE', description: 'decide the plans of this log again as well' },
    'fail-under': {
      value: 'N',
      description: `end with ${DIFFERENT} where the tests meet less than N percent of the rules`,
    },
    json: { description: 'every rule with its counts as JSON' },
  },
  exits: { [DIFFERENT]: 'the tests meet fewer rules than --fail-under asks for', [UNUSABLE]: UNUSABLE_MEANS },
  run: coverage,
};

async function coverage(given: Given, terminal: Terminal): Promise<number> {
  const floor = floorIn(given);
  const { set } = await policySetIn(given);
  const tests = hitsByTests(set, createPlanDecider(createGuard()));
  const { 'audit-file': file, json } = given;
  const progress = new Progress(terminal);
  const recorded =
    file === undefined
      ? undefined
      : await hitsByLogs(await logsAt(String(file)), set.bundle, (plans) =>
          progress.show(() => `${plans.toLocaleString('en')} plans decided again`),
        ).finally(() => progress.end());
  const report = reportOf(tests, recorded);
  terminal.out(json === true ? prettyJson(report) : textOf(report));
  return floor !== undefined && report.tests.percent < floor ? DIFFERENT : 0;
}

function floorIn({ 'fail-under': given }: Given): number | undefined {
  if (given === undefined) return undefined;
  const floor = Number(given);
  if (/^\d{1,3}(\.\d+)?$/.test(String(given)) && floor <= 100) return floor;
  throw new UsageError(`--fail-under ${given}: a number from 0 to 100 is needed`);
}

type Recorded = Awaited<ReturnType<typeof hitsByLogs>>;
type Report = {
  tests: { rules: number; met: number; percent: number };
  recorded?: { rules: number; met: number; percent: number; plans: number; not_reproducible: number };
  rules: { id: string; tests: number; recorded?: number }[];
};

function reportOf(tests: RuleHits, recorded: Recorded | undefined): Report {
  const rules = [...tests].map(([id, hits]) => ({
    id,
    tests: hits,
    ...(recorded !== undefined && { recorded: recorded.hits.get(id) ?? 0 }),
  }));
  const { plans = 0, not_reproducible = 0 } = recorded ?? {};
  return {
    tests: shareOf(tests),
    ...(recorded !== undefined && { recorded: { ...shareOf(recorded.hits), plans, not_reproducible } }),
    rules,
  };
}

/** Rounded down: 99.9 percent is not all. */
function shareOf(hits: RuleHits): Report['tests'] {
  const met = [...hits.values()].filter((count) => count > 0).length;
  return {
    rules: hits.size,
    met,
    percent: hits.size === 0 ? 100 : Math.floor((1000 * met) / hits.size) / 10,
  };
}

function textOf({ tests, recorded, rules }: Report): string {
  const lines = [`tests meet ${tests.met} of ${counted(tests.rules, 'rule')} (${tests.percent} %)`];
  if (recorded !== undefined) {
    const { met, percent, plans, not_reproducible } = recorded;
    lines.push(
      `${counted(plans, 'recorded plan')} meet ${met} of ${counted(recorded.rules, 'rule')} (${percent} %)`,
    );
    if (not_reproducible > 0) lines.push(`${counted(not_reproducible, 'plan')} could not be decided again`);
  }
  const isMet = ({ tests: hits, recorded: times = 0 }: Report['rules'][number]) =>
    hits > 0 && (recorded === undefined || times > 0);
  const missed = rules.filter((rule) => !isMet(rule));
  if (missed.length > 0) lines.push('', 'not met by');
  for (const rule of missed) lines.push(`  ${missedBy(rule).padEnd(18)}  ${safeText(rule.id)}`);
  return `${lines.join('\n')}\n`;
}

function missedBy({ tests, recorded }: Report['rules'][number]): string {
  const by = [...(tests === 0 ? ['tests'] : []), ...(recorded === 0 ? ['recorded plans'] : [])];
  return by.length === 2 ? 'either' : by.join('');
}
