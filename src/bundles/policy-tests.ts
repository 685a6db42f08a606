import type { DecisionWord } from '../decision/stage.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { JsonObject } from '../json/value.ts';
import { bundleTests } from '../policy/bundle-tests.ts';
import { isLayerFile } from '../policy/layer-file.ts';
import type { PolicyProblem } from '../policy/problem.ts';
import { locateIssues, parseYaml } from '../policy/yaml.ts';
import type { PolicySet } from './policy-set.ts';

/** Decides one plan of a bundle's own tests under that bundle, after others. Throws where a plan is not a plan. */
export type TestRunner = (
  set: PolicySet,
  plan: unknown,
  before?: readonly unknown[],
) => { decision: DecisionWord; reason: string };

/** The tests in a bundle that do not come out as they say, as problems of the files they stand in. */
export function failedTests(
  set: PolicySet,
  files: Readonly<Record<string, string>>,
  runTest: TestRunner,
): PolicyProblem[] {
  const failures = bundleTests(set.bundle.content).flatMap((test) => {
    const message = failureOf(test, () => runTest(set, test.plan, test.before));
    return message === undefined ? [] : [{ test, message: `test "${test.name}": ${message}` }];
  });
  if (failures.length === 0) return [];
  const placeOf = testPlaces(files);
  const issues = failures.map(({ test, message }) => ({ ...placeOf(test), message }));
  return Object.entries(Object.groupBy(issues, ({ file }) => file)).flatMap(([file, own = []]) =>
    locateIssues(file, files[file] ?? '', own),
  );
}

/** Where tests stand in the files; one that is written several times, where it stands first. */
function testPlaces(
  files: Readonly<Record<string, string>>,
): (test: object) => { file: string; pointer: string } {
  const places = new Map<string, { file: string; pointer: string }>();
  const names = ['policies.yaml', ...Object.keys(files).filter(isLayerFile).sort()];
  for (const file of names) {
    const { value } = parseYaml(file, files[file] ?? '');
    const tests = (value as JsonObject | undefined)?.['tests'];
    for (const [index, test] of (Array.isArray(tests) ? tests : []).entries()) {
      const text = canonicalJson(test);
      if (!places.has(text)) places.set(text, { file, pointer: `/tests/${index}` });
    }
  }
  return (test) => places.get(canonicalJson(test)) ?? { file: 'policies.yaml', pointer: '/tests' };
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
