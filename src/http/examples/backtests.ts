import type { Example } from '../operation.ts';

const STRICTER = `bundle: production
rules:
  - { id: read.contracts, match: { tool_name: read_contract }, action: allow }
  - { id: mail.nobody, match: { tool_name: send_email }, action: block, reason: no_mail }
`;

export const BACKTEST_EXAMPLES: Readonly<Record<string, Example>> = {
  candidate_files: {
    summary: 'Files that are not active yet, over what one agent did',
    value: { bundle: { 'policies.yaml': STRICTER }, filter: { agent_id: 'agent-finance-01' } },
  },
  active: {
    summary: 'The active bundle, over all that was allowed',
    value: { policy: 'production', filter: { decision: 'allow' } },
  },
};

const JOB = {
  backtest_id: 'bt-01a21081-15ba-7ae9-a012-4f8e3a327b91',
  status: 'waiting',
  tenant_id: 'acme-corp',
  created_by: 'ada@acme.example',
  created_at: '2026-11-25T02:20:24.890Z',
  candidate: {
    name: 'production',
    version: 'sha256:adfd18f029a7a7530497686e1b5ad6ae1aa1ad355b62971d8cf93f91857022ff',
  },
  filter: { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' },
  progress: { plans: 0, flipped: 0, bytes: 0, of: 0 },
};

export const BACKTEST_STARTED = JOB;
export const BACKTEST_CANCELLED = { ...JOB, status: 'cancelled', ended_at: '2026-11-25T02:20:25.310Z' };

const CAUSE = { kind: 'rule', rule: 'mail.nobody', change: 'new' };

export const BACKTEST_DONE = {
  ...JOB,
  status: 'done',
  ended_at: '2026-11-25T02:20:25.310Z',
  progress: { plans: 1204, flipped: 3, bytes: 12644102, of: 12644102 },
  report: {
    plans: { matched: 1204, decided: 1203, not_reproducible: 1, flipped: 3 },
    loosened: 0,
    tightened: 3,
    other_reason: 11,
    matrix: [
      { before: 'allow', after: 'allow', count: 1190 },
      { before: 'block', after: 'block', count: 10 },
      { before: 'allow', after: 'block', count: 3 },
    ],
    causes: [{ cause: CAUSE, loosened: 0, tightened: 3, sample: ['run-123', 'run-131', 'run-140'] }],
    by_agent: [{ agent_id: 'agent-finance-01', plans: 1203, loosened: 0, tightened: 3 }],
    by_tool: [
      { tool_name: 'send_email', plans: 14, loosened: 0, tightened: 3 },
      { tool_name: 'read_contract', plans: 1189, loosened: 0, tightened: 0 },
    ],
    taken_over: [{ log: 'aisecops-local/5e0d', plans: 40, not_reproducible: 0, loosened: 0, tightened: 1 }],
    not_reproducible: [{ missing: 'plan_redacted', count: 1, sample: ['run-177'] }],
    rules_never_met: [],
  },
};

export const FLIP_PAGE = {
  flips: [
    {
      trace_id: 'run-123',
      execution_plan_id: 'plan-8f42',
      timestamp: '2026-11-25T02:20:24.794Z',
      tenant_id: 'acme-corp',
      agent_id: 'agent-finance-01',
      tools: ['send_email'],
      effect: 'tightened',
      before: { decision: 'allow', reason: 'allowed', control: 'none' },
      after: { decision: 'block', reason: 'no_mail', control: 'policy' },
      because: [CAUSE],
    },
  ],
};
