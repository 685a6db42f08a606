import type { Example } from '../operation.ts';

export const REEVALUATE_EXAMPLES: Readonly<Record<string, Example>> = {
  as_decided: { summary: 'Under the bundle it was decided under', value: {} },
  under_the_active: { summary: 'Under the bundle that is active now', value: { policy: 'production' } },
};

export const TRACE_DIFF = {
  before: { trace_id: 'run-123' },
  after: { trace_id: 'run-124' },
  identical: false,
  effect: 'loosened',
  changes: [
    {
      plan: 'plan-8f42',
      kind: 'decision',
      pointer: '/plans/plan-8f42/decision',
      before: 'block',
      after: 'allow',
      effect: 'loosened',
      because: [
        {
          kind: 'rule',
          rule: 'external_email_recipients.untrusted',
          pointer: '/plans/plan-8f42/stages/policy/matched_rules/external_email_recipients.untrusted',
          before: { effect: 'block', reason: 'recipient_not_allowlisted' },
        },
        {
          kind: 'input',
          pointer: '/plans/plan-8f42/steps/s1/input/arguments/to',
          before: 'x@evil.example',
          after: 'lee@acme.example',
        },
      ],
    },
  ],
  patch: [{ op: 'replace', path: '/plans/plan-8f42/decision', value: 'allow' }],
  document: { plans: { 'plan-8f42': { decision: 'block', control: 'policy' } } },
  not_reproducible: [],
  contradictions: [],
  truncated: false,
};

/** A blocked mail, drawn; what lies between the first and the last stage is left out. */
export const TRACE_GRAPH = {
  trace_id: 'run-123',
  scope: 'trace',
  traces: ['run-123'],
  truncated: false,
  nodes: [
    { id: 'plan:plan-8f42', type: 'plan', label: 'plan-8f42', status: 'block', sequence: 5 },
    {
      id: 'identity:acme-corp/agent-finance-01',
      type: 'identity',
      label: 'agent-finance-01',
      status: 'allow',
      sequence: 5,
    },
    {
      id: 'source:skill/untrusted_openclaw_skill',
      type: 'source',
      label: 'skill untrusted_openclaw_skill',
      status: 'unverified',
      sequence: 5,
    },
    { id: 'step:plan-8f42/s1', type: 'step', label: 'send_email', status: 'block', sequence: 5 },
    { id: 'stage:plan-8f42/policy', type: 'stage', label: 'policy', status: 'block', sequence: 9 },
    {
      id: 'outcome:plan-8f42',
      type: 'outcome',
      label: 'block: recipient_not_allowlisted',
      status: 'block',
      sequence: 12,
    },
  ],
  edges: [
    { from: 'identity:acme-corp/agent-finance-01', to: 'plan:plan-8f42', type: 'submits' },
    { from: 'source:skill/untrusted_openclaw_skill', to: 'plan:plan-8f42', type: 'instructs' },
    { from: 'plan:plan-8f42', to: 'step:plan-8f42/s1', type: 'contains' },
    { from: 'step:plan-8f42/s1', to: 'stage:plan-8f42/policy', type: 'checks' },
    { from: 'stage:plan-8f42/policy', to: 'outcome:plan-8f42', type: 'decides' },
  ],
};

export const REEVALUATION = {
  trace_id: 'run-123',
  identical: true,
  plans: [
    {
      execution_plan_id: 'plan-8f42',
      mode: 'enforce',
      result: 'identical',
      bundle: {
        name: 'production',
        version: 'sha256:adfd18f029a7a7530497686e1b5ad6ae1aa1ad355b62971d8cf93f91857022ff',
      },
      recorded: { decision: 'block', reason: 'recipient_not_allowlisted', control: 'policy' },
      reevaluated: { decision: 'block', reason: 'recipient_not_allowlisted', control: 'policy' },
      differences: [],
    },
  ],
};
