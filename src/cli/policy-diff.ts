import { type BacktestReport, backtest } from '../backtest/backtest.ts';
import { renderBacktest } from '../backtest/render-backtest.ts';
import { compareBundles } from '../evaluation/compare-bundles.ts';
import { compareSets } from '../evaluation/compare-sets.ts';
import { createPlanDecider } from '../evaluation/test-runner.ts';
import { createGuard } from '../guard/guard.ts';
import type { Effect } from '../policy/analysis/diff/found.ts';
import { ANY_REACH } from '../policy/analysis/diff/rule-suspects.ts';
import type { Bundle } from '../policy/bundle.ts';
import { type Command, DIFFERENT, type Given, NOT_SHOWN, type Terminal, UsageError } from './command.ts';
import { logsAt } from './logs-at.ts';
import { FAIL_ON, type FailOn, isOpen, isShown, notCovered } from './policy-diff-gate.ts';
import { type PolicyDiff, renderPolicyDiff } from './policy-diff-text.ts';
import { prettyJson } from './policy-set-in.ts';
import { type PolicySide, sideNamed } from './policy-side.ts';
import { Progress } from './progress.ts';
import { safeText } from './safe-text.ts';

const TRANSITION = /^(allow|block|require_approval)->(allow|block|require_approval)$/;
/** How long plans are looked for that are decided differently, in CPU time: what is found must not depend on who else is busy. */
const SEARCH_MS = 5_000;
const LISTED_FLIPS = 10;

export const policyDiffCommand: Command = {
  name: 'policy diff',
  summary: 'What changes from one version of the policies to another: rules, decisions, and recorded plans',
  operand: {
    name: 'A B',
    description: 'two of: a policy directory, a file, the version of a bundle that is kept beside the log',
    count: 2,
  },
  options: {
    'audit-file': { value: 'FILE', description: 'decide the plans of this log again under B' },
    'fail-on': {
      value: 'WHAT',
      description: `end with ${DIFFERENT} where a decision is ${FAIL_ON.join(', ')}`,
    },
    accept: {
      value: 'OLD->NEW',
      multiple: true,
      description: 'a transition that is meant, such as "block->allow": --fail-on passes over it',
    },
    'allow-unknown': {
      description: `with --fail-on: do not end with ${NOT_SHOWN} for changes of which nothing shows what they do`,
    },
    json: { description: 'everything as JSON' },
  },
  exits: {
    [DIFFERENT]: 'there is what --fail-on names, and --accept does not',
    [NOT_SHOWN]:
      'a change may do what --fail-on names, and nothing rules it out; or no recorded plan could be decided again, or (with --fail-on) not every one',
  },
  run: diff,
};

async function diff(given: Given, terminal: Terminal): Promise<number> {
  const failOn = failOnIn(given);
  const accepted = acceptedIn(given);
  const file = given['audit-file'] === undefined ? undefined : String(given['audit-file']);
  const [a = '', b = ''] = given['operand'] as string[];
  const [before, after] = [await sideNamed(a, file), await sideNamed(b, file)];
  const replay = file === undefined ? undefined : await replayed(file, after.bundle, terminal);
  const found: PolicyDiff = { ...compared(before, after), ...(replay !== undefined && { replay }) };
  terminal.out(given['json'] === true ? prettyJson(found) : textOf(found));
  if (failOn === undefined) return codeOfReplay(replay, failOn);
  if (isShown(found, { failOn, accepted })) return DIFFERENT;
  if (given['allow-unknown'] === true) return codeOfReplay(replay, failOn);
  const more = notCovered(found, { failOn, accepted });
  for (const { change, shown } of more)
    terminal.err(`${change} is shown as ${shown.join(', ')}; it may do more, which --accept does not name\n`);
  if (more.length > 0 || isOpen(found, { failOn, accepted })) return NOT_SHOWN;
  return codeOfReplay(replay, failOn);
}

