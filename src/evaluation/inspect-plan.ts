import type { Facts } from '../decision/facts.ts';
import { type Guard, severityRank } from '../guard/finding.ts';
import type { PlanText } from '../plan/texts.ts';
import { worseVerdict } from './worse-verdict.ts';

/** How many findings of one plan are kept as facts; the verdict counts all of them. */
const MAX_FINDINGS = 100;

/** What the guard says of all texts of a plan, as facts. Nothing here decides: the stage and the rules do. */
export function inspectPlan(guard: Guard, texts: readonly PlanText[]): Facts['guard'] {
  const seen: Facts['guard'] = { findings: [], partial: false, verdict: 'allow' };
  for (const { pointer, direction, in_name, text } of texts) {
    const inspection = guard.inspect(text, direction);
    seen.verdict = worseVerdict(seen.verdict, inspection.verdict);
    seen.partial ||= inspection.truncated && inspection.verdict === 'block';
    for (const finding of inspection.findings) {
      seen.findings.push(in_name ? { ...finding, in_name, pointer } : { ...finding, pointer });
    }
  }
  seen.findings = heaviest(seen.findings);
  return seen;
}

/** All findings where they are few; otherwise the most severe, in their own order where equal. */
export function heaviest(findings: Facts['guard']['findings']): Facts['guard']['findings'] {
  if (findings.length <= MAX_FINDINGS) return findings;
  return findings
    .toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity))
    .slice(0, MAX_FINDINGS);
}
