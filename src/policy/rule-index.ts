import { type CompiledRule, isIndexed } from './compiled-rule.ts';
import { isGlob, matchesGlob } from './glob.ts';
import { compileNames } from './match-conditions.ts';

/**
 * Finds the rules that can match a tool without touching the others: by exact name, by namespace (`ns.*`), and
 * only then the few general globs and the rules for every tool. A rule is found at most once.
 */
export type RuleIndex = { candidates(toolName: string): CompiledRule[] };

type Buckets = {
  exact: Map<string, CompiledRule[]>;
  namespaces: Map<string, CompiledRule[]>;
  patterns: { rule: CompiledRule; covers: (name: string) => boolean }[];
  every: CompiledRule[];
};

export function indexRules(rules: readonly CompiledRule[]): RuleIndex {
  const buckets: Buckets = { exact: new Map(), namespaces: new Map(), patterns: [], every: [] };
  for (const rule of rules) place(rule, buckets);
  return { candidates: (toolName) => collect(buckets, toolName) };
}

function place(rule: CompiledRule, { exact, namespaces, patterns, every }: Buckets): void {
  const { toolNames } = rule;
  if (!isIndexed(toolNames) || toolNames.includes('*')) {
    every.push(rule);
    return;
  }
  const globs = toolNames.filter(isGlob);
  for (const name of toolNames) {
    if (!isGlob(name) && !globs.some((glob) => matchesGlob(glob, name))) add(exact, name, rule);
  }
  const namespace = globs.length === 1 ? namespaceOf(globs[0] ?? '') : undefined;
  if (namespace !== undefined) add(namespaces, namespace, rule);
  else if (globs.length > 0) patterns.push({ rule, covers: compileNames(globs) });
}

/** `mail` of `mail.*`; `undefined` for any other glob. */
function namespaceOf(glob: string): string | undefined {
  const literal = glob.endsWith('.*') ? glob.slice(0, -2) : '';
  return literal === '' || isGlob(literal) ? undefined : literal;
}

function add(buckets: Map<string, CompiledRule[]>, key: string, rule: CompiledRule): void {
  const bucket = buckets.get(key);
  if (bucket === undefined) buckets.set(key, [rule]);
  else bucket.push(rule);
}

function collect({ exact, namespaces, patterns, every }: Buckets, toolName: string): CompiledRule[] {
  const found = [...(exact.get(toolName) ?? []), ...every];
  for (let dot = toolName.indexOf('.'); dot !== -1; dot = toolName.indexOf('.', dot + 1)) {
    const bucket = namespaces.get(toolName.slice(0, dot));
    if (bucket !== undefined) found.push(...bucket);
  }
  for (const { rule, covers } of patterns) if (covers(toolName)) found.push(rule);
  return found;
}