function compared(before: PolicySide, after: PolicySide): Omit<PolicyDiff, 'replay'> {
  const begun = process.cpuUsage();
  const agents = (after.directory ?? before.directory)?.parts.agents ?? [];
  const { structural, search, unknown, in_part } = compareBundles(before.bundle, after.bundle, {
    agents,
    isOver: () => process.cpuUsage(begun).user > SEARCH_MS * 1_000,
  });
  const [old, now] = [before.directory, after.directory];
  const files = old && now && compareSets(old, now, createPlanDecider(createGuard()));
  const beside = files?.unknown ?? leftOut(before, after);
  const joined = <T>(one: Record<Effect, T[]>, other: Record<Effect, T[]>): Record<Effect, T[]> => ({
    loosened: [...one.loosened, ...other.loosened],
    tightened: [...one.tightened, ...other.tightened],
  });
  return {
    before: { name: before.bundle.name, version: before.bundle.version },
    after: { name: after.bundle.name, version: after.bundle.version },
    structural,
    ...(files && { files: { changes: files.changes, witnesses: files.witnesses } }),
    same_files: old === undefined || now === undefined ? null : old.files_hash === now.files_hash,
    search,
    unknown: joined(unknown, beside),
    in_part: joined(in_part, files?.in_part ?? { loosened: [], tightened: [] }),
  };
}

/** What stands beside the rules of a directory, where the other side is none: nobody can say what it changes. */
function leftOut(before: PolicySide, after: PolicySide): PolicyDiff['unknown'] {
  const parts = (before.directory ?? after.directory)?.parts;
  const { agents = [], budgets = [], trust } = parts ?? {};
  const isTrustSaid = trust !== undefined && trust.sources.length > 0;
  const [old, now] = [before.bundle.name, after.bundle.name];
  const renamed = `the bundle was ${old} and is ${now}, and agents may be bound to one by its name`;
  const there = [
    ...(agents.length > 0 ? ['agents.yaml'] : []),
    ...(budgets.length > 0 ? ['budgets.yaml'] : []),
    ...(isTrustSaid ? ['trust.yaml'] : []),
  ];
  const suspects = [
    ...(old === now ? [] : [{ change: 'bundle', why: renamed }]),
    ...there.map((change) => ({
      change,
      why: `${change} is compared with nothing: only one side is a directory`,
    })),
  ].map((suspect) => ({ ...suspect, ...ANY_REACH }));
  return { loosened: suspects, tightened: suspects };
}

/** As of a backtest: what was held against nothing is not shown to be good. */
function codeOfReplay(replay: BacktestReport | undefined, failOn: FailOn | undefined): number {
  if (replay === undefined) return 0;
  const { decided, not_reproducible } = replay.plans;
  return decided === 0 || (failOn !== undefined && not_reproducible > 0) ? NOT_SHOWN : 0;
}

function textOf(found: PolicyDiff): string {
  const replay = found.replay === undefined ? '' : `\nReplay\n${renderBacktest(found.replay, LISTED_FLIPS)}`;
  return `${renderPolicyDiff(found)}${replay}`.split('\n').map(safeText).join('\n');
}

async function replayed(file: string, candidate: Bundle, terminal: Terminal): Promise<BacktestReport> {
  const progress = new Progress(terminal);
  return backtest(await logsAt(file), candidate, {}, ({ plans, flipped }) =>
    progress.show(() => `${plans.toLocaleString('en')} plans, ${flipped} flipped`),
  ).finally(() => progress.end());
}

function failOnIn({ 'fail-on': given }: Given): FailOn | undefined {
  if (given === undefined) return undefined;
  const known = FAIL_ON.find((word) => word === given);
  if (known !== undefined) return known;
  throw new UsageError(`--fail-on ${given}: there are ${FAIL_ON.join(', ')}`);
}

function acceptedIn({ accept = [] }: Given): ReadonlySet<string> {
  const given = [accept].flat().map(String);
  for (const transition of given)
    if (!TRANSITION.test(transition))
      throw new UsageError(`--accept ${transition}: it is two decisions, as in "block->allow"`);
  return new Set(given);
}
