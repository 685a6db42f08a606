import type { JsonObject, JsonValue } from '../json/value.ts';
import { type LintScope, lint } from './analysis/lint.ts';
import type { Bundle } from './bundle.ts';
import { capabilityFileSchema } from './capability-file.ts';
import { compileRule } from './compiled-rule.ts';
import { sharedConditions } from './condition.ts';
import { type BundleContent, defaultOf, type LayerSource, normalise, sealContent } from './content.ts';
import { crossCheck } from './cross-checks.ts';
import { compileGrants } from './grants.ts';
import { indexHistory } from './history-index.ts';
import { isLayerFile, type LayerFileName, layerFileSchema } from './layer-file.ts';
import { indexLayers } from './layered-index.ts';
import { policyFileSchema } from './policy-file.ts';
import type { Issue, PolicyProblem } from './problem.ts';
import { unsafeJson } from './safe-json.ts';
import { readBySchema } from './schema-issues.ts';
import { evaluate, explain } from './verdict.ts';
import { compileConditions, type WhenConditions } from './when-conditions.ts';
import { locateIssues, parseYaml, placeInWords } from './yaml.ts';

const POLICIES = 'policies.yaml';
const CAPABILITIES = 'capabilities.yaml';

/** The texts of a bundle's files, by name. */
export type PolicyFiles = { 'policies.yaml': string; 'capabilities.yaml'?: string } & {
  [layer: LayerFileName]: string;
};

export type CompileResult =
  | { bundle: Bundle; warnings: PolicyProblem[]; problems?: never }
  | { bundle?: never; warnings?: never; problems: PolicyProblem[] };

/**
 * Compiles the texts of a bundle's files: rules, capabilities and the layers. All or nothing: with any problem there
 * is no bundle, and every problem found is reported, each with file, line and column. Warnings do not stop a bundle.
 * Other files than these are not looked at. `scope` says how far lint looks. Pure; never throws on any text.
 */
export function compileBundle(files: PolicyFiles, scope: LintScope = {}): CompileResult {
  const names = [POLICIES, CAPABILITIES, ...Object.keys(files).filter(isLayerFile).sort()] as const;
  const problems: PolicyProblem[] = [];
  const values = new Map<string, JsonValue>();
  for (const name of names) {
    const text = files[name];
    const { value, errors = [] } = text === undefined ? { value: {} } : parseYaml(name, text);
    problems.push(...errors);
    if (value !== undefined) values.set(name, value);
  }
  if (problems.length > 0) return { problems };
  const result = compileValues(values, scope);
  const locateAll = (issues: readonly Issue[]): PolicyProblem[] =>
    names.flatMap((name) => {
      const own = issues.filter(({ file = POLICIES }) => file === name);
      return own.length === 0 ? [] : locateIssues(name, files[name] ?? '', own);
    });
  if (result.bundle === undefined) return { problems: locateAll(result.issues) };
  return { bundle: result.bundle, warnings: locateAll(result.warnings) };
}

/**
 * Compiles a bundle again from the content of an earlier one, for replay: the same version and the same verdicts.
 * Pointers of problems lead into the content; line and column are 1. What lint says was said when it was first loaded.
 */
export function compileBundleContent(content: JsonObject): CompileResult {
  const { capabilities = {}, ...policies } = content;
  const unsafe = unsafeJson(content);
  const values = new Map<string, JsonValue>([
    [POLICIES, policies],
    [CAPABILITIES, { capabilities }],
  ]);
  const result = unsafe.length > 0 ? { issues: unsafe } : compileValues(values);
  const place = (issues: readonly Issue[]): PolicyProblem[] =>
    issues.map((issue) => ({ line: 1, column: 1, ...placeInWords(issue), file: 'content' }));
  if (result.issues !== undefined) return { problems: place(result.issues) };
  return { bundle: result.bundle, warnings: place(result.warnings) };
}

type ValuesResult =
  | { bundle: Bundle; warnings: Issue[]; issues?: never }
  | { bundle?: never; warnings?: never; issues: Issue[] };

/** Compiles the values of the files, by the names of the files. */
function compileValues(values: ReadonlyMap<string, JsonValue>, scope?: LintScope): ValuesResult {
  const file = readBySchema(policyFileSchema, values.get(POLICIES));
  const granted = readBySchema(capabilityFileSchema, values.get(CAPABILITIES));
  const layers = readLayers(values);
  const unreadable = [
    ...(file.issues ?? []),
    ...inFile(CAPABILITIES, granted.issues ?? []),
    ...layers.issues,
  ];
  if (file.issues !== undefined || granted.issues !== undefined || unreadable.length > 0)
    return { issues: unreadable };
  const { content, origins, issues, warnings } = normalise(
    file.value,
    granted.value.capabilities,
    layers.sources,
  );
  const grants = compileGrants(granted.value.capabilities);
  const when = compileConditions(content, origins);
  const wrong = [
    ...issues,
    ...crossCheck(content, origins),
    ...when.issues,
    ...inFile(CAPABILITIES, grants.issues),
  ];
  if (wrong.length > 0) return { issues: wrong };
  const said = scope && lint(content, { ...scope, origins, granted: granted.value.capabilities });
  const inCapabilities = inFile(CAPABILITIES, said?.inCapabilities ?? []);
  return {
    bundle: assemble(content, grants, when.conditions),
    warnings: [...warnings, ...(said?.inPolicies ?? []), ...inCapabilities],
  };
}

function readLayers(values: ReadonlyMap<string, JsonValue>): { sources: LayerSource[]; issues: Issue[] } {
  const sources: LayerSource[] = [];
  const found: Issue[] = [];
  for (const [file, value] of values) {
    if (!isLayerFile(file)) continue;
    const { value: content, issues } = readBySchema(layerFileSchema, value);
    if (issues === undefined) sources.push({ file, content });
    else found.push(...inFile(file, issues));
  }
  return { sources, issues: found };
}

function inFile(file: string, issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => ({ ...issue, file }));
}

function assemble(
  content: BundleContent,
  { capabilities, grantOf }: ReturnType<typeof compileGrants>,
  conditions: WhenConditions,
): Bundle {
  const { json, version } = sealContent(content);
  const share = sharedConditions();
  const rules = content.rules.map((rule, position) =>
    compileRule(rule, position, share, conditions.get(rule.id)),
  );
  const index = indexLayers(rules);
  const combination = { byDefault: defaultOf(content), combining: content.combining };
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
