import type { Example } from '../operation.ts';

export const HOLD_EXAMPLES: Readonly<Record<string, Example>> = {
  agent: {
    summary: 'All that an agent did in a month',
    value: {
      tenant_id: 'acme-corp',
      agent_id: 'agent-finance-01',
      from: '2026-10-01T00:00:00Z',
      to: '2026-11-01T00:00:00Z',
      reason: 'Litigation 4711/26',
    },
  },
  trace: { summary: 'One trace', value: { trace_id: 'run-123', reason: 'Complaint of a customer' } },
  nothing: { summary: 'Nothing in particular: refused', value: { reason: 'Just in case' }, status: 400 },
};

export const RELEASE_EXAMPLES: Readonly<Record<string, Example>> = {
  settled: { summary: 'The matter is settled', value: { reason: 'Settled on 2026-12-01' } },
};

export const HOLD = {
  hold_id: 'hld-01a21081-1593-7572-b516-6b12d7d56f2d',
  status: 'active',
  scope: {
    tenant_id: 'acme-corp',
    agent_id: 'agent-finance-01',
    from: '2026-10-01T00:00:00.000Z',
    to: '2026-11-01T00:00:00.000Z',
  },
  reason: 'Litigation 4711/26',
  placed_by: 'lee@acme.example',
  placed_by_tenant: 'acme-corp',
  placed_at: '2026-11-25T02:20:24.859Z',
};

export const RELEASED_HOLD = {
  ...HOLD,
  status: 'released',
  released: { by: 'lee@acme.example', at: '2026-12-01T09:00:00.000Z', reason: 'Settled on 2026-12-01' },
};
