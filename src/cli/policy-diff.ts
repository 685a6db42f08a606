import { type BacktestReport, backtest } from '../backtest/backtest.ts';
import { renderBacktest } from '../backtest/render-backtest.ts';
import { confirmWitnesses } from '../evaluation/witness-plan.ts';
import { searchSpace } from '../policy/analysis/diff/space-search.ts';
import { structuralDiff } from '../policy/analysis/diff/structural.ts';
import type { Bundle } from '../policy/bundle.ts';
import { type Command, DIFFERENT, type Given, NOT_SHOWN, type Terminal, UsageError } from './command.ts';
import { bundleNamed } from './policy-candidate.ts';
import { type PolicyDiff, renderPolicyDiff } from './policy-diff-text.ts';
import { prettyJson } from './policy-set-in.ts';
import { Progress } from './progress.ts';
import { safeText } from './safe-text.ts';

const FAIL_ON = ['loosened', 'tightened', 'changed'] as const;
type FailOn = (typeof FAIL_ON)[number];
const TRANSITION = /^(allow|block|require_approval)->(allow|block|require_approval)$/;
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
    json: { description: 'everything as JSON' },
  },
  exits: {
    [DIFFERENT]: 'there is what --fail-on names, and --accept does not',
    [NOT_SHOWN]: 'no recorded plan could be decided again, or (with --fail-on) not every one',
  },
  run: diff,
};

async function diff(given: Given, terminal: Terminal): Promise<number> {
  const failOn = failOnIn(given);
  const accepted = acceptedIn(given);
  const file = given['audit-file'] === undefined ? undefined : String(given['audit-file']);
  const [a = '', b = ''] = given['operand'] as string[];
  const [before, after] = [await bundleNamed(a, file), await bundleNamed(b, file)];
  const { witnesses, cells, exhaustive } = searchSpace(before, after);
  const { confirmed, dropped } = confirmWitnesses(witnesses, { before, after });
  const replay = file === undefined ? undefined : await replayed(file, after, terminal);
  const found: PolicyDiff = {
    before: { name: before.name, version: before.version },
    after: { name: after.name, version: after.version },
    structural: structuralDiff(before, after),
    search: { witnesses: confirmed, cells, exhaustive, dropped },
    ...(replay !== undefined && { replay }),
  };
  terminal.out(given['json'] === true ? prettyJson(found) : textOf(found));
  const isFailed =
    failOn !== undefined && transitionsIn(found).some((one) => isUnmeant(one, failOn, accepted));
  return isFailed ? DIFFERENT : codeOfReplay(replay, failOn);
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
  return backtest(file, candidate, {}, ({ plans, flipped }) =>
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

type Transition = { name: string; effect: 'loosened' | 'tightened' };

const STRENGTH: Record<string, number> = { allow: 0, require_approval: 1, block: 2 };

/** Those that the search found, and those of recorded plans. */
function transitionsIn({ search, replay }: PolicyDiff): Transition[] {
  const found = search.witnesses.map(
    ({ before, after, effect }): Transition => ({ name: `${before.decision}->${after.decision}`, effect }),
  );
  const cells = (replay?.matrix ?? []).filter(({ before, after, count }) => before !== after && count > 0);
  const flipped = cells.map(({ before, after }): Transition => {
    const isLooser = (STRENGTH[after] ?? 0) < (STRENGTH[before] ?? 0);
    return { name: `${before}->${after}`, effect: isLooser ? 'loosened' : 'tightened' };
  });
  return [...found, ...flipped];
}

function isUnmeant({ name, effect }: Transition, failOn: FailOn, accepted: ReadonlySet<string>): boolean {
  return (failOn === 'changed' || effect === failOn) && !accepted.has(name);
}
