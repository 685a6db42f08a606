import type { Logger } from 'pino';
import type { AgentDirectory } from '../agents/agent-directory.ts';
import type { Approvals } from '../approvals/approvals.ts';
import type { Backtests } from '../backtest/backtests.ts';
import type { BudgetReport } from '../budgets/budget-report.ts';
import type { BundleRegistry } from '../bundles/bundle-registry.ts';
import type { Config } from '../config.ts';
import type { Drift } from '../drift/drift.ts';
import type { AccessDenials } from '../evaluation/access-denials.ts';
import type { DiffTrace } from '../evaluation/diff-trace.ts';
import type { Evaluate } from '../evaluation/evaluate.ts';
import type { InspectRequest } from '../evaluation/inspect-request.ts';
import type { Gone } from '../evaluation/known-secrets.ts';
import type { ReportOutcome } from '../evaluation/outcome.ts';
import type { ReevaluateTrace } from '../evaluation/reevaluate-trace.ts';
import type { Exports } from '../evidence/exports.ts';
import type { Holds } from '../holds/holds.ts';
import type { Idempotency } from '../idempotency/idempotency.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { LogBundle } from '../ingest/log-bundles.ts';
import type { PublicJwk } from '../keys/signing-keys.ts';
import type { Permits } from '../permits/permits.ts';
import type { Bundle } from '../policy/bundle.ts';
import type { Readiness } from '../readiness.ts';
import type { AuditQueries } from '../replay/audit-queries.ts';
import type { DiffGraphs, Graphs } from '../replay/graph/graphs.ts';
import type { Replay } from '../replay/replay.ts';
import type { Sinks } from '../sinks/sinks.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Caller } from '../tokens/caller.ts';
import type { Tokens } from '../tokens/tokens.ts';
import type { TrustDirectory } from '../trust/trust-directory.ts';

/** Everything the edges (HTTP, CLI, proxies) may ask of the gateway. They translate; they decide nothing. */
export type Gateway = {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The caller a bearer token stands for, or nobody. */
  authenticate(bearer: string): Caller | undefined;
  /** Notes a refused access as an event. Never throws and never waits: a flood of refusals is thinned out. */
  recordAccessDenied: AccessDenials['note'];
  /**
   * Decides a plan, in full form or shorthand, and answers once the evidence is durable.
   * Throws `PlanError` (not a plan), `TraceConflict`, and `AuditUnavailable` (no evidence, so no decision).
   */
  readonly evaluate: Evaluate;
  /** What the guard says of a text or of messages that are in no plan: JSON of an `InspectAnswer`. */
  inspect(request: InspectRequest, gone?: Gone): string | Promise<string>;
  /** Takes what became of a plan; `report` is the parsed body. */
  readonly reportOutcome: ReportOutcome;
  readonly agents: AgentDirectory;
  readonly tokens: Tokens;
  readonly trust: TrustDirectory;
  readonly approvals: Approvals;
  readonly budgets: BudgetReport;
  readonly permits: Permits;
  readonly bundles: BundleRegistry;
  readonly audit: AuditQueries;
  /** The newest checkpoint of the log: a signed note. */
  checkpoint(): Promise<string>;
  readonly replay: Replay;
  /** Takes over logs of other processes. */
  readonly ingest: Ingest;
  readonly graph: Graphs;
  readonly graphDiff: DiffGraphs;
  /** Decides the recorded plans of a trace again, from the log alone. */
  readonly reevaluate: ReevaluateTrace;
  readonly diff: DiffTrace;
  readonly evidence: Exports;
  readonly backtests: Backtests;
  readonly drift: Drift;
  /** What processes decide under whose logs a tenant (`*`: anyone) has. */
  logBundles(tenantId: string): Promise<LogBundle[]>;
  /** A bundle that was ever active, by version, or the active one by name. Rejects with `PolicyNotFound`. */
  bundleNamed(policy: string): Promise<Bundle>;
  /** What takes the events of the log elsewhere, and shows them to those who watch. */
  readonly sinks: Sinks;
  /** The public keys that evidence is signed with, and those that were before; newest first. */
  evidenceKeys(): PublicJwk[];
  readonly holds: Holds;
  readonly idempotency: Idempotency;
  readiness(): Readiness;
  /** True once the log met a failure that only a restart can mend. */
  isBroken(): boolean;
  /** Not ready from now on; what is in flight goes on. */
  drain(): void;
  /** In-flight work done, log synced, store closed. Call after the edges have closed. */
  close(): Promise<void>;
};
