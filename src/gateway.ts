import { createPublicKey, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { AgentDirectory } from './agents/agent-directory.ts';
import { Approvals } from './approvals/approvals.ts';
import { checkpointPaths, readCheckpoint } from './audit/checkpoint-file.ts';
import type { AuditEvent, EventGroup } from './audit/event.ts';
import { EventIds } from './audit/event-id.ts';
import { LogReader } from './audit/log-reader.ts';
import { readSpan } from './audit/span-reader.ts';
import { Backtests } from './backtest/backtests.ts';
import { BudgetLedger } from './budgets/budget-ledger.ts';
import { type BudgetReport, createBudgetReport } from './budgets/budget-report.ts';
import { BundleArchive } from './bundles/bundle-archive.ts';
import { BundleRegistry } from './bundles/bundle-registry.ts';
import { type Config, sinkTargets } from './config.ts';
import type { Drift } from './drift/drift.ts';
import { openDrift } from './drift/open-drift.ts';
import { AccessDenials } from './evaluation/access-denials.ts';
import type { EvaluateAnswer } from './evaluation/answer.ts';
import { createBundleVersions } from './evaluation/bundle-versions.ts';
import { DecidedPlans } from './evaluation/decided-plans.ts';
import { createDiffTrace, type DiffTrace } from './evaluation/diff-trace.ts';
import { createEvaluate, type Evaluate } from './evaluation/evaluate.ts';
import type { DecisionOwner } from './evaluation/evaluation-parts.ts';
import { createReportOutcome, type ReportOutcome } from './evaluation/outcome.ts';
import { createReevaluateTrace, type ReevaluateTrace } from './evaluation/reevaluate-trace.ts';
import { SecretScreen } from './evaluation/secret-screen.ts';
import { createTestRunner } from './evaluation/test-runner.ts';
import { TraceClaims } from './evaluation/trace-claims.ts';
import { EvidenceMaker } from './evidence/evidence-maker.ts';
import { createExports, type Exports } from './evidence/exports.ts';
import { createGuard } from './guard/guard.ts';
import { secretNames } from './guard/secrets/secret-names.ts';
import { Idempotency } from './idempotency/idempotency.ts';
import type { JsonObject } from './json/value.ts';
import { openSigningKey, type PublicJwk } from './keys/signing-keys.ts';
import { Outcomes } from './permits/outcomes.ts';
import { Permits } from './permits/permits.ts';
import type { Bundle } from './policy/bundle.ts';
import { type Readiness, readinessOf } from './readiness.ts';
import { openRecorder } from './recorder/recorder.ts';
import { type AuditQueries, createAuditQueries } from './replay/audit-queries.ts';
import type { Span } from './replay/event-index.ts';
import { createGraphDiffs, createGraphs, type DiffGraphs, type Graphs } from './replay/graph/graphs.ts';
import { createReplay, type Replay } from './replay/replay.ts';
import { openSearch } from './search/search.ts';
import { Sinks } from './sinks/sinks.ts';
import type { SinkTarget } from './sinks/wire.ts';
import { createDecisionObserver } from './telemetry/decision-observer.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
import { Upkeep } from './telemetry/upkeep.ts';
import { noteVerifier } from './tlog/note-key.ts';
import type { Caller } from './tokens/caller.ts';
import { Tokens } from './tokens/tokens.ts';

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
  /** Takes what became of a plan; `report` is the parsed body. */
  readonly reportOutcome: ReportOutcome;
  readonly agents: AgentDirectory;
  readonly tokens: Tokens;
  readonly approvals: Approvals;
  readonly budgets: BudgetReport;
  readonly permits: Permits;
  readonly bundles: BundleRegistry;
  readonly audit: AuditQueries;
  /** The newest checkpoint of the log: a signed note. */
  checkpoint(): Promise<string>;
  readonly replay: Replay;
  readonly graph: Graphs;
  readonly graphDiff: DiffGraphs;
  /** Decides the recorded plans of a trace again, from the log alone. */
  readonly reevaluate: ReevaluateTrace;
  readonly diff: DiffTrace;
  readonly evidence: Exports;
  readonly backtests: Backtests;
  readonly drift: Drift;
  /** A bundle that was ever active, by version, or the active one by name. Rejects with `PolicyNotFound`. */
  bundleNamed(policy: string): Promise<Bundle>;
  /** What takes the events of the log elsewhere, and shows them to those who watch. */
  readonly sinks: Sinks;
  /** The public keys that evidence is signed with. */
  evidenceKeys(): PublicJwk[];
  readonly idempotency: Idempotency;
  readiness(): Readiness;
  /** True once the log met a failure that only a restart can mend. */
  isBroken(): boolean;
  /** Not ready from now on; what is in flight goes on. */
  drain(): void;
  /** In-flight work done, log synced, store closed. Call after the edges have closed. */
  close(): Promise<void>;
};

const clock = () => Date.now();

