import type { JsonObject, JsonValue } from '../json/value.ts';
import type { Bundle } from './bundle.ts';
import { type CapabilityContent, capabilityFileSchema } from './capability-file.ts';
import { CompileMemo } from './compile-memo.ts';
import { type CompiledRule, compileRule } from './compiled-rule.ts';
import { type BundleContent, normalise, sealContent } from './content.ts';
import { crossCheck, lint } from './cross-checks.ts';
import { type Grants, grantsInSteps } from './grants.ts';
import type { Issue, PolicyProblem } from './problem.ts';
import { indexRules } from './rule-index.ts';
import { unsafeJson } from './safe-json.ts';
import { readBySchema } from './schema-issues.ts';
import { evaluate, explain } from './verdict.ts';
import { locateIssues, parseYaml } from './yaml.ts';

const POLICIES = 'policies.yaml';
const CAPABILITIES = 'capabilities.yaml';

export type PolicyFiles = { 'policies.yaml': string; 'capabilities.yaml'?: string };

export type CompileResult =
  | { bundle: Bundle; warnings: PolicyProblem[]; problems?: never }
  | { bundle?: never; warnings?: never; problems: PolicyProblem[] };

/**
 * Compiles the texts of a bundle's files. All or nothing: with any problem there is no bundle, and every problem
 * found is reported, each with file, line and column. Warnings do not stop a bundle. Never throws on any text. `memo`
 * is for whoever compiles one bundle after another.
 */
export function compileBundle(files: PolicyFiles, memo = new CompileMemo()): CompileResult {
  const policies = parseYaml(POLICIES, files[POLICIES]);
  const capabilitiesText = files[CAPABILITIES];
  const capabilities =
    capabilitiesText === undefined
      ? { value: {}, errors: undefined }
      : parseYaml(CAPABILITIES, capabilitiesText);
  const problems = [...(policies.errors ?? []), ...(capabilities.errors ?? [])];
  if (policies.value === undefined || capabilities.value === undefined) return { problems };
  const result = compileValues(policies.value, capabilities.value, memo);
  const locateBoth = ({ inPolicies, inCapabilities }: IssuesByFile): PolicyProblem[] => [
    ...locateIssues(POLICIES, files[POLICIES], inPolicies),
    ...locateIssues(CAPABILITIES, capabilitiesText ?? '', inCapabilities),
  ];
  if (result.bundle === undefined) return { problems: locateBoth(result.issues) };
  return { bundle: result.bundle, warnings: locateBoth(result.warnings) };
}

/**
 * Compiles a bundle again from the content of an earlier one, for replay: the same version and the same verdicts.
 * Pointers of problems lead into the content; line and column are 1.
 */
export function compileBundleContent(content: JsonObject): CompileResult {
  const { capabilities = {}, ...policies } = content;
  const unsafe = unsafeJson(content);
  const result =
    unsafe.length > 0
      ? { issues: { inPolicies: unsafe, inCapabilities: [] } }
      : compileValues(policies, { capabilities }, new CompileMemo());
  const place = ({ inPolicies, inCapabilities }: IssuesByFile): PolicyProblem[] =>
    [...inPolicies, ...inCapabilities].map((issue) => ({ file: 'content', line: 1, column: 1, ...issue }));
  if (result.issues !== undefined) return { problems: place(result.issues) };
  return { bundle: result.bundle, warnings: place(result.warnings) };
}

type IssuesByFile = { inPolicies: Issue[]; inCapabilities: Issue[] };
type ValuesResult =
  | { bundle: Bundle; warnings: IssuesByFile; issues?: never }
  | { bundle?: never; warnings?: never; issues: IssuesByFile };

function compileValues(policies: JsonValue, capabilities: JsonValue, memo: CompileMemo): ValuesResult {
  const file = memo.readFile(policies);
  const granted = readBySchema(capabilityFileSchema, capabilities);
  if (file.issues !== undefined || granted.issues !== undefined) {
    return { issues: { inPolicies: file.issues ?? [], inCapabilities: granted.issues ?? [] } };
  }
  const { content, origins, issues, warnings } = normalise(file.value, granted.value.capabilities);
  const inPolicies = [...issues, ...crossCheck(content, origins)];
  const grants = memo.grantsOf(granted.value.capabilities);
  if (inPolicies.length > 0 || grants.issues.length > 0)
    return { issues: { inPolicies, inCapabilities: grants.issues } };
  return {
    bundle: assemble(content, grants),
    warnings: { inPolicies: [...warnings, ...lint(content, origins)], inCapabilities: [] },
  };
}

/** Rules between two chances to do something else: some milliseconds where all of them are new. */
const RULES_PER_STEP = 250;

/**
 * Puts a bundle together from content that was compiled before, by another thread say, and is `version`: nothing is
 * checked again. Yields now and then, so that whoever runs it can do something else meanwhile. What is the very same
 * object as in an earlier bundle, rules and capabilities, is not compiled again.
 */
export function* assembleContent(json: JsonObject, version: string): Generator<void, Bundle> {
  const content = json as unknown as BundleContent;
  const grants = knownGrants.get(content.capabilities) ?? (yield* grantsInSteps(content.capabilities));
  knownGrants.set(content.capabilities, grants);
  const rules: CompiledRule[] = [];
  for (const [position, rule] of content.rules.entries()) {
    rules.push(compileRule(rule, position));
    if (position % RULES_PER_STEP === 0) yield;
  }
  return toBundle(content, { json, version }, rules, grants);
}

/** Of the capabilities of bundles that are in use. */
const knownGrants = new WeakMap<Record<string, CapabilityContent>, Grants>();

function assemble(content: BundleContent, grants: Grants): Bundle {
  return toBundle(content, sealContent(content), content.rules.map(compileRule), grants);
}

function toBundle(
  content: BundleContent,
  { json, version }: ReturnType<typeof sealContent>,
  rules: readonly CompiledRule[],
  { capabilities, grantOf }: Grants,
): Bundle {
  const index = indexRules(rules);
  const combination = { byDefault: content.default, combining: content.combining };
  return Object.freeze({
    name: content.bundle,
    version,
    content: json,
    rule_count: content.rules.length,
    permits_always: content.permits === 'always',
    capabilities,
    grantOf,
    evaluate: (step) => evaluate(index, combination, step),
    explain: (step) => explain(index, step),
  } satisfies Bundle);
}
