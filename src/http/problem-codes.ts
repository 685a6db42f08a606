/**
 * Every problem code an HTTP answer can carry: its status, its title, and what a reader of the answer is told when
 * the cause must stay inside. The one registry: docs/errors.md is checked against it both ways. Codes are stable.
 */
export const PROBLEMS = {
  // 400
  invalid_json: { status: 400, title: 'The body is not JSON that means one thing' },
  invalid_plan: { status: 400, title: 'The plan is not a plan' },
  invalid_request: { status: 400, title: 'The request does not fit the route' },
  origin_key_invalid: { status: 400, title: 'The key is not one of the log' },
  invalid_token_request: { status: 400, title: 'Such a token would make no sense' },
  invalid_schedule: { status: 400, title: 'The time of the activation makes no sense' },
  body_required: { status: 400, title: 'The route needs a JSON body' },
  events_ahead: { status: 400, title: 'The log has no such event yet' },
  invalid_cursor: { status: 400, title: 'The cursor is not one this list gave out' },
  // 401, 403
  unauthenticated: { status: 401, title: 'A valid bearer token is needed' },
  access_denied: { status: 403, title: 'The token may not do this' },
  not_an_approver: { status: 403, title: 'The caller may not decide on this approval' },
  outcome_forbidden: { status: 403, title: 'The token speaks for another agent' },
  same_person: { status: 403, title: 'It takes another person' },
  self_approval: { status: 403, title: 'Nobody decides on their own plan' },
  token_grant_forbidden: { status: 403, title: 'The token may not grant this' },
  // 404, 405
  route_not_found: { status: 404, title: 'No such route' },
  activation_not_found: { status: 404, title: 'No such activation' },
  agent_not_found: { status: 404, title: 'No such agent' },
  backtest_not_found: { status: 404, title: 'No such backtest' },
  approval_not_found: { status: 404, title: 'No such approval' },
  hold_not_found: { status: 404, title: 'No such hold' },
  origin_not_found: { status: 404, title: 'No such log is registered' },
  public_url_unknown: { status: 404, title: 'The gateway does not know where clients reach it' },
  plan_not_found: { status: 404, title: 'No such plan' },
  policy_not_found: { status: 404, title: 'No such bundle' },
  token_not_found: { status: 404, title: 'No such token' },
  sink_not_found: { status: 404, title: 'No such sink' },
  trust_key_not_found: { status: 404, title: 'The source has no such key' },
  trust_source_not_found: { status: 404, title: 'No such source' },
  trace_not_found: { status: 404, title: 'No such trace' },
  evidence_too_large: { status: 422, title: 'The trace is too large for one bundle' },
  method_not_allowed: { status: 405, title: 'The route does not know this method' },
  // 410
  events_gone: { status: 410, title: 'These events are no longer kept' },
  // 409
  activation_closed: { status: 409, title: 'The activation is over' },
  activation_not_waiting: { status: 409, title: 'The activation waits for nobody' },
  already_approved: { status: 409, title: 'This person has approved already' },
  backtest_not_done: { status: 409, title: 'The backtest has nothing to show' },
  approval_closed: { status: 409, title: 'The approval has been decided already' },
  approval_expired: { status: 409, title: 'The approval ran out' },
  agent_exists: { status: 409, title: 'The tenant has such an agent already' },
  agent_read_only: { status: 409, title: 'The agent is described in agents.yaml' },
  agent_state_conflict: { status: 409, title: 'The agent cannot change like this now' },
  hold_not_yours: { status: 403, title: 'The hold was placed by somebody above' },
  hold_released: { status: 409, title: 'The hold was released already' },
  ingest_conflict: { status: 409, title: 'The log is not the one that was handed over before' },
  origin_taken: { status: 409, title: 'The log is somebody else’s' },
  outcome_reported: { status: 409, title: 'The outcome has been reported already' },
  nothing_to_roll_back: { status: 409, title: 'No other version was active before' },
  version_ambiguous: { status: 409, title: 'Several sets of files have the version' },
  policy_unavailable: { status: 409, title: 'The files of the version cannot be used any more' },
  trust_source_conflict: { status: 409, title: 'The source cannot change like this now' },
  trust_source_exists: { status: 409, title: 'There is such a source already' },
  trust_source_read_only: { status: 409, title: 'The source is not changed here' },
  trace_conflict: { status: 409, title: 'The trace belongs to somebody else' },
  idempotency_conflict: { status: 409, title: 'The idempotency key was used with another body' },
  // 410
  events_purged: { status: 410, title: 'The events were purged' },
  // 408, 413, 415, 431
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  body_too_large: { status: 413, title: 'The body is larger than the route takes' },
  unsupported_media_type: { status: 415, title: 'The route does not read bodies of this type' },
  headers_too_large: { status: 431, title: 'The request headers are too large' },
  // 422, 429
  ingest_refused: { status: 422, title: 'The log does not hold' },
  invalid_bundle: { status: 422, title: 'The policy files cannot be loaded' },
  unsigned_bundle: { status: 422, title: 'The policy files are not signed' },
  wrong_signature: { status: 422, title: 'No configured key signed these policy files' },
  too_many_activations: { status: 429, title: 'Too many activations wait' },
  too_many_checks: { status: 429, title: 'Too many large sets of policies are being checked' },
  too_many_ingests: { status: 429, title: 'Too many logs are being handed over' },
  too_many_exports: { status: 429, title: 'Too many bundles of evidence are being made' },
  too_many_backtests: { status: 429, title: 'Too many backtests wait' },
  too_many_streams: { status: 429, title: 'Too many streams are open' },
  too_many_waiters: { status: 429, title: 'Too many requests wait for approvals' },
  // 500, 503
  internal_error: { status: 500, title: 'The gateway failed unexpectedly' },
  audit_unavailable: { status: 503, title: 'The decision cannot be recorded, so none was made' },
  inspection_unavailable: { status: 503, title: 'The texts cannot be inspected now, so nothing was decided' },
  audit_damaged: { status: 503, title: 'The audit log was changed or cut' },
  sinks_unavailable: { status: 503, title: 'The sinks do not answer' },
  store_unavailable: { status: 503, title: 'The store does not answer' },
  not_ready: { status: 503, title: 'The gateway cannot decide plans now' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** True for a code of the registry; never for a name that every object inherits. */
export function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === 'string' && Object.hasOwn(PROBLEMS, code);
}
