import type { Bundle, StepView } from '../../src/policy/bundle.ts';
import { compileBundle } from '../../src/policy/compile.ts';

/** A step that nothing is wrong with; what a test is about replaces the rest. */
export function stepView(overrides: Partial<StepView> = {}): StepView {
  return {
    step_id: 's1',
    tool_name: 'send_email',
    agent_id: 'agent-1',
    agent_name: 'mail_agent',
    sensitivity_level: 'low',
    arguments: {},
    instruction_trust: 'trusted',
    lowest_trust: 'trusted',
    source_types: ['user_prompt'],
    findings: [],
    taintOf: () => 'trusted',
    unknown_pointers: [],
    plan: () => ({ steps: [] }),
    now: '2026-11-02T09:14:07.215Z',
    ...overrides,
  };
}

/** A bundle of these rules, given as JSON; fails the test when they do not compile. */
export function bundleOf(rules: readonly object[], head: object = {}): Bundle {
  return compiled(JSON.stringify({ ...head, rules }));
}

/** The bundle of these texts; fails the test when they do not compile. */
export function compiled(policies: string, capabilities?: string): Bundle {
  const files = capabilities === undefined ? {} : { 'capabilities.yaml': capabilities };
  const { bundle, problems } = compileBundle({ 'policies.yaml': policies, ...files });
  if (bundle === undefined) throw new Error(JSON.stringify(problems));
  return bundle;
}
