import { recordedTime } from '../audit/recorded-time.ts';
import { type BacktestReport, backtest } from '../backtest/backtest.ts';
import type { BacktestFilter } from '../backtest/backtest-filter.ts';
import { renderBacktest } from '../backtest/render-backtest.ts';
import { isVersion } from '../bundles/bundle-archive.ts';
import { ACTIONS } from '../policy/bundle.ts';
import {
  AUDIT_FILE,
  auditFileOf,
  type Command,
  DIFFERENT,
  type Given,
  NOT_SHOWN,
  type Terminal,
  UsageError,
} from './command.ts';
import { logsAt } from './logs-at.ts';
import { bundleNamed } from './policy-candidate.ts';
import { Progress } from './progress.ts';
import { safeJson, safeLines } from './safe-text.ts';

const FAIL_ON = ['loosened', 'tightened', 'changed'] as const;
const LISTED_FLIPS = 20;

/** Options that narrow what is decided again, by the member of the filter that they set. */
const FILTERS: Readonly<Record<string, { name: keyof BacktestFilter; value: string; description: string }>> =
  {
    from: { name: 'from', value: 'TIME', description: 'decided at or after this time (RFC 3339)' },
    to: { name: 'to', value: 'TIME', description: 'decided before this time' },
    tenant: { name: 'tenant_id', value: 'ID', description: 'of this tenant' },
    agent: { name: 'agent_id', value: 'ID', description: 'of this agent' },
    tool: { name: 'tool_name', value: 'NAME', description: 'with a step of this tool' },
    decision: {
      name: 'decision',
      value: 'WORD',
      description: 'that were decided so: allow, block, require_approval',
    },
    bundle: { name: 'policy_bundle', value: 'VERSION', description: 'decided under this bundle' },
    log: { name: 'log', value: 'ORIGIN', description: 'in this log: its own, or one that was taken over' },
  };

export const backtestCommand: Command = {
  name: 'backtest',
  summary:
    'Decide the recorded plans of a log again under a candidate policy: what would be loosened, what tightened',
  operand: {
    name: 'POLICY',
    description: 'a policy file or directory, or the version of a bundle that was active',
  },
  options: {
    ...AUDIT_FILE,
    ...Object.fromEntries(
      Object.entries(FILTERS).map(([option, { value, description }]) => [
        option,
        { value, description: `only plans ${description}` },
      ]),
    ),
    'fail-on': { value: 'WHAT', description: `end with ${DIFFERENT} where a plan is ${FAIL_ON.join(', ')}` },
    flips: { value: 'N', description: `flips to list (${LISTED_FLIPS})` },
    json: { description: 'the report as JSON' },
  },
  exits: {
    [DIFFERENT]: 'there is what --fail-on names',
    [NOT_SHOWN]:
      'no plan was decided again; with --fail-on also: there is none of what it names, but some plans could not be decided again',
  },
  run: runBacktest,
};

async function runBacktest(given: Given, terminal: Terminal): Promise<number> {
  const failOn = failOnIn(given);
  const listed = listedIn(given);
  const filter = filterIn(given);
  const file = auditFileOf(given);
  const candidate = await bundleNamed(policyIn(given), file);
  const progress = new Progress(terminal);
  const logs = await logsAt(file, filter);
  const report = await backtest(logs, candidate, filter, ({ plans, flipped, bytes, of }) =>
    progress.show(
      () => `${Math.floor((100 * bytes) / of)} %  ${plans.toLocaleString('en')} plans, ${flipped} flipped`,
    ),
  ).finally(() => progress.end());
  terminal.out(given['json'] === true ? safeJson(report) : textOf(report, listed));
  return codeOf(report, failOn);
}

/** Ids and names are what agents wrote. */
function textOf(report: BacktestReport, listed: number): string {
  return safeLines(renderBacktest(report, listed));
}

function codeOf({ plans, loosened, tightened }: BacktestReport, failOn: string | undefined): number {
  // What was held against nothing is not shown to be good.
  if (plans.decided === 0) return NOT_SHOWN;
  if (failOn === undefined) return 0;
  const found = { loosened, tightened, changed: loosened + tightened }[failOn] ?? 0;
  if (found > 0) return DIFFERENT;
  return plans.not_reproducible > 0 ? NOT_SHOWN : 0;
}

function failOnIn({ 'fail-on': given }: Given): string | undefined {
  if (given === undefined || (FAIL_ON as readonly unknown[]).includes(given))
    return given as string | undefined;
  throw new UsageError(`--fail-on ${given}: there are ${FAIL_ON.join(', ')}`);
}

function listedIn({ flips = String(LISTED_FLIPS) }: Given): number {
  if (/^\d{1,6}$/.test(String(flips))) return Number(flips);
  throw new UsageError(`--flips ${flips}: a whole number is needed`);
}

function filterIn(given: Given): BacktestFilter {
  const filter: BacktestFilter = {};
  for (const [option, { name }] of Object.entries(FILTERS)) {
    const value = given[option];
    if (value !== undefined) filter[name] = filterValue(name, option, String(value));
  }
  return filter;
}

/** A filter that nothing can fit would let every candidate pass. */
function filterValue(name: keyof BacktestFilter, option: string, given: string): string {
  if (name === 'from' || name === 'to') {
    const time = recordedTime(given);
    if (time !== undefined) return time;
    throw new UsageError(`--${option} ${given}: it is no time; one is 2026-11-02T09:00:00Z`);
  }
  if (name === 'decision' && !(ACTIONS as readonly string[]).includes(given))
    throw new UsageError(`--${option} ${given}: there are ${ACTIONS.join(', ')}`);
  if (name === 'policy_bundle' && !isVersion(given))
    throw new UsageError(`--${option} ${given}: a version is sha256: and 64 hexadecimal digits`);
  return given;
}

function policyIn({ operand }: Given): string {
  if (typeof operand === 'string') return operand;
  throw new UsageError('a POLICY is needed: a file, a directory or the version of a bundle');
}
