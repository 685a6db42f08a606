import type { Issue } from '../problem.ts';

/** What lint can say of a bundle (docs/policy-tools.md). */
export const LINT_CODES = [
  'vacuous',
  'contradictory',
  'shadowed',
  'unreachable',
  'redundant',
  'always_overridden',
  'outranked',
  'always_in_doubt',
  'holds_only_in_doubt',
  'unknown_tool',
  'unknown_capability',
  'unknown_argument',
  'unknown_agent',
  'unknown_tenant',
  'default_only_tool',
  'public_suffix',
  'no_tool',
  'no_rule',
  'not_compared',
] as const;
export type LintCode = (typeof LINT_CODES)[number];

/** A warning before its line is known: what it is about, which rules it names, and where the first of them stands. */
export type LintIssue = Issue & { code: LintCode; rule_ids?: string[] };

/** The same of one rule, wherever that stands: the pointer leads into the rule. */
export type RuleFinding = Omit<LintIssue, 'file' | 'rule_ids'> & {
  rule_ids: string[];
  /** A name that nothing has, for which the one that was meant is looked for. */
  unknown?: { vocabulary: { suggestion(name: string): string | undefined }; name: string };
};
