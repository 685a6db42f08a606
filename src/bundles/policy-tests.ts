import type { DecisionWord } from '../decision/stage.ts';
import { bundleTests } from '../policy/bundle-tests.ts';
import type { PolicyProblem } from '../policy/problem.ts';
import { locateIssues } from '../policy/yaml.ts';
import type { PolicySet } from './policy-set.ts';

/** Decides one plan of a bundle's own tests under that bundle, after others. Throws where a plan is not a plan. */
export type TestRunner = (
  set: PolicySet,
  plan: unknown,
  before?: readonly unknown[],
) => { decision: DecisionWord; reason: string };

/** The tests in a bundle that do not come out as they say, as problems of `policies.yaml`. */
export function failedTests(set: PolicySet, text: string, runTest: TestRunner): PolicyProblem[] {
  const issues = bundleTests(set.bundle.content).flatMap((test, index) => {
    const message = failureOf(test, () => runTest(set, test.plan, test.before));
    return message === undefined
      ? []
      : [{ pointer: `/tests/${index}`, message: `test "${test.name}": ${message}` }];
  });
  return issues.length === 0 ? [] : locateIssues('policies.yaml', text, issues);
}

function failureOf(
  test: { expect: DecisionWord; reason?: string | undefined },
  run: () => { decision: DecisionWord; reason: string },
): string | undefined {
  try {
    const { decision, reason } = run();
    if (decision !== test.expect) return `expected ${test.expect}, got ${decision} (${reason})`;
    if (test.reason !== undefined && reason !== test.reason)
      return `expected reason ${test.reason}, got ${reason}`;
    return undefined;
  } catch (error) {
    return `its plan cannot be decided: ${error instanceof Error ? error.message : String(error)}`;
  }
}
