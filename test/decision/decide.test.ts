import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { ApprovalFact, Facts } from '../../src/decision/facts.ts';
import { REASONS } from '../../src/decision/reasons.ts';
import { STAGE_NAMES } from '../../src/decision/stage.ts';
import { decisionEvents } from '../../src/evaluation/decision-events.ts';
import { canonicalHash, canonicalJson } from '../../src/json/canonical.ts';
import { bundleOf, decidePlan, type FactOverrides, factsFor, planOf } from './deciding.ts';

type Row = {
  name: string;
  plan: unknown;
  facts?: FactOverrides;
  approval?: Partial<ApprovalFact> | null;
  decision: string;
  reason: string;
  control: string;
  stages?: string[];
  steps?: string[];
  effects?: string[];
  events?: string[];
};

const table = (name: string) => readFileSync(join(import.meta.dirname, 'tables', name), 'utf8');
const bundle = bundleOf(table('bundle.policies.yaml'), table('bundle.capabilities.yaml'));
const rows = load(table('decisions.yaml')) as Row[];

/** The approval a plan was given earlier: opened by the same plan without `approval_id`. */
function approvalFor(row: Row, plan: ReturnType<typeof planOf>): Facts['approval'] {
  if (row.approval === undefined) return undefined;
  if (row.approval === null) return null;
  const opened = decidePlan(plan, factsFor(plan, bundle, row.facts ?? {}), bundle);
  const demand = opened.effects.find((effect) => effect.type === 'open_approval');
  return {
    approval_id: 'apr-1',
    status: 'approved',
    plan_hash: plan.plan_hash,
    tenant_id: 'acme-corp',
    rule_hashes: demand?.type === 'open_approval' ? demand.demand.rule_hashes : [],
    expires_at: '2026-11-02T10:00:00.000Z',
    ...row.approval,
  };
}

function decideRow(row: Row) {
  const plan = planOf(row.plan);
  const approval = approvalFor(row, plan);
  const facts = factsFor(plan, bundle, { ...row.facts, ...(approval === undefined ? {} : { approval }) });
  return { plan, facts, decision: decidePlan(plan, facts, bundle) };
}

describe('decision table', () => {
  it.each(rows)('$name', (row) => {
    const { plan, facts, decision } = decideRow(row);
    expect({ decision: decision.decision, reason: decision.reason, control: decision.control }).toEqual({
      decision: row.decision,
      reason: row.reason,
      control: row.control,
    });
    expect(decision.stages.map(({ stage }) => stage)).toEqual(STAGE_NAMES);
    if (row.stages !== undefined) expect(decision.stages.map((stage) => stage.decision)).toEqual(row.stages);
    if (row.steps !== undefined) expect(decision.steps.map((step) => step.decision)).toEqual(row.steps);
    if (row.effects !== undefined) expect(decision.effects.map((effect) => effect.type)).toEqual(row.effects);
    if (row.events !== undefined) {
      const group = decisionEvents({
        normalized: plan,
        facts,
        decision,
        durations: [],
        reservations: [],
        consequences: [],
      });
      expect(group.events.map((event) => event.event_type)).toEqual(row.events);
    }
  });

  it('hands the log payloads as canonical texts, and to views nothing that is not in them', () => {
    const events = rows.flatMap((row) => {
      const { plan, facts, decision } = decideRow(row);
      const parts = { normalized: plan, facts, decision, durations: [1], reservations: [], consequences: [] };
      return decisionEvents(parts).events.map((event) => ({ ...event, name: row.name }));
    });
    const handed = events.filter(({ payload_text }) => payload_text !== undefined);
    expect(handed.length).toBeGreaterThan(2 * rows.length);
    for (const { name, payload_text = '', payload = {} } of handed) {
      const whole = JSON.parse(payload_text);
      expect(payload_text, name).toBe(canonicalJson(whole));
      expect(whole, name).toMatchObject(JSON.parse(JSON.stringify(payload)));
    }
  });

  it('records what may run and who is told where rules change arguments, and only there', () => {
    const decided = (steps: object[]) => {
      const { plan, facts, decision } = decideRow({
        ...{ name: '', decision: '', reason: '', control: '' },
        plan: {
          agent: { agent_id: 'agent-finance-01' },
          provenance: [{ source_type: 'user_prompt', trust_level: 'trusted' }],
          steps,
        },
      });
      const parts = { normalized: plan, facts, decision, durations: [], reservations: [], consequences: [] };
      const events = decisionEvents(parts).events.map(({ event_type, payload_text = '{}' }) => ({
        event_type,
        payload: JSON.parse(payload_text),
      }));
      const payloadOf = (type: string) => events.find(({ event_type }) => event_type === type)?.payload;
      return {
        step: decision.steps[0],
        policy: payloadOf('policy_evaluated'),
        made: payloadOf('decision_made'),
      };
    };
    const report = {
      tool_name: 'make_report',
      arguments: { pages: 20, wide: false },
      sensitivity_level: 'low',
    };
    const changed = decided([report]);
    const arguments_hash = canonicalHash({ format: 'pdf', pages: 10, wide: false });
    expect(changed.step).toMatchObject({ arguments_hash });
    expect(changed.policy).toMatchObject({ arguments_hash, obligations: changed.step?.obligations });
    expect(changed.made).toMatchObject({ notify: ['finance-log'] });
    const plain = decided([{ tool_name: 'read_contract' }]);
    for (const one of [plain.step, plain.policy]) expect(one).not.toHaveProperty('arguments_hash');
    expect(plain.made).not.toHaveProperty('notify');
  });

  it('explains every row in words: a sentence, a remedy, a score', () => {
    for (const row of rows) {
      const { explanation, decision } = decideRow(row).decision;
      expect(explanation.summary, row.name).toMatch(/\.$/);
      expect(explanation.remedy, row.name).toMatch(/\.$/);
      expect(explanation.risk_score).toBeGreaterThanOrEqual(0);
      expect(explanation.risk_score).toBeLessThanOrEqual(100);
      if (decision !== 'allow') expect(explanation.references.length, row.name).toBeGreaterThan(0);
    }
  });

  it('has a row for every registered reason that can decide a plan', () => {
    const seen = new Set(
      rows.flatMap((row) => {
        const { decision } = decideRow(row);
        return [
          decision.reason,
          ...decision.stages.map((stage) => stage.reason),
          ...decision.steps.map((step) => step.reason),
        ];
      }),
    );
    // Covered elsewhere: rules of other bundles, and a stage that throws (decide.property.test.ts).
    const elsewhere = new Set(['default_allow', 'default_require_approval', 'internal_error']);
    const missing = Object.keys(REASONS).filter((reason) => !seen.has(reason) && !elsewhere.has(reason));
    expect(missing).toEqual([]);
  });
});
