import type { Role } from '../tokens/caller.ts';

/** Who may call a route: anyone without a token, anyone on loopback, or callers with one of these roles. */
export type Access = 'public' | 'public_on_loopback' | readonly Role[];

const DECIDERS = ['runtime', 'agent'] as const;
const TESTERS = ['analyst', 'compliance', 'operator'] as const;
const READERS = ['analyst', 'compliance', 'operator', 'approver'] as const;

/**
 * Which roles may call which route. `admin` may call every one and is not repeated here.
 *
 * A server is not built when a route is missing here or an entry has no route, so nothing is open by oversight.
 * Roles say which routes a caller reaches; whose resources it sees there is a matter of its tenant.
 */
export const ACCESS = {
  'POST /evaluate': DECIDERS,
  'POST /evaluate/batch': DECIDERS,
  'POST /explain': [...DECIDERS, 'operator'],
  'POST /executions/:execution_plan_id/outcome': DECIDERS,
  'POST /permits/verify': [...DECIDERS, 'operator'],
  'POST /guard/inspect': [...DECIDERS, 'analyst', 'operator'],
  'GET /.well-known/jwks.json': 'public',
  'GET /.well-known/evidence-jwks.json': 'public',

  'POST /access/v1/evaluation': DECIDERS,
  'POST /access/v1/evaluations': DECIDERS,
  'POST /access/v1/search/subject': DECIDERS,
  'POST /access/v1/search/action': DECIDERS,
  'GET /.well-known/authzen-configuration': 'public',

  'GET /approvals': [...DECIDERS, ...READERS],
  'GET /approvals/:approval_id': [...DECIDERS, ...READERS],
  'POST /approvals/:approval_id/approve': ['approver'],
  'POST /approvals/:approval_id/reject': ['approver'],
  'POST /approvals/:approval_id/cancel': DECIDERS,

  'GET /audit': ['analyst', 'compliance'],
  'GET /audit/stream': ['analyst', 'compliance'],
  'GET /audit/checkpoint': [...DECIDERS, ...READERS],
  'GET /audit/failures': ['analyst', 'compliance', 'operator'],
  'POST /audit/failures/:sink/retry': ['operator'],
  'GET /audit/origins': ['runtime', 'analyst', 'compliance', 'operator'],
  'POST /audit/origins': ['operator'],
  'POST /audit/ingest': ['runtime', 'operator'],
  'GET /audit/holds': ['compliance'],
  'POST /audit/holds': ['compliance'],
  'POST /audit/holds/:hold_id/release': ['compliance'],
  'GET /replay': READERS,
  'GET /replay/:trace_id': READERS,
  'GET /replay/:trace_id/summary': READERS,
  'GET /replay/:trace_id/graph': READERS,
  'GET /replay/:trace_id/diff': READERS,
  'GET /replay/:trace_id/evidence': ['analyst', 'compliance'],
  'POST /evidence': ['analyst', 'compliance'],
  'POST /replay/:trace_id/reevaluate': READERS,
  'POST /replay/backtest': TESTERS,
  'GET /backtests': TESTERS,
  'GET /backtests/:backtest_id': TESTERS,
  'GET /backtests/:backtest_id/flips': TESTERS,
  'POST /backtests/:backtest_id/cancel': TESTERS,

  'GET /agents': READERS,
  'POST /agents': ['operator'],
  'GET /agents/:agent_id': READERS,
  'PATCH /agents/:agent_id': ['operator'],
  'POST /agents/:agent_id/suspend': ['operator'],
  'POST /agents/:agent_id/resume': ['operator'],
  'GET /agents/:agent_id/keys': ['operator'],
  'POST /agents/:agent_id/keys': [],

  'GET /trust/sources': READERS,
  'POST /trust/sources': ['operator'],
  'GET /trust/sources/:source_id': READERS,
  'PATCH /trust/sources/:source_id': ['operator'],
  'POST /trust/sources/:source_id/revoke': ['operator'],
  'POST /trust/sources/:source_id/restore': ['operator'],
  'POST /trust/sources/:source_id/keys': ['operator'],
  'POST /trust/sources/:source_id/keys/:key_id/revoke': ['operator'],

  'GET /tokens': [],
  'POST /tokens': [],
  'DELETE /tokens/:token_id': [],

  'GET /drift': READERS,
  'GET /policies': READERS,
  'GET /policies/:version': READERS,
  'GET /policies/:version/diff': READERS,
  'GET /policies/activations': READERS,
  'GET /policies/activations/:activation_id': READERS,
  'POST /policies': ['operator'],
  'POST /policies/validate': ['operator'],
  'POST /policies/:version/activate': ['operator'],
  'POST /policies/rollback': ['operator'],
  'POST /policies/activations/:activation_id/confirm': ['operator'],
  'POST /policies/activations/:activation_id/cancel': ['operator'],
  'GET /capabilities': READERS,
  'GET /budgets': READERS,

  'GET /': 'public',
  'GET /health': 'public',
  'GET /livez': 'public',
  'GET /readyz': 'public',
  'GET /openapi.json': 'public',
  'GET /metrics': 'public_on_loopback',
} as const satisfies Record<string, Access>;

export type RouteName = keyof typeof ACCESS;

/** True where a caller with these roles may call a route with this access. */
export function mayCall(access: Access, roles: readonly Role[]): boolean {
  if (access === 'public' || access === 'public_on_loopback' || roles.includes('admin')) return true;
  return roles.some((role) => access.includes(role));
}
