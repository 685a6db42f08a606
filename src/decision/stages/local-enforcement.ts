import { severityRank } from '../../guard/finding.ts';
import type { TextFinding } from '../facts.ts';
import type { Stage, StageResult, StepResult } from '../stage.ts';

/**
 * What the guard saw in the texts of the plan: the prompt, what sources said, the strings in arguments.
 *
 * A `block` verdict blocks. A `flag` passes and leaves its findings as facts for rules. A finding in one step's
 * arguments concerns that step; one in the prompt or the plan's sources concerns all of them. Where a model was to be asked
 * and did not answer, a person is, if the configuration says so.
 */
export const localEnforcement: Stage = ({ plan, facts }) => {
  const { verdict, findings, partial } = facts.guard;
  const detail = {
    ...(facts.classifier !== undefined && { classifier: facts.classifier }),
    ...(findings.length > 0 && { findings, verdict }),
  };
  if (verdict !== 'block' && facts.classifier?.on_failure === 'require_approval') return unclassified(detail);
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

function unclassified(detail: StageResult['detail']): StageResult {
  return {
    decision: 'require_approval',
    reason: 'classifier_unavailable',
    detail,
    demand: {
      ttl_ms: CLASSIFIER_APPROVAL_TTL_MS,
      required: 1,
      approvers: [],
      rule_hashes: ['classifier:unavailable'],
    },
    effects: [],
  };
}

/** How long an approval stays open that is asked for in place of a model. */
const CLASSIFIER_APPROVAL_TTL_MS = 15 * 60_000;

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
