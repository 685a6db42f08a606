import type { PolicyProblem } from '../policy/problem.ts';
import { type Command, DIFFERENT, type Given, type Terminal, UsageError } from './command.ts';
import {
  counted,
  POLICY_DIRECTORY,
  prettyJson,
  problemLines,
  readPolicySet,
  UNUSABLE,
  UNUSABLE_MEANS,
} from './policy-set-in.ts';

const FAIL_ON = 'warning';

export const policyLintCommand: Command = {
  name: 'policy lint',
  summary: 'Look for rules that never match, never decide or name what is not there',
  operand: POLICY_DIRECTORY,
  options: {
    'fail-on': { value: FAIL_ON, description: `end with ${DIFFERENT} where there is any` },
    all: { description: 'compare every pair of rules, however many there are' },
    json: { description: 'the warnings as JSON, with codes and rule ids' },
  },
  exits: { [DIFFERENT]: 'there are warnings (with --fail-on warning)', [UNUSABLE]: UNUSABLE_MEANS },
  run: lint,
};

async function lint(given: Given, terminal: Terminal): Promise<number> {
  const { 'fail-on': failOn, all, json } = given;
  if (failOn !== undefined && failOn !== FAIL_ON)
    throw new UsageError(`--fail-on ${failOn}: there is ${FAIL_ON}`);
  const { directory, set, problems } = await readPolicySet(
    given,
    all === true ? { maxPairs: Number.POSITIVE_INFINITY } : {},
  );
  if (set === undefined) {
    terminal.out(json === true ? prettyJson({ valid: false, errors: problems }) : problemLines(problems));
    terminal.err(`${counted(problems.length, 'error')} in ${directory}\n`);
    return UNUSABLE;
  }
  const { bundle, warnings } = set;
  terminal.out(
    json === true ? prettyJson({ valid: true, version: bundle.version, warnings }) : textOf(warnings),
  );
  if (json !== true)
    terminal.out(`${counted(bundle.rule_count, 'rule')}, ${counted(warnings.length, 'warning')}\n`);
  return failOn !== undefined && warnings.length > 0 ? DIFFERENT : 0;
}

function textOf(warnings: readonly PolicyProblem[]): string {
  return problemLines(warnings.map((warning) => ({ ...warning, message: withCode(warning) })));
}

function withCode({ code, message }: PolicyProblem): string {
  return code === undefined ? message : `${code}: ${message}`;
}
