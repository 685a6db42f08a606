import type { Facts, SourceTrust, TextFinding } from '../decision/facts.ts';
import { TRUST_REASONS } from '../decision/trust-reasons.ts';
import { withEachKind } from '../guard/each-kind.ts';
import type { Severity } from '../guard/finding.ts';
import type { Plan } from '../plan/plan.ts';
import { kindIn, scopeOf } from './inspect-plan.ts';
import { worseVerdict } from './worse-verdict.ts';

/** Enough to see what is wrong, beside one of each kind; every source says so of itself in `facts.trust`. */
const MAX_FINDINGS = 20;

/** What the guard saw, and beside it what is wrong with the sources: rules and people look at findings, not at facts. */
export function withDistrust(guard: Facts['guard'], trust: Facts['trust'], plan: Plan): Facts['guard'] {
  const found = trust.plan.flatMap((source, index) => findingOf(source, `/provenance/${index}`));
  for (const [index, { step_id }] of plan.steps.entries()) {
    const own = Object.hasOwn(trust.steps, step_id) ? (trust.steps[step_id] ?? []) : [];
    found.push(...own.flatMap((source, at) => findingOf(source, `/steps/${index}/provenance/${at}`)));
  }
  if (found.length === 0) return guard;
  const findings = [...guard.findings, ...withEachKind(found, MAX_FINDINGS, kindOf)];
  return { ...guard, findings, verdict: worseVerdict(guard.verdict, 'flag') };
}

function findingOf({ reason }: SourceTrust, pointer: string): TextFinding[] {
  if (reason === undefined) return [];
  const known: { text: string; severity?: Severity } = TRUST_REASONS[reason];
  if (known.severity === undefined) return [];
  return [
    {
      ...{ category: 'provenance', detector: `provenance.${reason}`, severity: known.severity },
      ...{ message: known.text, pointer, start: 0, end: 0 },
    },
  ];
}

function kindOf(finding: TextFinding): string {
  return kindIn(scopeOf(finding.pointer), finding);
}
