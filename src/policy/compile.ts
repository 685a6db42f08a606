import type { JsonObject, JsonValue } from '../json/value.ts';
import type { Bundle } from './bundle.ts';
import { capabilityFileSchema } from './capability-file.ts';
import { compileRule } from './compiled-rule.ts';
import { type BundleContent, normalise, sealContent } from './content.ts';
import { crossCheck, lint } from './cross-checks.ts';
import { compileGrants } from './grants.ts';
import { indexHistory } from './history-index.ts';
import { policyFileSchema } from './policy-file.ts';
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
 * found is reported, each with file, line and column. Warnings do not stop a bundle. Pure; never throws on any
 * text.
 */
export function compileBundle(files: PolicyFiles): CompileResult {
  const policies = parseYaml(POLICIES, files[POLICIES]);
  const capabilitiesText = files[CAPABILITIES];
  const capabilities =
    capabilitiesText === undefined
      ? { value: {}, errors: undefined }
      : parseYaml(CAPABILITIES, capabilitiesText);
  const problems = [...(policies.errors ?? []), ...(capabilities.errors ?? [])];
  if (policies.value === undefined || capabilities.value === undefined) return { problems };
  const result = compileValues(policies.value, capabilities.value);
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
      : compileValues(policies, { capabilities });
  const place = ({ inPolicies, inCapabilities }: IssuesByFile): PolicyProblem[] =>
    [...inPolicies, ...inCapabilities].map((issue) => ({ file: 'content', line: 1, column: 1, ...issue }));
  if (result.issues !== undefined) return { problems: place(result.issues) };
  return { bundle: result.bundle, warnings: place(result.warnings) };
}

type IssuesByFile = { inPolicies: Issue[]; inCapabilities: Issue[] };
type ValuesResult =
  | { bundle: Bundle; warnings: IssuesByFile; issues?: never }
  | { bundle?: never; warnings?: never; issues: IssuesByFile };

function compileValues(policies: JsonValue, capabilities: JsonValue): ValuesResult {
  const file = readBySchema(policyFileSchema, policies);
  const granted = readBySchema(capabilityFileSchema, capabilities);
  if (file.issues !== undefined || granted.issues !== undefined) {
    return { issues: { inPolicies: file.issues ?? [], inCapabilities: granted.issues ?? [] } };
  }
  const { content, origins, issues, warnings } = normalise(file.value, granted.value.capabilities);
  const inPolicies = [...issues, ...crossCheck(content, origins)];
  const grants = compileGrants(granted.value.capabilities);
  if (inPolicies.length > 0 || grants.issues.length > 0)
    return { issues: { inPolicies, inCapabilities: grants.issues } };
  return {
    bundle: assemble(content, grants),
    warnings: { inPolicies: [...warnings, ...lint(content, origins)], inCapabilities: [] },
  };
}

function assemble(
  content: BundleContent,
  { capabilities, grantOf }: ReturnType<typeof compileGrants>,
): Bundle {
  const { json, version } = sealContent(content);
  const rules = content.rules.map(compileRule);
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
    ...indexHistory(rules),
    evaluate: (step) => evaluate(index, combination, step),
    explain: (step) => explain(index, step),
  } satisfies Bundle);
}
