import type { RouteName } from '../access.ts';
import { ACCESS_DENIED, ACTIONS_FOUND, AUTHZEN_METADATA, SUBJECTS_FOUND } from './authzen.ts';
import { BACKTEST_CANCELLED, BACKTEST_DONE, BACKTEST_STARTED, FLIP_PAGE } from './backtests.ts';
import { BLOCKED, EXPLAINED, JWKS, OUTCOME, PERMIT_VERDICT } from './decision-answers.ts';
import {
  AGENT,
  BUDGET_LIST,
  CREATED_KEY,
  CREATED_TOKEN,
  DRIFT,
  KEY,
  READINESS,
  TOKEN,
} from './governance-answers.ts';
import { INSPECTION } from './guard.ts';
import { HOLD, RELEASED_HOLD } from './holds.ts';
import { INGESTED, ORIGIN } from './ingest.ts';
import { ACTIVATION, ACTIVATION_ANSWER, CHANGES, PUBLICATION, VERSION_LIST } from './policy-versions.ts';
import {
  APPROVED,
  AUDIT_PAGE,
  PENDING_APPROVAL,
  TRACE_EVIDENCE,
  TRACE_PAGE,
  TRACE_REPLAY,
} from './record-answers.ts';
import { REEVALUATION, TRACE_DIFF, TRACE_GRAPH } from './replay.ts';
import { SINK_FAILURES } from './sinks.ts';
import { SOURCE } from './trust.ts';

const [BUNDLE] = VERSION_LIST.policies;
const CLOSED_BY = { name: 'ada@acme.example', at: '2026-11-25T02:20:24.859Z', note: 'No order for this.' };
const CHECKPOINT =
  'aisecops-interceptor/cf2f978f-fc6a-4517-95b5-e7b1e86aaf58\n28\nodBwS6tfE1l9nf57P+3N6IStCqhCGfjnE3NJ5Czvfjw=\n\n— aisecops-interceptor/cf2f978f-fc6a-4517-95b5-e7b1e86aaf58 QLiXcddtVATscTPXP/VIo0TNTrHDwMhZkXcRsD1UpqNRka9U3w3j45eVmmcJ4AH/TyTEn//kJYWy/JgdThUG8VfrDgY=\n';
const STREAM = `retry: 2000\nid: 4710\n\nid: 4711\ndata: ${JSON.stringify(AUDIT_PAGE.events[0])}\n\n`;
const CAPABILITY = {
  capability: 'cap_incident_response',
  description: 'Create incident records',
  risk: 'medium',
  tools: [{ name: 'create_incident' }],
};

