import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backtest as backtestLogs } from '../../src/backtest/backtest.ts';
import type { BacktestFilter } from '../../src/backtest/backtest-filter.ts';
import { renderBacktest } from '../../src/backtest/render-backtest.ts';
import type { JsonObject } from '../../src/json/value.ts';
import type { Bundle } from '../../src/policy/bundle.ts';
import { compileBundleContent } from '../../src/policy/compile.ts';
import type { StartedGateway } from '../http/start-gateway.ts';
import { effects, naiveBacktest } from './naive-backtest.ts';
import { recordedLog } from './recorded-log.ts';

const backtest = (auditFile: string, candidate: Bundle, filter: BacktestFilter) =>
  backtestLogs([{ auditFile }], candidate, filter);

let gateway: StartedGateway;
let file: string;
let active: Bundle;

beforeAll(async () => {
  ({ gateway, file } = await recordedLog());
  active = gateway.gateway.bundles.active.bundle;
});
afterAll(() => gateway.stop());

type Rule = { id: string; action: string } & JsonObject;

/** The active bundle with other rules. */
function candidateOf(change: (rules: Rule[]) => Rule[], more: JsonObject = {}): Bundle {
  const rules = change(active.content['rules'] as Rule[]);
  const { bundle, problems } = compileBundleContent({ ...active.content, ...more, rules, tests: [] });
  if (bundle === undefined) throw new Error(JSON.stringify(problems));
  return bundle;
}

const without = (id: string) => candidateOf((rules) => rules.filter((rule) => rule.id !== id));
const blockAll: Rule = { id: 'stop.all', action: 'block', match: {}, reason: 'stopped' } as unknown as Rule;

