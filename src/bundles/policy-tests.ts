import type { Control } from '../decision/decision.ts';
import type { DecisionWord } from '../decision/stage.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { JsonObject } from '../json/value.ts';
import { type BundleTest, bundleTests } from '../policy/bundle-tests.ts';
import { isLayerFile } from '../policy/layer-file.ts';
import type { Issue, PolicyProblem } from '../policy/problem.ts';
import { locateIssues, parseYaml } from '../policy/yaml.ts';
import type { PolicySet } from './policy-set.ts';
import { planFaults } from './test-plans.ts';
import { nameCheck, type UnknownName } from './unknown-names.ts';

/** Decides one plan of a bundle's own tests under that bundle, after others. Throws where a plan is not a plan. */
export type TestRunner = (set: PolicySet, plan: unknown, before?: readonly unknown[]) => TestOutcome;
export type TestOutcome = { decision: DecisionWord; reason: string; control: Control };

/** What the tests of a bundle come to, as problems of the files they stand in. */
export type TestReport = {
  /** Those that do not come out as they say. */
  failed: PolicyProblem[];
  /** Those that do, and for another reason than a rule. */
  warnings: PolicyProblem[];
};

/** Runs the tests in a bundle. */
export function judgeTests(
  set: PolicySet,
  files: Readonly<Record<string, string>>,
  runTest: TestRunner,
): TestReport {
  const unknownName = nameCheck(set);
  const judged = bundleTests(set.bundle.content).map((test) => ({
    test,
    ...judge(test, () => runTest(set, test.plan, test.before), unknownName),
  }));
  const placeOf = judged.some(({ failed, warning }) => failed ?? warning) ? testPlaces(files) : undefined;
  const located = (issuesOf: (one: (typeof judged)[number]) => readonly Issue[]): PolicyProblem[] => {
    const issues = judged.flatMap((one) => issuesOf(one).map((issue) => placed(issue, placeOf?.(one.test))));
    return Object.entries(Object.groupBy(issues, ({ file }) => file)).flatMap(([file, own = []]) =>
      locateIssues(file, files[file] ?? '', own),
    );
  };
  return {
    failed: located(({ failed = [] }) => failed),
    warnings: located(({ warning }) => (warning === undefined ? [] : [warning])),
  };
}

/** An issue within a test as one of its file. */
function placed(
  { pointer, ...issue }: Issue,
  test: { file: string; pointer: string } = { file: 'policies.yaml', pointer: '/tests' },
): Issue & { file: string } {
  return { ...issue, file: test.file, pointer: `${test.pointer}${pointer}` };
}

/** Where tests stand in the files; one that is written several times, where it stands first. */
function testPlaces(
  files: Readonly<Record<string, string>>,
): (test: object) => { file: string; pointer: string } | undefined {
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
  return (test) => places.get(canonicalJson(test));
}

type Judgement = { failed?: Issue[]; warning?: Issue };

function judge(
  test: BundleTest,
  run: () => TestOutcome,
  unknownName: (plan: unknown) => UnknownName | undefined,
): Judgement {
  let outcome: TestOutcome;
  try {
    outcome = run();
  } catch (error) {
    const faults = planFaults(test, error);
    return {
      failed: faults.map(({ message, ...fault }) => ({
        ...fault,
        message: `test "${test.name}": ${message}`,
      })),
    };
  }
  const fault = faultOf(test, outcome);
  const isByName = outcome.control === 'identity' || outcome.control === 'capability';
  const named = isByName ? unknownName(test.plan) : undefined;
  if (fault === undefined) return isMeant(test, outcome) ? {} : { warning: otherwise(test, outcome, named) };
  return { failed: [issueOf(`test "${test.name}": ${fault}`, named)] };
}

/** An unknown name says more of where to look than the test as a whole. */
function issueOf(message: string, named: UnknownName | undefined): Issue {
  if (named === undefined) return { pointer: '', message };
  const { pointer, words, hint } = named;
  return { pointer, message: `${message}: ${words}`, ...(hint === undefined ? {} : { hint }) };
}

function faultOf(test: BundleTest, { decision, reason, control }: TestOutcome): string | undefined {
  if (decision !== test.expect) return `expected ${test.expect}, got ${decision} (${reason})`;
  if (test.reason !== undefined && reason !== test.reason)
    return `expected reason ${test.reason}, got ${reason}`;
  if (test.control !== undefined && control !== test.control)
    return `expected it of the control ${test.control}, got it of ${control} (${reason})`;
  return undefined;
}

/** A test is about rules, unless it says what else it is about. */
function isMeant(test: BundleTest, { decision, control }: TestOutcome): boolean {
  const isSaid = test.reason !== undefined || test.control !== undefined;
  return isSaid || decision === 'allow' || control === 'policy';
}

function otherwise(
  { name, expect }: BundleTest,
  { control, reason }: TestOutcome,
  named: UnknownName | undefined,
): Issue {
  const message = `test "${name}" gets its ${expect} from ${control} (${reason}) and not from a rule; where that is meant, say \`control: ${control}\` or \`reason: ${reason}\``;
  return issueOf(message, named);
}
