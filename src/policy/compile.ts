import type { JsonObject, JsonValue } from '../json/value.ts';
import { ruleErrors } from './analysis/errors/rule-errors.ts';
import { type LintScope, lint } from './analysis/lint.ts';
import type { Bundle } from './bundle.ts';
import { type CapabilityContent, capabilityFileSchema } from './capability-file.ts';
import { CompileMemo } from './compile-memo.ts';
import { type CompiledRule, compileRule } from './compiled-rule.ts';
import { sharedConditions } from './condition.ts';
import {
  type BundleContent,
  defaultOf,
  type LayerSource,
  type Normalised,
  normalise,
  sealContent,
} from './content.ts';
import { crossCheck } from './cross-checks.ts';
import { type Grants, grantsInSteps } from './grants.ts';
import { indexHistory } from './history-index.ts';
import { isLayerFile, type LayerFileName, layerFileSchema } from './layer-file.ts';
import { indexLayers } from './layered-index.ts';
import { policyFileSchema } from './policy-file.ts';
import type { Issue, PolicyProblem } from './problem.ts';
import type { RuleContent } from './rule-schema.ts';
import { unsafeJson } from './safe-json.ts';
import { readBySchema } from './schema-issues.ts';
import { evaluate, explain } from './verdict.ts';
import { conditionIssues, conditionOf } from './when-conditions.ts';
import { writtenFaults } from './written-faults.ts';
import { placeInWords } from './yaml.ts';

const POLICIES = 'policies.yaml';
const CAPABILITIES = 'capabilities.yaml';

/** The texts of a bundle's files, by name. */
export type PolicyFiles = { 'policies.yaml': string; 'capabilities.yaml'?: string } & {
  [layer: LayerFileName]: string;
};

export type CompileResult =
  | { bundle: Bundle; warnings: PolicyProblem[]; warnings_omitted: number; problems?: never }
  | { bundle?: never; warnings?: never; problems: PolicyProblem[] };

/** How far lint looks and how much of it is told; `memo` is for whoever compiles one bundle after another. */
export type CompileOptions = LintScope & { maxWarnings?: number; memo?: CompileMemo };

/**
 * Compiles the texts of a bundle's files: rules, capabilities and the layers. All or nothing: with any problem there
 * is no bundle, and every problem found is reported, each with file, line and column. Warnings do not stop a bundle.
 * Other files than these are not looked at. Never throws on any text.
 */
export function compileBundle(
  files: PolicyFiles,
  { memo = new CompileMemo(), maxWarnings = Infinity, ...scope }: CompileOptions = {},
): CompileResult {
  const names = [POLICIES, CAPABILITIES, ...Object.keys(files).filter(isLayerFile).sort()] as const;
  memo.yaml.keepOnly(names);
  const problems: PolicyProblem[] = [];
  const values = new Map<string, JsonValue>();
  for (const name of names) {
    const text = files[name];
    const { value, errors = [] } = text === undefined ? { value: {} } : memo.yaml.parse(name, text);
    problems.push(...errors);
    if (value !== undefined) values.set(name, value);
  }
  if (problems.length > 0) return { problems };
  const result = compileValues(values, memo, scope);
  const locateAll = (issues: readonly Issue[]): PolicyProblem[] =>
    names.flatMap((name) => {
      const own = issues.filter(({ file = POLICIES }) => file === name);
      return own.length === 0 ? [] : memo.yaml.locate(name, files[name] ?? '', own);
    });
  if (result.bundle === undefined) return { problems: locateAll(result.issues) };
  const told = mostTelling(result.warnings, maxWarnings);
  const warnings_omitted = result.warnings.length - told.length;
  return { bundle: result.bundle, warnings: locateAll(told), warnings_omitted };
}

/** At most so many, those that are about no rule in particular first. */
function mostTelling(warnings: readonly Issue[], most: number): readonly Issue[] {
  if (warnings.length <= most) return warnings;
  const isOnRule = (warning: Issue) => 'rule_ids' in warning;
  const general = warnings.filter((warning) => !isOnRule(warning));
  return [...general, ...warnings.filter(isOnRule)].slice(0, most);
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
  const result = unsafe.length > 0 ? { issues: unsafe } : compileValues(values, new CompileMemo());
  const place = (issues: readonly Issue[]): PolicyProblem[] =>
    issues.map((issue) => ({ line: 1, column: 1, ...placeInWords(issue), file: 'content' }));
  if (result.issues !== undefined) return { problems: place(result.issues) };
  return { bundle: result.bundle, warnings: place(result.warnings), warnings_omitted: 0 };
}

