import { judgeTests } from '../bundles/policy-tests.ts';
import { createTestRunner } from '../evaluation/test-runner.ts';
import { createGuard } from '../guard/guard.ts';
import { bundleTests } from '../policy/bundle-tests.ts';
import type { PolicyProblem } from '../policy/problem.ts';
import { type Command, DIFFERENT, type Given, type Terminal } from './command.ts';
import {
  counted,
  POLICY_DIRECTORY,
  policySetIn,
  prettyJson,
  problemLines,
  UNUSABLE,
  UNUSABLE_MEANS,
} from './policy-set-in.ts';

export const policyTestCommand: Command = {
  name: 'policy test',
  summary: 'Run the tests that stand in policies.yaml',
  operand: POLICY_DIRECTORY,
  options: { json: { description: 'the result as JSON' } },
  exits: { [DIFFERENT]: 'a test does not come out as it says', [UNUSABLE]: UNUSABLE_MEANS },
  run: test,
};

async function test(given: Given, terminal: Terminal): Promise<number> {
  const { files, set } = await policySetIn(given);
  const tests = bundleTests(set.bundle.content);
  const { failed: failures, warnings } = judgeTests(set, files, createTestRunner(createGuard()));
  const passed = tests.length - new Set(failures.map(testOf)).size;
  if (given['json'] === true) terminal.out(prettyJson({ tests: tests.length, passed, failures, warnings }));
  else {
    terminal.out(problemLines([...failures, ...warnings]));
    terminal.out(`${counted(tests.length, 'test')}, ${passed} passed, ${tests.length - passed} failed\n`);
  }
  return failures.length === 0 ? 0 : DIFFERENT;
}

/** A plan may have several faults. */
function testOf({ file, pointer }: PolicyProblem): string {
  return `${file}${/^\/tests\/\d+/.exec(pointer)?.[0] ?? pointer}`;
}
