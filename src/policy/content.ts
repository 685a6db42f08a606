import { byIdentity } from '../json/by-identity.ts';
import { canonicalHash, canonicalJson, canonicalString, sha256 } from '../json/canonical.ts';
import { parseJson } from '../json/parse-json.ts';
import { pointerSegment } from '../json/pointer.ts';
import type { JsonObject } from '../json/value.ts';
import type { Action } from './bundle.ts';
import { type CapabilityContent, sortedTools } from './capability-file.ts';
import type { Layer } from './layer.ts';
import type { LayerFile } from './layer-file.ts';
import { translateOriginal } from './original-form.ts';
import type { PolicyFile } from './policy-file.ts';
import type { Issue, Place } from './problem.ts';
import type { RuleContent, UnnamedRule } from './rule-schema.ts';
import type { PolicyTest } from './test-schema.ts';

/**
 * Everything a bundle says, in its one form: equal meaning, equal content, whatever the order of keys, the
 * comments and, where order does not decide, the order of rules. It is itself a valid policy file with its
 * capabilities, and reading it again gives the same content.
 */
export type BundleContent = {
  bundle: string;
  default: PolicyFile['default'];
  combining: PolicyFile['combining'];
  permits: PolicyFile['permits'];
  rules: RuleContent[];
  tests: PolicyTest[];
  capabilities: Record<string, CapabilityContent>;
};

/** What a step gets that no rule speaks about, and whether rules of a layer may relax it. */
export function defaultOf({ default: given }: Pick<BundleContent, 'default'>): {
  action: Action;
  overridable: boolean;
} {
  return typeof given === 'string' ? { action: given, overridable: false } : given;
}

/** The ids of the rules in the content of a bundle. */
export function ruleIdsOf(content: JsonObject): string[] {
  const rules = (content['rules'] ?? []) as { id?: string }[];
  return rules.flatMap(({ id }) => id ?? []);
}

/** The layers that these rules are of, each once. */
export function layersOf(rules: readonly { layer?: Layer }[]): Layer[] {
  const layers = new Map<string, Layer>();
  for (const { layer } of rules) if (layer !== undefined) layers.set(JSON.stringify(layer), layer);
  return [...layers.values()];
}

/** Where each rule came from, by rule id. */
export type RuleOrigins = ReadonlyMap<string, Place>;

/** A layer's content and the file it came from. */
export type LayerSource = { file: string; content: LayerFile };

export type Normalised = { content: BundleContent; origins: RuleOrigins; issues: Issue[]; warnings: Issue[] };

/**
 * The content of a policy file, its capabilities and the layers below it. Rules without an id get one from their
 * content; a second copy of such a rule is left out with a warning. Two rules of one id are an issue, in whatever files.
 */
export function normalise(
  file: PolicyFile,
  capabilities: Record<string, CapabilityContent>,
  layers: readonly LayerSource[] = [],
): Normalised {
  const rules = new Map<string, RuleContent>();
  const origins = new Map<string, Place>();
  const issues: Issue[] = [];
  const warnings: Issue[] = [];
  for (const { rule, place, isNamed } of namedRules(file, layers)) {
    const before = origins.get(rule.id);
    if (before === undefined) {
      rules.set(rule.id, rule);
      origins.set(rule.id, place);
    } else if (isNamed) {
      const message = `the id ${rule.id} is taken by the rule at ${placeWords(before, place)}`;
      issues.push({ ...place, message });
    } else {
      const message = `the same rule stands at ${placeWords(before, place)}; this copy is ignored`;
      warnings.push({ ...place, message });
    }
  }
  const ordered = [...rules.values()];
  // Under `strongest` the order of rules has no meaning, so it must not show in the version.
  if (file.combining === 'strongest') ordered.sort((a, b) => (a.id < b.id ? -1 : 1));
  const { bundle, default: byDefault, combining, permits } = file;
  const content: BundleContent = {
    ...{ bundle, default: byDefault, combining, permits },
    rules: ordered,
    tests: [...file.tests, ...testsOf(layers)],
    capabilities: inOrder(capabilities),
  };
  return { content, origins, issues, warnings };
}

/** A place as it is named from another: the file is said where it is another one. */
function placeWords({ file, pointer }: Place, seenFrom: Place): string {
  return file === seenFrom.file ? pointer : `${pointer} of ${file ?? 'policies.yaml'}`;
}

