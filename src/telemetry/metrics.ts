import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type AuditFigures, registerAuditMetrics } from './audit-metrics.ts';
import { type ObserveClassifier, registerClassifierMetrics } from './classifier-metrics.ts';
import { type ObserveInspections, registerInspectionMetrics } from './inspection-metrics.ts';
import { registerSinkMetrics, type SinkFigure } from './sink-metrics.ts';
import { type Cell, createTally, type Tally } from './tally.ts';

/** What the metrics read at a scrape. Each is called then and only then. */
export type MetricSources = {
  /** True for a tenant that has agents; the series of all others are summed up as `other`. */
  isKnownTenant(tenantId: string): boolean;
  audit(): AuditFigures;
  /** Seconds since the active bundle was activated. */
  bundleAgeSeconds(): number;
  sinks(): Promise<SinkFigure[]>;
};

export type Metrics = {
  readonly contentType: string;
  /** All metrics in the Prometheus text format. */
  text(): Promise<string>;
  countDecision(decision: string, control: string, tenantId: string): void;
  observeEvaluate(seconds: number): void;
  countFinding(category: string, severity: string): void;
  /** A rule matched because a condition of it could not be evaluated. */
  countDoubt(ruleId: string): void;
  countReload(result: 'success' | 'failure'): void;
  /** Asks at each scrape what has drifted. */
  watchDrift(found: () => { bundle: number; decisions: number }): void;
  /** Asks at each scrape how many steps are remembered for rules, and how many of their questions have no answer. */
  watchHistory(figures: () => { steps: number; unanswered: number }): void;
  /** Measures the questions to a model from now on; `isOpen`: it is left alone. */
  watchClassifier(isOpen: () => boolean): ObserveClassifier;
  /** Measures the inspection of texts from now on; `waiting`: those that have not begun. */
  watchInspections(waiting: () => number): ObserveInspections;
  /** The counter of one route's answers by status; to be kept by the route. */
  requestCounter(method: string, route: string): (status: number) => void;
};

/** Tenants that get a series of their own; beyond that they are `other`, so a scrape stays small. */
const MAX_TENANTS = 1000;
/** The same for rules that matched in doubt. */
const MAX_RULES = 1000;
const OTHER = 'other';
const EVALUATE_BUCKETS_SECONDS = [
  0.0005, 0.001, 0.002, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
];

/** The metrics of one gateway, in a registry of their own. Counting costs well under a microsecond. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerAuditMetrics(registry, sources.audit);
  registerPolicyAge(registry, sources.bundleAgeSeconds);
  registerSinkMetrics(registry, sources.sinks);
  const evaluate = new Histogram({
    name: 'aisecops_evaluate_duration_seconds',
    help: 'Time from the parsed plan to its durable decision.',
    buckets: EVALUATE_BUCKETS_SECONDS,
    registers: [registry],
  });
  const findings = createTally(registry, {
    name: 'aisecops_guard_findings_total',
    help: 'Findings of the guard by category and severity.',
    labelNames: ['category', 'severity'],
  });
  const reloads = createTally(registry, {
    name: 'aisecops_policy_reload_total',
    help: 'Attempts to load the policy directory by result.',
    labelNames: ['result'],
  });
  const reloadCells = {
    success: reloads.cell({ result: 'success' }),
    failure: reloads.cell({ result: 'failure' }),
  };
  const requests = createTally(registry, {
    name: 'aisecops_http_requests_total',
    help: 'HTTP answers by method, route and status.',
    labelNames: ['method', 'route', 'status'],
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    countDecision: decisionCounter(registry, sources.isKnownTenant),
    observeEvaluate: (seconds) => evaluate.observe(seconds),
    countFinding: (category, severity) => findings.cell({ category, severity }).add(),
    countDoubt: doubtCounter(registry),
    countReload: (result) => reloadCells[result].add(),
    watchDrift: (found) => registerDriftGauge(registry, found),
    watchHistory: (figures) => registerHistoryGauges(registry, figures),
    watchClassifier: (isOpen) => registerClassifierMetrics(registry, isOpen),
    watchInspections: (waiting) => registerInspectionMetrics(registry, waiting),
    requestCounter: (method, route) => requestCounter(requests, method, route),
  };
}

function decisionCounter(
  registry: Registry,
  isKnownTenant: MetricSources['isKnownTenant'],
): Metrics['countDecision'] {
  const decisions = createTally(registry, {
    name: 'aisecops_runtime_decision_total',
    help: 'Decisions by verdict, deciding control and tenant.',
    labelNames: ['decision', 'control', 'tenant_id'],
  });
  const byTenant = new Map<string, Map<string, Cell>>();
  return (decision, control, tenantId) => {
    const tenant =
      byTenant.has(tenantId) || isNewTenant(byTenant.size, tenantId, isKnownTenant) ? tenantId : OTHER;
    let cells = byTenant.get(tenant);
    if (cells === undefined) {
      cells = new Map();
      byTenant.set(tenant, cells);
    }
    const key = `${decision} ${control}`;
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = decisions.cell({ decision, control, tenant_id: tenant });
      cells.set(key, cell);
    }
    cell.add();
  };
}

function doubtCounter(registry: Registry): Metrics['countDoubt'] {
  const doubts = createTally(registry, {
    name: 'aisecops_policy_doubts_total',
    help: 'Times a rule matched because a condition of it could not be evaluated, by rule.',
    labelNames: ['rule'],
  });
  const known = new Set<string>();
  return (ruleId) => {
    if (known.size < MAX_RULES) known.add(ruleId);
    doubts.cell({ rule: known.has(ruleId) ? ruleId : OTHER }).add();
  };
}

function isNewTenant(count: number, tenantId: string, isKnownTenant: (tenantId: string) => boolean): boolean {
  return count < MAX_TENANTS && isKnownTenant(tenantId);
}

function requestCounter(
  requests: Tally<'method' | 'route' | 'status'>,
  method: string,
  route: string,
): (status: number) => void {
  const byStatus = new Map<number, Cell>();
  return (status) => {
    let cell = byStatus.get(status);
    if (cell === undefined) {
      cell = requests.cell({ method, route, status: String(status) });
      byStatus.set(status, cell);
    }
    cell.add();
  };
}

function registerDriftGauge(registry: Registry, found: () => { bundle: number; decisions: number }): void {
  new Gauge({
    name: 'aisecops_drift',
    help: 'Things that have drifted now, by kind: the bundle, or decisions on a tool of an agent.',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      for (const [kind, count] of Object.entries(found())) this.set({ kind }, count);
    },
  });
}

function registerHistoryGauges(
  registry: Registry,
  figures: () => { steps: number; unanswered: number },
): void {
  new Gauge({
    name: 'aisecops_history_steps',
    help: 'Earlier steps that are remembered for rules that count them.',
    registers: [registry],
    collect() {
      this.set(figures().steps);
    },
  });
  new Gauge({
    name: 'aisecops_history_unanswered',
    help: 'Conditions on the past whose counts are not known now, so that their rules are in doubt.',
    registers: [registry],
    collect() {
      this.set(figures().unanswered);
    },
  });
}

function registerPolicyAge(registry: Registry, seconds: () => number): void {
  new Gauge({
    name: 'aisecops_policy_age_seconds',
    help: 'Seconds since the active bundle was activated.',
    registers: [registry],
    collect() {
      this.set(seconds());
    },
  });
}