/** What each route answers when all is well: real answers, shortened. A test holds them to the schemas. */
export const ANSWER_EXAMPLES: Readonly<Partial<Record<RouteName, unknown>>> = {
  'GET /audit/origins': { origins: [ORIGIN] },
  'POST /audit/origins': ORIGIN,
  'POST /audit/ingest': INGESTED,
  'POST /evaluate': BLOCKED,
  'POST /evaluate/batch': { results: [BLOCKED] },
  'POST /explain': EXPLAINED,
  'POST /executions/:execution_plan_id/outcome': OUTCOME,
  'POST /permits/verify': PERMIT_VERDICT,
  'POST /guard/inspect': INSPECTION,
  'GET /.well-known/jwks.json': JWKS,
  'GET /.well-known/evidence-jwks.json': JWKS,
  'POST /access/v1/evaluation': ACCESS_DENIED,
  'POST /access/v1/evaluations': { evaluations: [ACCESS_DENIED] },
  'POST /access/v1/search/subject': SUBJECTS_FOUND,
  'POST /access/v1/search/action': ACTIONS_FOUND,
  'GET /.well-known/authzen-configuration': AUTHZEN_METADATA,
  'GET /replay/:trace_id/evidence': 'PK…',
  'POST /evidence': 'PK…',
  'GET /approvals': { approvals: [PENDING_APPROVAL] },
  'GET /approvals/:approval_id': PENDING_APPROVAL,
  'POST /approvals/:approval_id/approve': APPROVED,
  'POST /approvals/:approval_id/reject': { ...PENDING_APPROVAL, status: 'rejected', closed_by: CLOSED_BY },
  'POST /approvals/:approval_id/cancel': { ...PENDING_APPROVAL, status: 'cancelled', closed_by: CLOSED_BY },
  'GET /audit': AUDIT_PAGE,
  'GET /audit/checkpoint': CHECKPOINT,
  'GET /audit/stream': STREAM,
  'GET /audit/failures': SINK_FAILURES,
  'POST /audit/failures/:sink/retry': { sink: 'security', letters: 1 },
  'GET /audit/holds': { holds: [HOLD] },
  'POST /audit/holds': HOLD,
  'POST /audit/holds/:hold_id/release': RELEASED_HOLD,
  'GET /replay': TRACE_PAGE,
  'GET /replay/:trace_id': TRACE_REPLAY,
  'GET /replay/:trace_id/summary': TRACE_EVIDENCE,
  'GET /replay/:trace_id/graph': TRACE_GRAPH,
  'GET /replay/:trace_id/diff': TRACE_DIFF,
  'POST /replay/:trace_id/reevaluate': REEVALUATION,
  'POST /replay/backtest': BACKTEST_STARTED,
  'GET /backtests': { backtests: [BACKTEST_DONE] },
  'GET /backtests/:backtest_id': BACKTEST_DONE,
  'GET /backtests/:backtest_id/flips': FLIP_PAGE,
  'POST /backtests/:backtest_id/cancel': BACKTEST_CANCELLED,
  'GET /agents': { agents: [AGENT] },
  'POST /agents': { ...AGENT, agent_id: 'agent-travel-01', agent_name: 'travel_agent', origin: 'api' },
  'GET /agents/:agent_id': AGENT,
  'PATCH /agents/:agent_id': { ...AGENT, description: 'Plans trips; books nothing.', origin: 'api' },
  'POST /agents/:agent_id/suspend': { ...AGENT, status: 'suspended' },
  'POST /agents/:agent_id/resume': AGENT,
  'GET /agents/:agent_id/keys': { keys: [KEY] },
  'POST /agents/:agent_id/keys': CREATED_KEY,
  'GET /trust/sources': { sources: [SOURCE] },
  'POST /trust/sources': SOURCE,
  'GET /trust/sources/:source_id': SOURCE,
  'PATCH /trust/sources/:source_id': { ...SOURCE, trust_level: 'external' },
  'POST /trust/sources/:source_id/revoke': { ...SOURCE, status: 'revoked' },
  'POST /trust/sources/:source_id/restore': SOURCE,
  'POST /trust/sources/:source_id/keys': SOURCE,
  'POST /trust/sources/:source_id/keys/:key_id/revoke': SOURCE,
  'GET /tokens': { tokens: [TOKEN] },
  'POST /tokens': CREATED_TOKEN,
  'GET /drift': DRIFT,
  'GET /policies': VERSION_LIST,
  'GET /policies/:version': {
    ...{ ...BUNDLE, content: { bundle: 'production', default: 'block', rules: [] } },
    other_sets: [],
  },
  'GET /policies/:version/diff': CHANGES,
  'GET /policies/activations': { activations: [ACTIVATION] },
  'GET /policies/activations/:activation_id': ACTIVATION,
  'POST /policies': PUBLICATION,
  'POST /policies/:version/activate': ACTIVATION_ANSWER,
  'POST /policies/rollback': { ...ACTIVATION, source: 'rollback' },
  'POST /policies/activations/:activation_id/confirm': ACTIVATION_ANSWER,
  'POST /policies/activations/:activation_id/cancel': { ...ACTIVATION, status: 'cancelled' },
  'POST /policies/validate': { valid: true, version: BUNDLE?.version, warnings: [], changes: CHANGES },
  'GET /capabilities': {
    bundle: { name: BUNDLE?.name, version: BUNDLE?.version },
    capabilities: [CAPABILITY],
  },
  'GET /budgets': BUDGET_LIST,
  'GET /': { name: 'AISecOps Interceptor', version: '0.1.0', links: { documentation: '/docs' } },
  'GET /health': { status: 'ok', version: '0.1.0', checks: READINESS.checks },
  'GET /livez': { status: 'ok' },
  'GET /readyz': READINESS,
  'GET /metrics':
    'aisecops_runtime_decision_total{decision="block",control="policy",tenant_id="acme-corp"} 1\n',
};
