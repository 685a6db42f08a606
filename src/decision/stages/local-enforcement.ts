import { severityRank } from '../../guard/finding.ts';
import type { TextFinding } from '../facts.ts';
import type { Stage, StepResult } from '../stage.ts';

/**
 * What the guard saw in the texts of the plan: the prompt, what sources said, the strings in arguments.
 *
 * A `block` verdict blocks. A `flag` passes and leaves its findings as facts for rules. A finding in one step's
 * arguments concerns that step; one in the prompt or the plan's sources concerns all of them.
 */
export const localEnforcement: Stage = ({ plan, facts }) => {
  const { verdict, findings, partial } = facts.guard;
  const detail = findings.length === 0 ? {} : { findings, verdict };
  if (verdict !== 'block') {
    const reason = verdict === 'flag' ? 'content_flagged' : 'content_clean';
    return { decision: 'allow', reason, detail, effects: [] };
  }
  const worst = [...findings].sort((a, b) => severityRank(b.severity) - severityRank(a.severity))[0];
  const reason = partial ? 'inspection_incomplete' : reasonOf(worst);
  const steps = plan.steps
    .map((step, index) => ({ step, own: findings.filter((finding) => isInStep(finding, index)) }))
    .filter(({ own }) => own.length > 0)
    .map(
      ({ step, own }): StepResult => ({
        step_id: step.step_id,
        tool_name: step.tool_name,
        decision: 'block',
        reason: reasonOf(own[0]),
        message: own[0]?.message ?? '',
      }),
    );
  const concernsPlan = findings.some((finding) => !finding.pointer.startsWith('/steps/'));
  return {
    decision: 'block',
    reason,
    detail,
    ...(steps.length > 0 && !concernsPlan ? { steps } : {}),
    effects: [],
  };
};

const INJECTION_CATEGORIES = new Set([
  'instruction_override',
  'role_spoofing',
  'prompt_extraction',
  'jailbreak',
  'hidden_instruction',
  'hidden_text',
  'secrecy_order',
]);

function reasonOf(
  finding: TextFinding | undefined,
): 'prompt_injection_detected' | 'dangerous_content_detected' {
  return finding !== undefined && INJECTION_CATEGORIES.has(finding.category)
    ? 'prompt_injection_detected'
    : 'dangerous_content_detected';
}

function isInStep(finding: TextFinding, index: number): boolean {
  return finding.pointer.startsWith(`/steps/${index}/`);
}
