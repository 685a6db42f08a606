export const AGENT = {
  agent_id: 'agent-finance-01',
  agent_name: 'finance_agent',
  agent_type: 'assistant',
  tenant_id: 'acme-corp',
  status: 'active',
  capabilities: ['cap_contract_review', 'cap_notification_ops', 'cap_payments'],
  policy_bundle: 'production',
  budgets: ['q4-finance'],
  description: 'Reviews contracts, pays small invoices, writes to colleagues',
  origin: 'file',
};

export const TOKEN = {
  token_id: 'tok-01a21081-15ba-7ae9-a012-4f8e3a327b91',
  name: 'ada@acme.example',
  roles: ['approver', 'analyst'],
  tenant_id: 'acme-corp',
  created_by: 'admin',
  is_bootstrap: false,
  created_at: '2026-11-25T02:20:24.890Z',
};

export const CREATED_TOKEN = { ...TOKEN, token: 'aisecops_MmJmNGE3…' };

export const KEY = {
  token_id: 'tok-01a21081-15bf-707e-b903-f97e6f2d9016',
  name: 'finance-eu-west',
  roles: ['agent'],
  tenant_id: 'acme-corp',
  agent_id: 'agent-finance-01',
  created_by: 'admin',
  is_bootstrap: false,
  created_at: '2026-11-25T02:20:24.895Z',
};

export const CREATED_KEY = { ...KEY, token: 'aisecops_MmJmNGE3…' };

export const BUDGET_LIST = {
  budgets: [
    {
      budget_id: 'calls-per-minute',
      metric: 'tool_calls',
      limit: 120,
      window: 'minute',
      per: 'agent',
      on_exceed: 'block',
      window_ends_at: '2026-11-25T02:21:00.000Z',
      counters: [],
    },
    {
      budget_id: 'q4-finance',
      metric: 'usd',
      limit: 10,
      window: 'day',
      per: 'agent',
      on_exceed: 'block',
      window_ends_at: '2026-11-26T00:00:00.000Z',
      counters: [{ scope: 'acme-corp/agent-finance-01', used: 0.01, reserved: 0 }],
    },
  ],
};

export const READINESS = {
  ready: true,
  checks: [
    { name: 'audit_log', ok: true, detail: 'open' },
    { name: 'accepting', ok: true },
    { name: 'policies', ok: true },
  ],
};

export const DRIFT = {
  bundle: {
    active: {
      name: 'production',
      version: 'sha256:adfd18f029a7a7530497686e1b5ad6ae1aa1ad355b62971d8cf93f91857022ff',
    },
    approved: 'sha256:adfd18f029a7a7530497686e1b5ad6ae1aa1ad355b62971d8cf93f91857022ff',
    status: 'as_approved',
  },
  windows: {
    baseline: { from: '2026-11-17T03:00:00.000Z', to: '2026-11-24T03:00:00.000Z', plans: 18204 },
    current: { from: '2026-11-24T03:00:00.000Z', to: '2026-11-25T02:20:24.890Z', plans: 3110 },
    counted_since: '2026-11-17T02:20:24.890Z',
    is_complete: true,
  },
  decisions: [
    {
      tenant_id: 'acme-corp',
      agent_id: 'agent-finance-01',
      tool_name: 'send_email',
      baseline: { allow: 1180, block: 20 },
      current: { allow: 90, block: 70 },
      index: 1.26,
      status: 'drifted',
    },
  ],
  rules: [{ rule: 'external_email_recipients', baseline: 20, current: 70, index: 0.05, status: 'stable' }],
  rules_never_met: ['trial.links_in_email'],
  logs: [
    {
      log: 'aisecops-local/5e0d',
      tenant_id: 'acme-corp',
      status: 'not_active',
      version: 'sha256:4f0c…',
      decided_at: '2026-11-26T08:14:03.120Z',
    },
  ],
};
