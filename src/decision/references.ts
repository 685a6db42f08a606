import type { Explanation } from './decision.ts';
import type { TextFinding } from './facts.ts';
import type { PlanVerdict } from './verdict.ts';

/**
 * Ids from the OWASP Top 10 for LLM applications (2025) and the OWASP Top 10 for agentic applications (2026) that a
 * control answers. They say which risk was involved, not that it is solved.
 */
const BY_CONTROL: Record<PlanVerdict['control'], readonly string[]> = {
  identity: ['OWASP-ASI03'],
  local_enforcement: ['OWASP-LLM01', 'OWASP-ASI01'],
  capability: ['OWASP-LLM06', 'OWASP-ASI02', 'OWASP-ASI03'],
  policy: ['OWASP-LLM06', 'OWASP-ASI02'],
  budget: ['OWASP-LLM10', 'OWASP-ASI08'],
  approval: ['OWASP-LLM06', 'OWASP-ASI09'],
  none: [],
};

const BY_SOURCE: Partial<Record<string, readonly string[]>> = {
  skill: ['OWASP-LLM03', 'OWASP-ASI04'],
  memory: ['OWASP-ASI06'],
  retrieval_chunk: ['OWASP-LLM01', 'OWASP-ASI01'],
  tool_output: ['OWASP-LLM01', 'OWASP-ASI01'],
  agent_message: ['OWASP-ASI07'],
};

/** The references of an objection, sorted; an allowed plan without findings has none. */
export function referencesOf(
  verdict: PlanVerdict,
  origin: Explanation['origin'],
  findings: readonly TextFinding[],
): string[] {
  const found = new Set<string>();
  const add = (ids: readonly string[] | undefined) => {
    for (const id of ids ?? []) found.add(id);
  };
  for (const finding of findings) add(finding.category === 'secret' ? ['OWASP-LLM02'] : ['OWASP-LLM01']);
  if (verdict.decision !== 'allow') {
    add(BY_CONTROL[verdict.control]);
    const distrusted = origin.trust_level === 'external' || origin.trust_level === 'unverified';
    if (distrusted) add(BY_SOURCE[origin.source_type ?? '']);
  }
  return [...found].sort();
}