type ValuesResult =
  | { bundle: Bundle; warnings: Issue[]; issues?: never }
  | { bundle?: never; warnings?: never; issues: Issue[] };

/** Compiles the values of the files, by the names of the files. */
function compileValues(
  values: ReadonlyMap<string, JsonValue>,
  memo: CompileMemo,
  scope?: LintScope,
): ValuesResult {
  const file = memo.readFile(policyFileSchema, values.get(POLICIES) ?? null);
  const granted = readBySchema(capabilityFileSchema, values.get(CAPABILITIES));
  const layers = readLayers(values, memo);
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
  const grants = memo.grantsOf(granted.value.capabilities);
  const wrong = [
    ...issues,
    ...crossCheck(content, origins),
    ...conditionIssues(content.rules, grants.typesOf, origins),
    ...inFile(CAPABILITIES, grants.issues),
    ...(scope === undefined ? [] : impossible({ content, origins, grants, values }, scope)),
    ...(scope === undefined ? [] : writtenFaults(content, origins, (name = POLICIES) => values.get(name))),
  ];
  if (wrong.length > 0) return { issues: wrong };
  const source = { ...scope, origins, granted: granted.value.capabilities, memo: memo.lint };
  const said = scope && lint(content, source);
  const inCapabilities = inFile(CAPABILITIES, said?.inCapabilities ?? []);
  return {
    bundle: assemble(content, grants),
    warnings: [...warnings, ...(said?.inPolicies ?? []), ...inCapabilities],
  };
}

type Checked = Pick<Normalised, 'content' | 'origins'> & {
  grants: Grants;
  values: ReadonlyMap<string, JsonValue>;
};

/** What was recorded decided once and is not held against the lists of today; files that are loaded are. */
function impossible({ content, values, ...checked }: Checked, { findings }: LintScope): Issue[] {
  return ruleErrors(content.rules, { ...checked, findings, written: (file = POLICIES) => values.get(file) });
}

function readLayers(
  values: ReadonlyMap<string, JsonValue>,
  memo: CompileMemo,
): { sources: LayerSource[]; issues: Issue[] } {
  const sources: LayerSource[] = [];
  const found: Issue[] = [];
  for (const [file, value] of values) {
    if (!isLayerFile(file)) continue;
    // A rule with a layer of its own has no place here, and the schema says so.
    const { value: content, issues } = memo.readFile(
      layerFileSchema,
      value,
      ({ layer }) => layer === undefined,
    );
    if (issues === undefined) sources.push({ file, content });
    else found.push(...inFile(file, issues));
  }
  return { sources, issues: found };
}

function inFile(file: string, issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => ({ ...issue, file }));
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
  const compile = ruleCompiler(grants);
  const rules: CompiledRule[] = [];
  for (const rule of content.rules) {
    rules.push(compile(rule));
    if (rules.length % RULES_PER_STEP === 0) yield;
  }
  return toBundle(content, { json, version }, rules, grants);
}

/** Of the capabilities of bundles that are in use. */
const knownGrants = new WeakMap<Record<string, CapabilityContent>, Grants>();

function assemble(content: BundleContent, grants: Grants): Bundle {
  return toBundle(content, sealContent(content), content.rules.map(ruleCompiler(grants)), grants);
}

function ruleCompiler({ typesOf }: Grants): (rule: RuleContent) => CompiledRule {
  const share = sharedConditions();
  return (rule) => compileRule(rule, share, conditionOf(rule, typesOf)?.condition);
}

function toBundle(
  content: BundleContent,
  { json, version }: ReturnType<typeof sealContent>,
  rules: readonly CompiledRule[],
  { capabilities, grantOf }: Grants,
): Bundle {
  const index = indexLayers(rules);
  const order =
    content.combining === 'first_match' ? new Map(rules.map((rule, at) => [rule, at])) : undefined;
  const combination = { byDefault: defaultOf(content), ...(order !== undefined && { order }) };
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
