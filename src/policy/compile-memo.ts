import { canonicalJson } from '../json/canonical.ts';
import { parseJson } from '../json/parse-json.ts';
import type { JsonValue } from '../json/value.ts';
import type { CapabilityContent } from './capability-file.ts';
import { compileGrants, type Grants } from './grants.ts';
import { policyFileSchema } from './policy-file.ts';
import type { UnnamedRule } from './rule-schema.ts';
import { readBySchema } from './schema-issues.ts';

/** Rules that are kept at least: those of two large bundles. */
const RULES_KEPT = 20_000;

type FileResult = ReturnType<typeof readBySchema<typeof policyFileSchema>>;

/**
 * What was read before, for whoever reads one bundle after another: a rule that is written as before is the same object
 * again, and with that all that was made of it. Changes no result.
 */
export class CompileMemo {
  #young = new Map<string, UnnamedRule>();
  #old = new Map<string, UnnamedRule>();
  #grants: { text: string; grants: Grants } | undefined;

  /** As `readBySchema` of a whole policy file. */
  readFile(document: JsonValue): FileResult {
    const rules = rulesIn(document);
    if (rules === undefined) return readBySchema(policyFileSchema, document);
    const texts = rules.map((rule) => JSON.stringify(rule));
    const known = texts.map((text) => this.#find(text));
    // Read from its own text: what a parser gives out may keep the whole file in memory, for as long as the rule is.
    const unknown = texts.filter((_, index) => known[index] === undefined).map(parseJson);
    const read = readBySchema(policyFileSchema, { ...(document as object), rules: unknown });
    // Where something is wrong all rules are read, so that pointers lead to their places in the file.
    if (read.issues !== undefined) return readBySchema(policyFileSchema, document);
    const fresh = read.value.rules.values();
    const all = known.map((rule, index) => rule ?? this.#keep(texts[index] ?? '', fresh.next().value));
    return { value: { ...read.value, rules: all } };
  }

  /** As `compileGrants`; those of the bundle before where the capabilities are the same. */
  grantsOf(capabilities: Record<string, CapabilityContent>): Grants {
    const text = canonicalJson(capabilities);
    if (this.#grants?.text !== text) this.#grants = { text, grants: compileGrants(capabilities) };
    return this.#grants.grants;
  }

  #find(text: string): UnnamedRule | undefined {
    const rule = this.#young.get(text) ?? this.#old.get(text);
    if (rule !== undefined) this.#put(text, rule);
    return rule;
  }

  #keep(text: string, rule: UnnamedRule | undefined): UnnamedRule {
    if (rule === undefined) throw new Error('the schema gave back fewer rules than it was given');
    this.#put(text, rule);
    return rule;
  }

  #put(text: string, rule: UnnamedRule): void {
    if (this.#young.size >= RULES_KEPT && !this.#young.has(text)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, rule);
  }
}

function rulesIn(document: JsonValue): JsonValue[] | undefined {
  if (document === null || typeof document !== 'object' || Array.isArray(document)) return undefined;
  const { rules } = document;
  // More than the schema allows: it says so.
  return Array.isArray(rules) && rules.length <= 100_000 ? rules : undefined;
}
