import type { Example } from '../operation.ts';

export const AGENT_EXAMPLES: Readonly<Record<string, Example>> = {
  new_agent: {
    summary: 'A new agent with one capability',
    value: {
      agent_id: 'agent-travel-01',
      agent_name: 'travel_agent',
      agent_type: 'assistant',
      tenant_id: 'acme-corp',
      capabilities: ['cap_notification_ops'],
    },
  },
};

export const AGENT_PATCH_EXAMPLES: Readonly<Record<string, Example>> = {
  describe: { summary: 'Change the description', value: { description: 'Plans trips; books nothing.' } },
};

export const KEY_EXAMPLES: Readonly<Record<string, Example>> = {
  key: { summary: 'A key for one deployment', value: { name: 'travel-agent-eu-west' } },
};

export const TOKEN_EXAMPLES: Readonly<Record<string, Example>> = {
  approver: {
    summary: 'A person who approves',
    value: { name: 'alice@acme.example', roles: ['approver', 'analyst'], tenant_id: 'acme-corp' },
  },
  runtime: {
    summary: 'An agent runtime of one tenant',
    value: { name: 'runtime-eu-west', roles: ['runtime'], tenant_id: 'acme-corp' },
  },
};

export const REVIEW_EXAMPLES: Readonly<Record<string, Example>> = {
  with_note: { summary: 'With a note for the record', value: { note: 'Checked with the account team.' } },
};

export const PERMIT_EXAMPLES: Readonly<Record<string, Example>> = {
  malformed: { summary: 'Something that is no permit: valid is false', value: { permit: 'not-a-permit' } },
};
