import { describe, expect, it } from 'vitest';
import type { EventGroup } from '../../src/audit/event.ts';
import { type Counted, DecisionCounts, KEPT_MS } from '../../src/drift/decision-counts.ts';
import { Drift } from '../../src/drift/drift.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-26T12:00:00Z');
const LAST_WEEK = NOW - 72 * HOUR;
const TODAY = NOW - 2 * HOUR;

const content = { rules: [{ id: 'mail' }, { id: 'read' }, { id: 'idle' }] };
const ACTIVE = { bundle: { name: 'production', version: 'sha256:a', content } };

function started(approved?: string) {
  const counts = new DecisionCounts();
  const events: EventGroup[] = [];
  const drift = new Drift({
    ...{ counts, approved, active: () => ACTIVE, clock: () => NOW },
    record: async (group) => events.push(group),
  });
  return { counts, drift, events };
}

function add(counts: DecisionCounts, times: number, given: Partial<Counted>): void {
  const plan = { tenant_id: 't', agent_id: 'a', tools: ['send_email'], decision: 'allow', rules: ['mail'] };
  for (let count = 0; count < times; count += 1) counts.add({ atMs: TODAY, ...plan, ...given });
}

const told = (events: readonly EventGroup[]): Record<string, unknown>[] =>
  events.map(({ context, events: [event] }) => ({ ...context, ...event?.payload }));

describe('drift of decisions', () => {
  const read = { tools: ['read'] };
  const cases: [string, (counts: DecisionCounts) => void, string | undefined][] = [
    [
      'the same mix',
      (counts) => {
        for (const atMs of [LAST_WEEK, TODAY]) add(counts, 60, { atMs });
      },
      'stable',
    ],
    [
      'a mix that turned over',
      (counts) => {
        add(counts, 100, { atMs: LAST_WEEK });
        add(counts, 50, {});
        add(counts, 50, { decision: 'block' });
      },
      'drifted',
    ],
    [
      'a mix that moves',
      (counts) => {
        add(counts, 190, { atMs: LAST_WEEK });
        add(counts, 10, { atMs: LAST_WEEK, decision: 'block' });
        add(counts, 85, {});
        add(counts, 15, { decision: 'block' });
      },
      'shifting',
    ],
    [
      'too few to say',
      (counts) => {
        add(counts, 100, { atMs: LAST_WEEK });
        add(counts, 49, { decision: 'block' });
      },
      'too_few',
    ],
    [
      'a tool that an agent we know never used',
      (counts) => {
        add(counts, 100, { ...read, atMs: LAST_WEEK });
        add(counts, 1, {});
      },
      'new',
    ],
    ['a tool of an agent we do not know', (counts) => add(counts, 100, {}), 'too_few'],
    [
      'a tool that is used no more',
      (counts) => {
        add(counts, 50, { atMs: LAST_WEEK });
        add(counts, 50, { ...read, atMs: LAST_WEEK });
        add(counts, 50, read);
      },
      'vanished',
    ],
    ['what is too long ago', (counts) => add(counts, 100, { atMs: NOW - KEPT_MS - 4 * HOUR }), undefined],
  ];

  it.each(cases)('of %s', async (_, prepare, status) => {
    const { counts, drift, events } = started();
    prepare(counts);
    const found = drift.report('*').decisions.find(({ tool_name }) => tool_name === 'send_email');
    expect(found?.status).toBe(status);
    await drift.check();
    const isTold = status === 'drifted' || status === 'new' || status === 'vanished';
    expect(told(events).filter(({ tool_name }) => tool_name === 'send_email')).toHaveLength(isTold ? 1 : 0);
  });

  it('is told once while it lasts, and again when it comes back', async () => {
    const { counts, drift, events } = started();
    add(counts, 100, { atMs: LAST_WEEK });
    add(counts, 60, { decision: 'block' });
    await drift.check();
    await drift.check();
    expect(told(events)).toMatchObject([
      { tenant_id: 't', agent_id: 'a', kind: 'decisions', status: 'drifted', tool_name: 'send_email' },
    ]);
    expect(drift.found).toEqual({ bundle: 0, decisions: 1 });
    // So many that the sixty no longer count for much.
    add(counts, 10_000, {});
    await drift.check();
    expect(drift.found).toEqual({ bundle: 0, decisions: 0 });
    add(counts, 30_000, { decision: 'block' });
    await drift.check();
    expect(events).toHaveLength(2);
  });

  it('shows a tenant its own agents alone', () => {
    const { counts, drift } = started();
    for (const tenant_id of ['t', 'u']) add(counts, 5, { tenant_id });
    expect(drift.report('t').decisions.map(({ tenant_id }) => tenant_id)).toEqual(['t']);
    expect(drift.report('*').decisions).toHaveLength(2);
    expect(drift.report('v').decisions).toEqual([]);
    const { rules, windows, rules_never_met } = drift.report('v');
    expect([rules, windows.current.plans, rules_never_met]).toEqual([[], 0, ['idle', 'mail', 'read']]);
    expect(drift.report('u')).toMatchObject({
      rules: [{ rule: 'mail', current: 5 }],
      windows: { current: { plans: 5 } },
    });
  });
});

describe('drift of rules', () => {
  it('compares how often a rule matches, and names those that never do', () => {
    const { counts, drift } = started();
    add(counts, 90, { atMs: LAST_WEEK, rules: [] });
    add(counts, 10, { atMs: LAST_WEEK });
    add(counts, 60, {});
    const { rules, rules_never_met } = drift.report('*');
    expect(rules).toMatchObject([{ rule: 'mail', baseline: 10, current: 60, status: 'drifted' }]);
    expect(rules_never_met).toEqual(['idle', 'read']);
  });
});

describe('drift of the bundle', () => {
  it.each([
    [undefined, 'none_approved', 0],
    ['sha256:a', 'as_approved', 0],
    ['sha256:b', 'not_approved', 1],
  ])('with %s approved is %s', async (approved, status, events) => {
    const one = started(approved);
    expect(one.drift.report('*').bundle.status).toBe(status);
    await one.drift.check();
    await one.drift.check();
    expect(one.events).toHaveLength(events);
    expect(one.drift.found.bundle).toBe(events);
  });

  it('is told again where it could not be recorded', async () => {
    const { counts } = started();
    let isDown = true;
    const events: EventGroup[] = [];
    const record = async (group: EventGroup) => {
      if (isDown) throw new Error('the log takes nothing');
      events.push(group);
    };
    const drift = new Drift({ counts, approved: 'sha256:b', active: () => ACTIVE, clock: () => NOW, record });
    await expect(drift.check()).rejects.toThrow('takes nothing');
    isDown = false;
    await drift.check();
    expect(events).toHaveLength(1);
  });
});

describe('the memory of counts', () => {
  it('is bounded whatever names agents use, and says what was left out', () => {
    const { counts } = started();
    for (let count = 0; count < 6_000; count += 1)
      add(counts, 1, { agent_id: `a${count}`, rules: [`r${count}`] });
    const { pairs, rules, plans } = counts.window(0, NOW, '*');
    expect([pairs.size, rules.size, plans, counts.left_out]).toEqual([2_000, 2_000, 6_000, 8_000]);
  });
});
