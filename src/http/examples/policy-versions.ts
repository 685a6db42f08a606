import type { Example } from '../operation.ts';

export const EXAMPLE_VERSION = 'sha256:adfd18f029a7a7530497686e1b5ad6ae1aa1ad355b62971d8cf93f91857022ff';

const RULES = `bundle: production
default: block
rules:
  - id: read.contracts
    match: { tool_name: read_contract }
    action: allow
tests:
  - name: contracts may be read
    plan: { agent_name: finance_agent, tool_name: read_contract, arguments: { contract_id: C-7 } }
    expect: allow
`;

export const PUBLISH_EXAMPLES: Readonly<Record<string, Example>> = {
  rules: {
    summary: 'New rules; capabilities, agents, budgets and trust stay as they are',
    value: { files: { 'policies.yaml': RULES }, note: 'Only contracts, for the audit.' },
    status: 201,
  },
  failing_test: {
    summary: 'A test of its own fails: refused, with line and column',
    value: { files: { 'policies.yaml': RULES.replace('expect: allow', 'expect: block') } },
    status: 422,
  },
};

export const ACTIVATE_EXAMPLES: Readonly<Record<string, Example>> = {
  now: { summary: 'From now on', value: { note: 'Reviewed on Monday.' } },
  past: { summary: 'At a time that is over: refused', value: { at: '2020-01-01T00:00:00Z' }, status: 400 },
};

export const ROLLBACK_EXAMPLES: Readonly<Record<string, Example>> = {
  before: { summary: 'To the version before', value: { note: 'Too strict for the agents of finance.' } },
};

export const CONFIRM_EXAMPLES: Readonly<Record<string, Example>> = {
  scheduled: {
    summary: 'One that only waits for its time: refused',
    value: { note: 'Looks good.' },
    status: 409,
  },
};

export const CANCEL_EXAMPLES: Readonly<Record<string, Example>> = {
  later: { summary: 'With a note for the record', value: { note: 'After the freeze.' } },
};

const VERSION = {
  name: 'production',
  version: EXAMPLE_VERSION,
  files_hash: 'sha256:6d1c3b0c3f0a4a1d7be7a1d7f0cf0a0a4b7c1c2d3e4f5061728394a5b6c7d8e9',
  rule_count: 19,
  capability_count: 9,
};

export const CHANGES = {
  from: EXAMPLE_VERSION,
  to: 'sha256:0f4c8a6f0c6f1f2f3f4f5f6f7f8f9fafbfcfdfeff0f1f2f3f4f5f6f7f8f9fafb',
  counts: { added: 0, removed: 18, changed: 1 },
  added: [],
  removed: [{ id: 'email.external', from: 'sha256:9b0d…' }],
  changed: [{ id: 'read.contracts', from: 'sha256:e77a…', to: 'sha256:5c1e…' }],
  members: ['tests'],
  files: ['policies.yaml'],
  decisions: {
    effect: 'tightened',
    loosened: 0,
    tightened: 1,
    witnesses: [
      {
        tool_name: 'make_payment',
        effect: 'tightened',
        before: { decision: 'allow', reason: 'allowed', rules: ['payment.small'] },
        after: { decision: 'block', reason: 'default_block', rules: [] },
        plan: {
          agent: { agent_id: 'some-agent', tenant_id: 'some-tenant', runtime_mode: 'gateway' },
          provenance: [{ source_type: 'user_prompt', trust_level: 'trusted' }],
          steps: [
            {
              step_id: 's1',
              tool_name: 'make_payment',
              arguments: { payee: 'x', amount: 1, currency: 'USD' },
            },
          ],
        },
        given: {
          agent: { agent_id: 'some-agent', tenant_id: 'some-tenant', capabilities: ['cap_payments'] },
          trust_level: 'trusted',
          findings: [],
        },
      },
    ],
    combinations: 1412,
    exhaustive: false,
    ended_by: 'combinations',
  },
};

export const PUBLICATION = {
  ...VERSION,
  published_at: '2026-11-30T09:02:11.003Z',
  published_by: 'lee@acme.example',
  note: 'Only contracts, for the audit.',
  changes: CHANGES,
};

export const ACTIVATION = {
  activation_id: 'act-01a21081-1593-7572-b516-6b12d7d56f2d',
  status: 'activated',
  version: VERSION,
  source: 'api',
  requested_by: { name: 'lee@acme.example', token_id: 'tok-01a21081-15ba-7ae9-a012-4f8e3a327b91' },
  requested_at: '2026-11-30T09:05:40.118Z',
  note: 'Reviewed on Monday.',
  required: 1,
  confirmed_by: [],
  expires_at: '2026-12-01T09:05:40.118Z',
  closed: { at: '2026-11-30T09:05:40.131Z' },
};

export const ACTIVATION_ANSWER = { ...ACTIVATION, changes: CHANGES };

export const VERSION_LIST = {
  policies: [
    {
      ...VERSION,
      active: true,
      activated_at: '2026-11-25T02:20:24.380Z',
      activated_by: 'policy directory',
      source: 'directory',
      waiting: [],
    },
  ],
  warnings: [],
  directory: { files_hash: VERSION.files_hash, is_active: true },
};