/**
 * Wires a gateway, top to bottom, the one place where parts meet. Resolves when it can decide. Rejects with a coded
 * error of the part that cannot work: the log, the store, the keys or the policies.
 */
export async function openGateway(config: Config, logger: Logger): Promise<Gateway> {
  const targets = sinkTargets(config.sinks);
  const evidence = await openEvidence(config, logger);
  const sinks = openSinks(config, logger, evidence, targets);
  const rules = await openRules(config, logger, evidence, sinks);
  const controls = await openControls(logger, evidence, rules);
  const { store, search, log, guard, screen, record, readEvents, newId } = evidence;
  const { agents, bundles, metrics, tokens } = rules;
  const { approvals, denials, idempotency, ledger, permits, upkeep } = controls;
  if (config.watch_policies) bundles.watch();
  await record({ context: {}, events: [{ event_type: 'gateway_started', payload: { origin: log.origin } }] });
  sinks.start();
  let draining = false;
  const plans = new DecidedPlans({ index: store, readEvents });
  const traces = new TraceClaims({ traceState: (id) => store.traceState(id) });
  const shared = { log, guard, ledger, permits, record, clock, newId };
  const { closeThreads, ...records } = openRecords(evidence, bundles);
  const { drift, count } = openDrift({
    ...{ auditFile: evidence.exporting.auditFile, logSize: log.size, clock, record, upkeep },
    ...{ active: () => bundles.active, approved: config.approved_bundle },
  });
  metrics.watchDrift(() => drift.found);
  return {
    ...{ config, logger, metrics, agents, tokens, approvals, permits, bundles, idempotency, sinks },
    authenticate: (bearer) => tokens.authenticate(bearer),
    recordAccessDenied: (denial) => denials.note(denial),
    evaluate: createEvaluate({
      ...{ ...shared, agents, approvals, traces, screen },
      policySet: () => bundles.active,
      recordTexts: config.record_texts,
      observe: createDecisionObserver<EvaluateAnswer, DecisionOwner>(metrics, logger, count),
    }),
    reportOutcome: createReportOutcome({
      ...shared,
      outcomes: new Outcomes({ store }),
      plans,
    }),
    budgets: createBudgetReport({ store, budgets: () => bundles.active.budgets, clock }),
    ...records,
    drift,
    readiness: () => readinessOf({ draining, audit: log.state, policies: bundles.status() }),
    isBroken: () => log.state === 'broken',
    drain: () => {
      draining = true;
    },
    close: async () => {
      draining = true;
      await upkeep.close();
      await bundles.close();
      await closeThreads();
      approvals.close();
      await sinks.close();
      if (log.state === 'open') await record({ context: {}, events: [{ event_type: 'gateway_stopped' }] });
      await search.close();
      await log.close();
    },
  };
}

/** What can be read back from the log, and taken out of it. */
function openRecords(evidence: Evidence, bundles: BundleRegistry) {
  const { store, search, record, readEvents, newId, exporting } = evidence;
  const { auditFile, signCheckpoint, evidenceKey, logKey } = exporting;
  const contentOf = async (version: string) =>
    (await bundles.get(version))?.content as JsonObject | undefined;
  const versions = createBundleVersions({ content: contentOf, active: () => bundles.active.bundle });
  const replay = createReplay({ index: store, search, readEvents });
  const { events } = replay;
  const keys = { log: logKey, evidence: [evidenceKey.publicJwk] };
  const { kid, privateKey } = evidenceKey;
  const maker = new EvidenceMaker({ auditFile, attester: { kid, privateKey }, keys });
  const backtests = new Backtests({ auditFile, newId: () => newId('bt'), clock });
  return {
    replay,
    checkpoint: () => readCheckpoint(checkpointPaths(auditFile).latest),
    audit: createAuditQueries({ index: store, search, readEvents }),
    graph: createGraphs({ events, childTraces: (id, limit) => store.childTraces(id, limit) }),
    graphDiff: createGraphDiffs({ events }),
    reevaluate: createReevaluateTrace({ events, bundles: versions }),
    diff: createDiffTrace({ events, bundles: versions }),
    evidence: createExports({
      ...{ index: store, signCheckpoint, record },
      make: (task) => maker.make(task),
    }),
    evidenceKeys: () => [evidenceKey.publicJwk],
    backtests,
    closeThreads: () => Promise.all([maker.close(), backtests.close()]),
    bundleNamed: (policy: string) => versions.named(policy),
  };
}