describe('a backtest', () => {
  it('finds no flip under the bundle that decided', async () => {
    const report = await backtest(file, active, {});
    const naive = naiveBacktest(file, active);
    expect(report).toMatchObject({ loosened: 0, tightened: 0, other_reason: 0, flips: [] });
    expect(report.plans).toEqual({
      matched: naive.length,
      decided: naive.filter(({ missing }) => missing === undefined).length,
      not_reproducible: naive.filter(({ missing }) => missing !== undefined).length,
      flipped: 0,
    });
    expect(report.not_reproducible).toMatchObject([{ missing: 'plan_redacted', count: 2 }]);
  });

  it('counts what the slow way counts, whatever the candidate', async () => {
    const ids = (active.content['rules'] as Rule[]).map(({ id }) => id);
    const change = fc.record({
      dropped: fc.subarray(ids),
      blocked: fc.subarray(ids, { maxLength: 3 }),
      asked: fc.subarray(ids, { maxLength: 3 }),
      fallback: fc.constantFrom('allow', 'block', 'require_approval'),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ dropped, blocked, asked, fallback }) => {
        const candidate = candidateOf(
          (rules) =>
            rules
              .filter(({ id }) => !dropped.includes(id))
              .map(({ overrides: _overrides, approval: _approval, ...rule }) => ({
                ...rule,
                action: blocked.includes(rule.id)
                  ? 'block'
                  : asked.includes(rule.id)
                    ? 'require_approval'
                    : rule.action,
              })) as Rule[],
          { default: fallback },
        );
        const report = await backtest(file, candidate, {});
        const plans = naiveBacktest(file, candidate);
        const decided = plans.filter(({ missing }) => missing === undefined);
        expect(report.plans.matched).toBe(plans.length);
        expect({ loosened: report.loosened, tightened: report.tightened }).toEqual(effects(decided));
        for (const { before, after, count } of report.matrix)
          expect(count).toBe(decided.filter((plan) => plan.before === before && plan.after === after).length);
        expect(report.matrix.reduce((sum, { count }) => sum + count, 0)).toBe(decided.length);
        expect(report.other_reason).toBe(
          decided.filter(({ before, after, sameReason }) => before === after && !sameReason).length,
        );
        const flipped = decided.filter(({ before, after }) => before !== after);
        expect(
          report.flips.map(({ trace_id, before, after, tools }) => [
            trace_id,
            before.decision,
            after.decision,
            tools,
          ]),
        ).toEqual(flipped.map(({ event, before, after, tools }) => [event.trace_id, before, after, tools]));
        for (const { because } of report.flips) expect(because.length).toBeGreaterThan(0);
      }),
      { numRuns: 25 },
    );
  });

  it('names the rule that is new, gone, or another one', async () => {
    const added = await backtest(
      file,
      candidateOf((rules) => [...rules, blockAll]),
      {},
    );
    expect(added.causes).toContainEqual(
      expect.objectContaining({ cause: { kind: 'rule', rule: 'stop.all', change: 'new' }, loosened: 0 }),
    );
    const gone = await backtest(file, without('read.contracts'), {});
    expect(gone.flips.map(({ because }) => because)).toContainEqual([
      { kind: 'rule', rule: 'read.contracts', change: 'gone' },
    ]);
    const stricter = (rule: Rule) => (rule.id === 'payment.small' ? { ...rule, action: 'block' } : rule);
    const changed = await backtest(
      file,
      candidateOf((rules) => rules.map(stricter)),
      {},
    );
    expect(changed.flips.flatMap(({ because }) => because)).toContainEqual({
      kind: 'rule',
      rule: 'payment.small',
      change: 'changed',
    });
  });

  it('names the control where it goes by no rule', async () => {
    const capabilities = { ...(active.content['capabilities'] as JsonObject) };
    delete capabilities['cap_contract_review'];
    const report = await backtest(
      file,
      candidateOf((rules) => rules, { capabilities }),
      {},
    );
    expect(report.flips.map(({ because }) => because)).toContainEqual([
      { kind: 'control', control: 'capability', reason: 'capability_not_granted' },
    ]);
  });

  const cases: [BacktestFilter, (plan: ReturnType<typeof naiveBacktest>[number]) => boolean][] = [
    [{ agent_id: 'agent-ops-01' }, ({ event }) => event.agent_id === 'agent-ops-01'],
    [{ tool_name: 'make_payment' }, ({ tools }) => tools.includes('make_payment')],
    [{ decision: 'block' }, ({ before }) => before === 'block'],
    [{ tenant_id: 'globex' }, () => false],
    [{ policy_bundle: `sha256:${'0'.repeat(64)}` }, () => false],
    [{ from: '2999-01-01T00:00:00.000Z' }, () => false],
    [{ to: '2999-01-01T00:00:00.000Z', tenant_id: 'acme-corp' }, () => true],
  ];

  it.each(cases)('looks only at what fits %j', async (filter, fits) => {
    const report = await backtest(file, active, filter);
    const fitting = naiveBacktest(file, active).filter((plan) => fits(plan) && plan.missing === undefined);
    expect(report.plans.decided).toBe(fitting.length);
  });

  it('names rules that no plan met', async () => {
    const idle = { ...blockAll, id: 'idle', match: { tool_name: ['no_such_tool'] } } as unknown as Rule;
    const { rules_never_met } = await backtest(
      file,
      candidateOf((rules) => [...rules, idle]),
      {},
    );
    expect(rules_never_met).toContain('idle');
    expect(rules_never_met).not.toContain('read.contracts');
  });

  it('counts lines that cannot be read, and goes on', async () => {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const at = lines.findIndex((line) => line.includes('"event_type":"plan_received"'));
    const copies: Record<string, string> = {
      line_unreadable: String(lines[at]).replace('"payload":{', '"payload":{{'),
      schema_unknown: String(lines[at]).replace('"schema_version":"1.0"', '"schema_version":"0.9"'),
      facts_missing: String(lines[at]).replace('"facts":{', '"fakts":{'),
      facts_unreadable: String(lines[at]).replace(/"steps":\[.*\]\}\}/, '"steps":7}}'),
    };
    for (const [missing, line] of Object.entries(copies)) {
      const copy = join(gateway.directory, 'audit', `${missing}.jsonl`);
      writeFileSync(copy, `${lines.with(at, line).join('\n')}\n`);
      const report = await backtest(copy, active, {});
      expect(report.not_reproducible).toContainEqual(expect.objectContaining({ missing, count: 1 }));
      expect(report.plans.matched).toBe(naiveBacktest(file, active).length);
    }
  });

  it.each([
    ['JSON of something else', '{"a":1}\n{"event_type": "plan_received", "plan": {}}\n'],
    ['no JSON at all', `${'\u0001\u0002'.repeat(500)}\n\n`],
    ['one long line', `${'x'.repeat(10_000_000)}\n`],
  ])('counts every line of a file of %s', async (_, text) => {
    const foreign = join(gateway.directory, 'foreign.jsonl');
    writeFileSync(foreign, text);
    const { plans, not_reproducible } = await backtest(foreign, active, {});
    const count = text.split('\n').length - 1;
    expect(plans).toMatchObject({ matched: count, decided: 0 });
    expect(not_reproducible).toMatchObject([{ missing: 'line_unreadable', count }]);
  });

  it('has nothing to say of an empty log', async () => {
    const empty = join(gateway.directory, 'empty.jsonl');
    writeFileSync(empty, '');
    const report = await backtest(empty, active, {});
    expect(report.plans).toEqual({ matched: 0, decided: 0, not_reproducible: 0, flipped: 0 });
    expect(renderBacktest(report, 20)).toMatch(/^0 plans decided again under production sha256:/);
  });
});
