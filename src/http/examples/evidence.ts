import type { Example } from '../operation.ts';

export const EVIDENCE_EXAMPLES: Readonly<Record<string, Example>> = {
  agent: {
    summary: 'Everything that one agent did in a month',
    value: {
      filter: {
        agent_id: 'agent-finance-01',
        from: '2026-11-01T00:00:00Z',
        to: '2026-12-01T00:00:00Z',
      },
    },
  },
  sample: {
    summary: '25 of what was blocked, picked by a seed that an auditor names',
    value: { filter: { decision: 'block' }, sample: { size: 25, seed: 'audit-2026-q4' } },
  },
};