/** What happened, and the view of it. The view is brought up to date before anything is decided. */
async function openEvidence(config: Config, logger: Logger) {
  const file = resolve(config.audit_file);
  const storeFile = resolve(
    config.store_url?.slice('sqlite:'.length) ?? join(config.data_dir, 'aisecops.db'),
  );
  mkdirSync(dirname(storeFile), { recursive: true, mode: 0o750 });
  const keyFile = resolve(config.signing_key_file ?? join(config.data_dir, 'signing-keys.json'));
  const { privateKey: logKey } = await openSigningKey(keyFile, 'log');
  const { checkpoint_copy: copy, segment_bytes: segmentBytes } = config;
  const evidenceKey = await openSigningKey(keyFile, 'evidence');
  const { log, store, recovery, caughtUp, signCheckpoint, projected } = await openRecorder(
    {
      auditFile: file,
      storeFile,
      segmentBytes,
      logKey,
      ...(copy === undefined ? {} : { checkpointCopy: resolve(copy) }),
    },
    (error) => logger.error({ err: error }, 'a checkpoint of the audit log could not be written'),
  );
  logger.info(
    { origin: log.origin, events: log.nextSequence, caught_up: caughtUp, ...recovery },
    'audit log open',
  );
  const search = openSearch(
    { auditFile: file, storeFile },
    {
      newest: () => log.nextSequence - 1,
      projected,
      onFailure: (error) => logger.error({ err: error }, 'the search cannot follow the log'),
    },
  );
  const guard = createGuard();
  const screen = new SecretScreen(guard.secrets, secretNames(config.redact_fields));
  const record = (group: EventGroup) => log.append(screen.clean(group));
  const reader = new LogReader(file);
  const readEvents = (span: Span): Promise<AuditEvent[]> => readSpan(reader, span.offset, span.bytes);
  const ids = new EventIds();
  const newId = (prefix: string) => `${prefix}-${ids.next(clock())}`;
  const logKeyOfRecord = `${noteVerifier(log.origin, createPublicKey(logKey))}`;
  const exporting = { auditFile: file, signCheckpoint, evidenceKey, logKey: logKeyOfRecord };
  return { store, search, log, guard, screen, record, readEvents, newId, keyFile, exporting };
}

type Evidence = Awaited<ReturnType<typeof openEvidence>>;

function openSinks(
  config: Config,
  logger: Logger,
  { log, record, exporting }: Evidence,
  targets: SinkTarget[],
) {
  const directory = join(resolve(config.data_dir), 'sinks');
  const onFailure = (error: unknown) => logger.error({ err: error }, 'the sinks met a failure');
  return new Sinks({ auditFile: exporting.auditFile, log, record, directory, targets, onFailure });
}

/** Who may do what, under which rules. */
async function openRules(config: Config, logger: Logger, evidence: Evidence, sinks: Sinks) {
  const { store, log, guard, record, newId } = evidence;
  const agents = await AgentDirectory.open({ store, record });
  const newSecret = () => randomBytes(32).toString('base64url');
  const tokens = await Tokens.open({ store, record, clock, newId: () => newId('tok'), newSecret });
  if (config.admin_token !== undefined) await tokens.useConfigured(config.admin_token);
  const metrics: Metrics = createMetrics({
    isKnownTenant: (tenantId) => agents.hasTenant(tenantId),
    audit: () => ({
      state: log.state,
      waiting: log.waiting,
      bytes: log.size,
      next_sequence: log.nextSequence,
    }),
    sinks: () => sinks.figures(),
    bundleAgeSeconds: () => (clock() - Date.parse(bundles.status().active.activated_at)) / 1000,
  });
  const bundles: BundleRegistry = await BundleRegistry.open({
    directory: resolve(config.policy_dir),
    archive: new BundleArchive(join(dirname(resolve(config.audit_file)), 'policies')),
    clock,
    record,
    runTest: createTestRunner(guard),
    onActivate: (set) => agents.useFile(set.agents),
    onReload: (result, error) => {
      metrics.countReload(result);
      if (error === undefined) logger.info({ version: bundles.active.bundle.version }, 'policies reloaded');
      else logger.error({ err: error }, 'policies cannot be reloaded; the last good ones stay');
    },
  });
  return { agents, bundles, metrics, tokens };
}
type Rules = Awaited<ReturnType<typeof openRules>>;

/** What a decision takes and brings about. */
async function openControls(logger: Logger, evidence: Evidence, { agents }: Rules) {
  const { store, log, record, newId, keyFile } = evidence;
  const ledger = new BudgetLedger({ store });
  const approvals = new Approvals({ store, record, clock, startTimer });
  const key = await openSigningKey(keyFile, 'permits');
  const permits = new Permits({
    ...{ store, key, issuer: log.origin, clock, newId },
    isAgentActive: (agent) => agents.isActive(agent),
  });
  const idempotency = new Idempotency({ store, clock });
  const denials = new AccessDenials({
    record,
    clock,
    onError: (error) => logger.warn({ err: error }, 'an access denial could not be recorded'),
  });
  const upkeep = new Upkeep((error) => logger.error({ err: error }, 'upkeep failed'));
  upkeep.every(1_000, () => approvals.expireDue(100));
  upkeep.every(60_000, () => idempotency.purge(10_000));
  return { approvals, denials, idempotency, ledger, permits, upkeep };
}

function startTimer(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