/** The tests of all layers in an order that the names of their files do not change. */
function testsOf(layers: readonly LayerSource[]): PolicyTest[] {
  const tests = layers.flatMap(({ content }) => content.tests);
  if (tests.length < 2) return tests;
  const keyed = tests.map((test) => ({ test, key: canonicalJson(test) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ test }) => test);
}

function inOrder(capabilities: Record<string, CapabilityContent>): Record<string, CapabilityContent> {
  const entries = Object.entries(capabilities);
  return Object.fromEntries(
    entries.map(([name, content]) => [name, { ...content, tools: sortedTools(content.tools) }]),
  );
}

type NamedRule = { rule: RuleContent; place: Place; isNamed: boolean };

function namedRules(file: PolicyFile, layers: readonly LayerSource[]): NamedRule[] {
  const translated = translateOriginal(file).map(({ id, rule, pointer }) => ({
    rule: { ...rule, id },
    place: { pointer },
    isNamed: true,
  }));
  const layered = layers.flatMap(({ file: name, content: { layer, rules } }) =>
    rules.map((rule, index) => named(rule, index, { file: name, layer })),
  );
  return [...file.rules.map((rule, index) => named(rule, index, {})), ...translated, ...layered];
}

function named(
  written: UnnamedRule,
  index: number,
  { file, layer }: { file?: string; layer?: Layer },
): NamedRule {
  const rule = layer === undefined ? written : inLayer(written, layer);
  const pointer = `/rules/${index}${rule.id === undefined ? '' : '/id'}`;
  return {
    rule: withId(rule),
    place: file === undefined ? { pointer } : { file, pointer },
    isNamed: rule.id !== undefined,
  };
}

const layered = new WeakMap<UnnamedRule, { text: string; rule: UnnamedRule }>();
const layerText = byIdentity((layer: Layer) => JSON.stringify(layer));

/** The rule as one of a layer; as long as it is the same layer, the same object again. */
function inLayer(written: UnnamedRule, layer: Layer): UnnamedRule {
  const text = layerText(layer);
  const before = layered.get(written);
  if (before?.text === text) return before.rule;
  const rule = { ...written, layer };
  layered.set(written, { text, rule });
  return rule;
}

/** The same rule is the same object again: what is made of a rule is kept by that. */
const withId = byIdentity((rule: UnnamedRule): RuleContent => {
  const id = rule.id ?? `rule-${canonicalHash(rule).slice('sha256:'.length, 'sha256:'.length + 12)}`;
  return { ...rule, id };
});

/** The canonical JSON of a rule. */
export const ruleText = byIdentity((rule: RuleContent): string => canonicalJson(rule));

/** The hash of a rule, by which it is the same rule in another bundle. */
export const ruleHash = byIdentity((rule: RuleContent): string => sha256(ruleText(rule)));

/** The rule without members that have no value. */
const ruleJson = byIdentity((rule: RuleContent) => parseJson(ruleText(rule)) as JsonObject);

/** The content as plain JSON, without members that have no value, and its version. Rules that were sealed before are not again. */
export function sealContent(content: BundleContent): { json: JsonObject; version: string } {
  const rest = parseJson(canonicalJson({ ...content, rules: [] })) as JsonObject;
  return { json: { ...rest, rules: content.rules.map(ruleJson) }, version: sha256(contentText(content)) };
}

/** The canonical JSON of a content, its rules as they were written before. */
export function contentText(content: BundleContent): string {
  const members = Object.entries(content)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = members.map(([name, value]) => {
    const text = name === 'rules' ? `[${content.rules.map(ruleText).join(',')}]` : canonicalJson(value);
    return `${canonicalString(name)}:${text}`;
  });
  return `{${texts.join(',')}}`;
}

/** Where a rule stands, or a member of it: `/rules/3/overrides` from the rule's id and `/overrides`. */
export function ruleWhere(origins: RuleOrigins, id: string, member: string): Place {
  const origin = origins.get(id) ?? { pointer: '' };
  if (!origin.pointer.startsWith('/rules/')) return origin;
  return { ...origin, pointer: `${origin.pointer.replace(/\/id$/, '')}${member}` };
}

/** Where a tool stands in `capabilities.yaml`. */
export function toolWhere(capability: string, index: number): string {
  return `/capabilities/${pointerSegment(capability)}/tools/${index}`;
}
