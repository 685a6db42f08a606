import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../../src/json/canonical.ts';
import type { JsonObject } from '../../../src/json/value.ts';
import { lint } from '../../../src/policy/analysis/lint.ts';
import type { LintIssue } from '../../../src/policy/analysis/lint-issue.ts';
import type { Bundle, PolicyVerdict, StepView } from '../../../src/policy/bundle.ts';
import { capabilityFileSchema } from '../../../src/policy/capability-file.ts';
import { compileBundleContent } from '../../../src/policy/compile.ts';
import { normalise } from '../../../src/policy/content.ts';
import { policyFileSchema } from '../../../src/policy/policy-file.ts';
import { CAPABILITIES, reached, steps, type WrittenRule, writtenRules } from './random-bundle.ts';

const head = fc.record({
  default: fc.constantFrom(
    ...['allow', 'block', 'require_approval'].map((action) => ({ action, overridable: false })),
    ...['allow', 'block', 'require_approval'].map((action) => ({ action, overridable: true })),
  ),
  combining: fc.constantFrom('strongest', 'strongest', 'first_match'),
});

/** The schemas of tools are compiled once: that takes longer than all the rest. */
const GRANTS = compileBundleContent({ capabilities: CAPABILITIES } as unknown as JsonObject).bundle as Bundle;
const GRANTED = capabilityFileSchema.parse({ capabilities: CAPABILITIES }).capabilities;

function bundleOf(rules: readonly WrittenRule[], given: object): Bundle | undefined {
  return compileBundleContent({ ...given, rules } as unknown as JsonObject).bundle;
}

function warningsOn(rules: readonly WrittenRule[], given: object): LintIssue[] {
  const { content, origins } = normalise(policyFileSchema.parse({ ...given, rules }), GRANTED);
  return lint(content, { origins, granted: GRANTED }).inPolicies;
}

/** The bundle without a rule, and without what overrides it. */
function without(rules: readonly WrittenRule[], id: string): WrittenRule[] {
  return rules
    .filter((rule) => rule.id !== id)
    .map((rule) => (rule.overrides?.includes(id) ? { ...rule, overrides: [] } : rule));
}

type Claim = { rule: string; holds: (step: StepView) => boolean };

/** What each warning promises, as a statement that one step can prove wrong. */
function claimsOf(
  { rules, given, whole }: { rules: readonly WrittenRule[]; given: object; whole: Bundle },
  warnings: readonly LintIssue[],
): Claim[] {
  const matchOf = (rule: string, step: StepView) => {
    const verdict = whole.evaluate(step);
    return [...verdict.matched, ...verdict.shadow].find(({ id }) => id === rule);
  };
  return warnings.flatMap(({ code, rule_ids: [rule = ''] = [] }): Claim[] => {
    switch (code) {
      case 'vacuous':
        return [{ rule, holds: (step) => matchOf(rule, step) === undefined }];
      case 'always_in_doubt':
      case 'holds_only_in_doubt':
        return [
          {
            rule,
            holds: (step) => matchOf(rule, step)?.doubt !== undefined || matchOf(rule, step) === undefined,
          },
        ];
      case 'contradictory':
      case 'shadowed':
      case 'redundant':
      case 'unreachable': {
        const rest = bundleOf(without(rules, rule), given);
        return [
          { rule, holds: (step) => rest !== undefined && isSame(rest.evaluate(step), whole.evaluate(step)) },
        ];
      }
      case 'always_overridden':
        return [
          {
            rule,
            holds: (step) =>
              matchOf(rule, step)?.overridden_by !== undefined || matchOf(rule, step) === undefined,
          },
        ];
      default:
        return [];
    }
  });
}

/** What is decided, who has to approve it, who is told and what is asked for besides; not by which rule. */
function isSame(one: PolicyVerdict, other: PolicyVerdict): boolean {
  const told = ({ action, obligations, demand }: PolicyVerdict) =>
    canonicalJson({ action, obligations, demand: demand && { ...demand, rule_hashes: [] } });
  return told(one) === told(other);
}

/** Rules that could never match by themselves are refused, not warned of. */
function wrongClaims(rules: readonly WrittenRule[], given: object, many: readonly StepView[]) {
  const whole = bundleOf(rules, given);
  if (whole === undefined) return { codes: [], wrong: [] };
  const warnings = warningsOn(rules, given);
  const reaching = many.flatMap((step) => reached(GRANTS, step));
  const claims = claimsOf({ rules, given, whole }, warnings);
  const wrong = claims.filter(({ holds }) => !reaching.every(holds)).map(({ rule }) => rule);
  return { codes: warnings, wrong };
}

it('says nothing of a rule that a step proves wrong', () => {
  const seen: Record<string, number> = {};
  const layered: Record<string, number> = {};
  const many = fc.array(steps, { minLength: 15, maxLength: 15 });
  fc.assert(
    fc.property(writtenRules, head, many, (rules, given, sample) => {
      const { codes, wrong } = wrongClaims(
        given.combining === 'first_match' ? plain(rules) : rules,
        given,
        sample,
      );
      expect(wrong).toEqual([]);
      for (const { code, rule_ids = [] } of codes) {
        seen[code] = (seen[code] ?? 0) + 1;
        const ofLayer = rules.some(({ id, layer }) => layer !== undefined && id === rule_ids[0]);
        if (ofLayer && given.combining !== 'first_match') layered[code] = (layered[code] ?? 0) + 1;
      }
    }),
    {
      numRuns: 1000,
      endOnFailure: true,
    },
  );
  // Nothing is proved of what was never claimed.
  for (const code of ['vacuous', 'contradictory', 'shadowed', 'redundant', 'unreachable', 'always_in_doubt'])
    expect(seen[code] ?? 0, code).toBeGreaterThan(0);
  for (const code of ['vacuous', 'shadowed', 'redundant'])
    expect(layered[code] ?? 0, code).toBeGreaterThan(5);
});

/** Under `first_match` there are neither exceptions nor layers. */
function plain(rules: readonly WrittenRule[]): WrittenRule[] {
  return rules.map(({ overrides: _, layer: __, ...rule }) => rule);
}
