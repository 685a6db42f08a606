import { describe, expect, it } from 'vitest';
import type { BundleStatus } from '../src/bundles/bundle-registry.ts';
import { compileBundle } from '../src/policy/compile.ts';
import { readinessOf } from '../src/readiness.ts';

const ACTIVE = { active: { name: 'production', version: 'v1' }, warnings: [] } as unknown as BundleStatus;

function checkOf(policies: BundleStatus) {
  return readinessOf({ draining: false, log: { state: 'open' }, policies, unreadable: [] }).checks.find(
    ({ name }) => name === 'policies',
  );
}

describe('the check of the policies', () => {
  it('is good while what is on disk is in force', () => {
    expect(checkOf(ACTIVE)).toEqual({ name: 'policies', ok: true });
  });

  it('names every place and key of a few problems, and counts the others', () => {
    const rule = '  - { id: a, match: { tool_name: t }, acton: allow }\n';
    const problemsOf = (rules: string) =>
      compileBundle({ 'policies.yaml': `rules:\n${rules}` }).problems ?? [];
    const stale = (problems: ReturnType<typeof problemsOf>) =>
      checkOf({ ...ACTIVE, stale: { since: '2026-11-02T09:00:00.000Z', problems } });
    expect(stale(problemsOf(rule))).toEqual({
      name: 'policies',
      ok: false,
      detail:
        'the last good bundle stays in force: policies.yaml:2:5: `action` is missing; policies.yaml:2:39: unknown key `acton` (did you mean `action`?)',
    });
    expect(stale(problemsOf(rule.repeat(3)))?.detail).toMatch(/; and 3 more$/);
  });
});

describe('the check of the past', () => {
  const readiness = (missing: number, isAsked = true) =>
    readinessOf({
      draining: false,
      log: { state: 'open' },
      policies: ACTIVE,
      history: { isAsked, missing: Array.from({ length: missing }) },
    });
  const check = (given: ReturnType<typeof readiness>) => given.checks.find(({ name }) => name === 'history');

  it('says that the log is still read, and that plans are decided all the same', () => {
    expect(check(readiness(1))).toMatchObject({ ok: false, detail: expect.stringContaining('in doubt') });
    expect(readiness(1).ready).toBe(true);
  });

  it('is good once it was read, and is not there where no rule asks', () => {
    expect(check(readiness(0))).toEqual({ name: 'history', ok: true });
    expect(check(readiness(0, false))).toBeUndefined();
  });
});

describe('the check of the store', () => {
  const checks = (unreadable: NonNullable<Parameters<typeof readinessOf>[0]['unreadable']>) =>
    readinessOf({ draining: false, log: { state: 'open' }, policies: ACTIVE, unreadable });

  it('is not there while every event can be read', () => {
    expect(checks([]).checks.map(({ name }) => name)).toEqual(['audit_log', 'accepting', 'policies']);
  });

  it('names the first event that cannot be, and plans are decided all the same', () => {
    const problem = 'decision_made has no usable amount';
    const { ready, checks: seen } = checks([{ first_sequence: 5, last_sequence: 5, problem }]);
    expect(ready).toBe(true);
    expect(seen.at(-1)).toMatchObject({ name: 'store', ok: false });
    expect(seen.at(-1)?.detail).toContain(`at sequence 5 (${problem})`);
  });
});
