import type { Facts } from '../decision/facts.ts';
import { type Direction, type Guard, type Inspection, severityRank } from '../guard/finding.ts';
import type { PlanText } from '../plan/texts.ts';
import { worseVerdict } from './worse-verdict.ts';

/** How many findings of one plan are kept as facts; the verdict counts all of them. */
const MAX_FINDINGS = 100;

/** Findings after which a plan that is blocked is read no further: there is nothing more to say of it. */
const ENOUGH_FINDINGS = 1_000;
/** Texts up to this length are not asked about twice: lists hold the same word many times. */
const SHORT = 64;

/**
 * What the guard says of all texts of a plan, as facts. Nothing here decides: the stage and the rules do. A body of a megabyte
 * can hold hundreds of thousands of texts, and takes no more time than one long text.
 */
export function inspectPlan(guard: Guard, texts: readonly PlanText[]): Facts['guard'] {
  const seen: Facts['guard'] = { findings: [], partial: false, verdict: 'allow' };
  const inspect = askedOnce(guard);
  for (const { pointer, direction, in_name, text } of texts) {
    if (seen.verdict === 'block' && seen.findings.length >= ENOUGH_FINDINGS) break;
    const inspection = inspect(text, direction);
    seen.verdict = worseVerdict(seen.verdict, inspection.verdict);
    seen.partial ||= inspection.truncated && inspection.verdict === 'block';
    for (const finding of inspection.findings) {
      seen.findings.push(in_name ? { ...finding, in_name, pointer } : { ...finding, pointer });
    }
  }
  seen.findings = heaviest(seen.findings);
  return seen;
}

function askedOnce(guard: Guard): (text: string, direction: Direction) => Inspection {
  const asked = new Map<string, Inspection>();
  return (text, direction) => {
    if (text.length > SHORT) return guard.inspect(text, direction);
    const name = `${direction} ${text}`;
    const inspection = asked.get(name) ?? guard.inspect(text, direction);
    asked.set(name, inspection);
    return inspection;
  };
}

/** All findings where they are few; otherwise the most severe, in their own order where equal. */
export function heaviest(findings: Facts['guard']['findings']): Facts['guard']['findings'] {
  if (findings.length <= MAX_FINDINGS) return findings;
  return findings
    .toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity))
    .slice(0, MAX_FINDINGS);
}
