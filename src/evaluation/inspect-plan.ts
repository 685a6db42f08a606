import type { Facts } from '../decision/facts.ts';
import { withEachKind } from '../guard/each-kind.ts';
import {
  type Direction,
  type Finding,
  type Guard,
  type Inspection,
  severityRank,
  type Verdict,
} from '../guard/finding.ts';
import type { PlanText } from '../plan/texts.ts';
import { worseVerdict } from './worse-verdict.ts';

/** How many findings of one plan are kept as facts, beside one of each kind; the verdict counts all of them. */
const MAX_FINDINGS = 100;
/** How many kinds are. */
const MAX_KINDS = 1_000;

/** Findings after which a plan that is blocked is read no further: there is nothing more to say of it. */
const ENOUGH_FINDINGS = 1_000;
/** Texts up to this length are not asked about twice: lists hold the same word many times. */
const SHORT = 64;
const STEPS = '/steps/';

/** What the guard says of texts, each finding with the place of its text among them. */
export type SeenTexts = {
  verdict: Verdict;
  partial: boolean;
  findings: (Finding & { at: number })[];
};

/**
 * What the guard says of all texts of a plan, as facts. Nothing here decides: the stage and the rules do. A body of a megabyte
 * can hold hundreds of thousands of texts, and takes no more time than one long text.
 */
export function inspectPlan(guard: Pick<Guard, 'inspect'>, texts: readonly PlanText[]): Facts['guard'] {
  const scopeAt = (at: number) => scopeOf((texts[at] as PlanText).pointer);
  return placed(inspectTexts(guard, texts, scopeAt), texts);
}

/** The same of texts that have no place yet, only the `scopeOf` it; `placed` gives them theirs. */
export function inspectTexts(
  guard: Pick<Guard, 'inspect'>,
  texts: readonly Pick<PlanText, 'direction' | 'operator' | 'text'>[],
  scopeAt: (at: number) => number,
): SeenTexts {
  const seen: SeenTexts = { verdict: 'allow', partial: false, findings: [] };
  const inspect = askedOnce(guard);
  for (const [at, { direction, operator, text }] of texts.entries()) {
    if (seen.verdict === 'block' && seen.findings.length >= ENOUGH_FINDINGS) break;
    const inspection = operator
      ? guard.inspect(text, direction, undefined, operator)
      : inspect(text, direction);
    seen.verdict = worseVerdict(seen.verdict, inspection.verdict);
    seen.partial ||= inspection.truncated && inspection.verdict === 'block';
    for (const finding of inspection.findings) seen.findings.push({ ...finding, at });
  }
  const findings = heaviest(seen.findings, ({ at }) => scopeAt(at));
  if (findings.length <= MAX_KINDS) return { ...seen, findings };
  // What is too much to be recorded kind by kind does not pass: a rule would not see all of it.
  return { findings: findings.slice(0, MAX_KINDS), partial: true, verdict: 'block' };
}

/** The step that a place of a plan is in, counted from 1; 0 where it is in none. */
export function scopeOf(pointer: string): number {
  if (!pointer.startsWith(STEPS)) return 0;
  return Number(pointer.slice(STEPS.length, pointer.indexOf('/', STEPS.length))) + 1;
}

/** What was seen, in the words of the facts. `texts` MUST be those that were inspected. */
export function placed(
  { verdict, partial, findings }: SeenTexts,
  texts: readonly PlanText[],
): Facts['guard'] {
  return {
    findings: findings.map(({ at, ...finding }) => {
      const { pointer, in_name } = texts[at] as PlanText;
      return in_name ? { ...finding, in_name, pointer } : { ...finding, pointer };
    }),
    partial,
    verdict,
  };
}

function askedOnce(guard: Pick<Guard, 'inspect'>): (text: string, direction: Direction) => Inspection {
  const asked = new Map<string, Inspection>();
  return (text, direction) => {
    if (text.length > SHORT) return guard.inspect(text, direction);
    const name = `${direction} ${text}`;
    const inspection = asked.get(name) ?? guard.inspect(text, direction);
    asked.set(name, inspection);
    return inspection;
  };
}

/**
 * All findings where they are few; otherwise the most severe, in their own order where equal, and of each detector and severity
 * one for every step, and one for what stands in no step: rules tell no more of them apart.
 */
export function heaviest<T extends Finding>(findings: T[], scope: (one: T) => number): T[] {
  if (findings.length <= MAX_FINDINGS) return findings;
  const ordered = findings.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity));
  return withEachKind(ordered, MAX_FINDINGS, (one) => kindIn(scope(one), one));
}

/** Findings of one kind in one step are one to rules, but for their number. */
export function kindIn(
  scope: number,
  { detector, severity }: Pick<Finding, 'detector' | 'severity'>,
): string {
  return `${scope} ${detector} ${severity}`;
}
