import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createMetrics, type MetricSources } from '../../src/telemetry/metrics.ts';

function metricsWith(sources: Partial<MetricSources> = {}) {
  return createMetrics({
    isKnownTenant: (tenant) => tenant === 'acme-corp',
    audit: () => ({ state: 'busy', waiting: 7, bytes: 4096, next_sequence: 12, checkpoint_failures: 2 }),
    bundleAgeSeconds: () => 3.5,
    sinks: async () => [],
    ...sources,
  });
}

describe('metrics', () => {
  it('counts decisions by verdict, control and tenant', async () => {
    const metrics = metricsWith();
    metrics.countDecision('block', 'policy', 'acme-corp');
    metrics.countDecision('block', 'policy', 'acme-corp');
    metrics.countDecision('allow', 'none', 'acme-corp');
    const text = await metrics.text();
    expect(text).toContain(
      'aisecops_runtime_decision_total{decision="block",control="policy",tenant_id="acme-corp"} 2',
    );
    expect(text).toContain(
      'aisecops_runtime_decision_total{decision="allow",control="none",tenant_id="acme-corp"} 1',
    );
  });

  it('sums tenants nobody knows up as one, so that a caller cannot make series', async () => {
    const metrics = metricsWith();
    for (let index = 0; index < 500; index += 1)
      metrics.countDecision('block', 'identity', `made-up-${index}`);
    const lines = (await metrics.text())
      .split('\n')
      .filter((line) => line.startsWith('aisecops_runtime_decision'));
    expect(lines).toEqual([
      'aisecops_runtime_decision_total{decision="block",control="identity",tenant_id="other"} 500',
    ]);
  });

  it('counts rules that matched in doubt, and bounds the series of them', async () => {
    const metrics = metricsWith();
    for (let index = 0; index < 1500; index += 1) metrics.countDoubt(`rule-${index}`);
    metrics.countDoubt('rule-7');
    const text = await metrics.text();
    expect(text).toContain('aisecops_policy_doubts_total{rule="rule-7"} 2');
    expect(text).toContain('aisecops_policy_doubts_total{rule="other"} 500');
  });

  it('counts checkpoints that failed', async () => {
    expect(await metricsWith().text()).toContain('aisecops_audit_checkpoint_failures_total 2');
  });

  it('bounds the tenants that have series of their own', async () => {
    const metrics = metricsWith({ isKnownTenant: () => true });
    for (let index = 0; index < 1500; index += 1) metrics.countDecision('allow', 'none', `tenant-${index}`);
    const lines = (await metrics.text())
      .split('\n')
      .filter((line) => line.startsWith('aisecops_runtime_decision'));
    expect(lines.length).toBeLessThanOrEqual(1001);
    const sum = lines.reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
    expect(sum).toBe(1500);
  });

  it('does not lose counts over two scrapes', async () => {
    const metrics = metricsWith();
    const count = metrics.requestCounter('POST', '/evaluate');
    count(200);
    await metrics.text();
    count(200);
    count(400);
    const text = await metrics.text();
    expect(text).toContain('aisecops_http_requests_total{method="POST",route="/evaluate",status="200"} 2');
    expect(text).toContain('aisecops_http_requests_total{method="POST",route="/evaluate",status="400"} 1');
  });

  it('shows the audit log and the bundle as they are at the scrape', async () => {
    const text = await metricsWith().text();
    expect(text).toContain('aisecops_audit_waiting_events 7');
    expect(text).toContain('aisecops_audit_log_bytes 4096');
    expect(text).toContain('aisecops_audit_next_sequence 12');
    expect(text).toContain('aisecops_audit_state{state="busy"} 1');
    expect(text).toContain('aisecops_audit_state{state="open"} 0');
    expect(text).toContain('aisecops_policy_age_seconds 3.5');
  });

  it('sorts durations into buckets that show 15 ms', async () => {
    const metrics = metricsWith();
    metrics.observeEvaluate(0.012);
    expect(await metrics.text()).toContain('aisecops_evaluate_duration_seconds_bucket{le="0.015"} 1');
  });
});

describe('the process log', () => {
  it.each(['authorization', 'token', 'admin_token'])('does not write %s', (member) => {
    const lines: string[] = [];
    const logger = createLogger('info', { write: (line: string) => lines.push(line) });
    logger.info({ [member]: 's3cret', deep: { [member]: 's3cret', deeper: { [member]: 's3cret' } } }, 'x');
    expect(lines.join('')).not.toContain('s3cret');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', msg: 'x', [member]: '[redacted]' });
  });
});
