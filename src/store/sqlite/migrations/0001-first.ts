/**
 * Tables of the first release.
 *
 * `spans` and `traces` are keyed by sequence, so new rows go to the end of their trees, and both are in the order
 * of time: lists need no index of their own. Every other index is paid for by each decision. So the first span of a
 * trace is found through its row in `traces`, which has the same key, and only spans that continue a trace
 * (`continues`) are in an index by trace; and a plan is found by its id only through the spans that decide it.
 */
export const FIRST_MIGRATION = `
CREATE TABLE applied (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sequence INTEGER NOT NULL,
  hash TEXT NOT NULL,
  offset INTEGER NOT NULL
) STRICT;

CREATE TABLE spans (
  first_sequence INTEGER PRIMARY KEY,
  last_sequence INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  timestamp TEXT NOT NULL,
  trace_id TEXT,
  tenant_id TEXT,
  agent_id TEXT,
  continues INTEGER NOT NULL,
  decided_plan_id TEXT
) STRICT;
CREATE INDEX spans_by_trace ON spans (trace_id) WHERE continues = 1;
CREATE INDEX spans_by_plan ON spans (decided_plan_id) WHERE decided_plan_id IS NOT NULL;

CREATE TABLE traces (
  first_sequence INTEGER PRIMARY KEY,
  trace_id TEXT NOT NULL UNIQUE,
  tenant_id TEXT,
  agent_id TEXT,
  started_at TEXT NOT NULL,
  ended_at TEXT NOT NULL,
  head_sequence INTEGER NOT NULL,
  head_hash TEXT NOT NULL,
  final_decision TEXT,
  reason TEXT,
  control TEXT,
  lowest_trust TEXT,
  tools TEXT NOT NULL,
  decisions TEXT NOT NULL,
  agent_ids TEXT NOT NULL,
  execution_plan_ids TEXT NOT NULL,
  correlation_id TEXT,
  session_id TEXT
) STRICT;
CREATE INDEX traces_by_correlation ON traces (correlation_id) WHERE correlation_id IS NOT NULL;

CREATE TABLE counters (
  key TEXT PRIMARY KEY,
  budget_id TEXT NOT NULL,
  metric TEXT NOT NULL,
  used INTEGER NOT NULL DEFAULT 0,
  reserved INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE reservations (
  tenant_id TEXT NOT NULL,
  execution_plan_id TEXT NOT NULL,
  key TEXT NOT NULL,
  budget_id TEXT NOT NULL,
  metric TEXT NOT NULL,
  amount INTEGER NOT NULL,
  reserved_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, execution_plan_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE agents (
  tenant_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  origin TEXT NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (tenant_id, agent_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE approvals (
  approval_id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  status TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  request TEXT NOT NULL,
  granted_by TEXT NOT NULL,
  closed_by TEXT,
  consumed_by TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX approvals_by_time ON approvals (created_at, approval_id);
CREATE INDEX approvals_by_status ON approvals (status, created_at, approval_id);
CREATE INDEX approvals_by_expiry ON approvals (expires_at) WHERE status IN ('pending', 'approved');

CREATE TABLE permits (
  permit_id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  execution_plan_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  plan_hash TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  issued_sequence INTEGER NOT NULL,
  consumed_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX permits_by_plan ON permits (tenant_id, execution_plan_id);

CREATE TABLE outcomes (
  tenant_id TEXT NOT NULL,
  execution_plan_id TEXT NOT NULL,
  status TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, execution_plan_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
  token_id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  name TEXT NOT NULL,
  roles TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  agent_id TEXT,
  created_at TEXT NOT NULL,
  created_by TEXT,
  is_bootstrap INTEGER NOT NULL,
  revoked_at TEXT
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX tokens_by_hash ON tokens (hash) WHERE revoked_at IS NULL;

CREATE TABLE answers (
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  status INTEGER NOT NULL,
  body BLOB NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_by_time ON answers (created_at);
`;
