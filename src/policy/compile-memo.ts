import type { z } from 'zod';
import { canonicalJson } from '../json/canonical.ts';
import { parseJson } from '../json/parse-json.ts';
import type { JsonValue } from '../json/value.ts';
import { LintMemo } from './analysis/lint-memo.ts';
import type { CapabilityContent } from './capability-file.ts';
import { compileGrants, type Grants } from './grants.ts';
import type { UnnamedRule } from './rule-schema.ts';
import { readBySchema } from './schema-issues.ts';
import { YamlMemo } from './yaml-memo.ts';

/** Rules that are kept at least: those of two large bundles. */
const RULES_KEPT = 20_000;

/** A file with rules: `policies.yaml`, or one of a layer. */
type RuleFileSchema = z.ZodType<{ rules: UnnamedRule[] }>;

/**
 * What was read before, for whoever reads one bundle after another: a rule that is written as before is the same object
 * again, and with that all that was made of it. Changes no result.
 */
export class CompileMemo {
  readonly yaml = new YamlMemo();
  readonly lint = new LintMemo();
  readonly #read = new WeakMap<object, UnnamedRule>();
  #young = new Map<string, UnnamedRule>();
  #old = new Map<string, UnnamedRule>();
  #grants: { text: string; grants: Grants } | undefined;

  /** As `readBySchema` of a whole file with rules; `isFit` says of a rule that was read before whether it may stand there. */
  readFile<S extends RuleFileSchema>(
    schema: S,
    document: JsonValue,
    isFit: (rule: UnnamedRule) => boolean = () => true,
  ): ReturnType<typeof readBySchema<S>> {
    const rules = rulesIn(document);
    if (rules === undefined) return readBySchema(schema, document);
    const known = rules.map((written) => {
      const rule = this.#find(written);
      return rule !== undefined && isFit(rule) ? rule : undefined;
    });
    const unknown = rules.filter((_, index) => known[index] === undefined);
    // Read from its own text: what a parser gives out may keep the whole file in memory, for as long as the rule is.
    const own = unknown.map((rule) => parseJson(JSON.stringify(rule)));
    const read = readBySchema(schema, { ...(document as object), rules: own });
    // Where something is wrong all rules are read, so that pointers lead to their places in the file.
    if (read.issues !== undefined) return readBySchema(schema, document);
    const fresh = new Map(unknown.map((rule, index) => [rule, read.value.rules[index]]));
    const all = rules.map((rule, index) => known[index] ?? this.#keep(rule, fresh.get(rule)));
    return { value: { ...read.value, rules: all } };
  }

  /** As `compileGrants`; those of the bundle before where the capabilities are the same. */
  grantsOf(capabilities: Record<string, CapabilityContent>): Grants {
    const text = canonicalJson(capabilities);
    if (this.#grants?.text !== text) this.#grants = { text, grants: compileGrants(capabilities) };
    return this.#grants.grants;
  }

  /** The very object of before needs no look at its text. */
  #find(written: JsonValue): UnnamedRule | undefined {
    if (typeof written !== 'object' || written === null) return undefined;
    const before = this.#read.get(written);
    if (before !== undefined) return before;
    const text = JSON.stringify(written);
    const rule = this.#young.get(text) ?? this.#old.get(text);
    if (rule !== undefined) this.#put(written, text, rule);
    return rule;
  }

  #keep(written: JsonValue, rule: UnnamedRule | undefined): UnnamedRule {
    if (rule === undefined) throw new Error('the schema gave back fewer rules than it was given');
    this.#put(written as object, JSON.stringify(written), rule);
    return rule;
  }

  #put(written: object, text: string, rule: UnnamedRule): void {
    this.#read.set(written, rule);
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
