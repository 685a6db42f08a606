import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadPolicySet, POLICY_FILES } from '../../src/bundles/load-policy-set.ts';
import { judgeTests } from '../../src/bundles/policy-tests.ts';
import { createTestRunner } from '../../src/evaluation/test-runner.ts';
import { createGuard } from '../../src/guard/guard.ts';
import { bundleTests } from '../../src/policy/bundle-tests.ts';

const TEXT = readFileSync('examples/policies/over-time.yaml', 'utf8');
const DEFAULT = Object.fromEntries(
  POLICY_FILES.map((name) => [name, readFileSync(`policies/${name}`, 'utf8')]),
);
const runTest = createTestRunner(createGuard());

function setOf(text: string) {
  const { set, problems } = loadPolicySet({ ...DEFAULT, 'policies.yaml': text });
  if (set === undefined) throw new Error(JSON.stringify(problems));
  return set;
}

describe('examples/policies/over-time.yaml', () => {
  it('loads beside the default agents and capabilities, without a warning', () => {
    expect(setOf(TEXT).warnings).toEqual([]);
  });

  it('does what its tests say', () => {
    const set = setOf(TEXT);
    expect(bundleTests(set.bundle.content).length).toBeGreaterThan(10);
    expect(judgeTests(set, { 'policies.yaml': TEXT }, runTest)).toEqual({ failed: [], warnings: [] });
  });

  it.each(rulesOf(TEXT))('tests %s: without it a test fails', (id) => {
    const text = TEXT.replace(new RegExp(`  - id: ${id.replaceAll('.', '\\.')}\n(?:    .*\n)+`), '');
    expect(text).not.toBe(TEXT);
    expect(judgeTests(setOf(text), { 'policies.yaml': text }, runTest).failed).not.toEqual([]);
  });
});

describe('examples/policies/layers/acme.yaml', () => {
  const name = 'layers/acme.yaml';
  const layer = readFileSync(`examples/policies/${name}`, 'utf8');
  const load = (text: string) => loadPolicySet({ ...DEFAULT, [name]: text });

  it('loads beside the default files, without a warning', () => {
    expect(load(layer).set?.warnings).toEqual(loadPolicySet(DEFAULT).set?.warnings);
  });

  it('does what its test says, and not without its rule', () => {
    const failing = (text: string) => {
      const { set } = load(text);
      return set && judgeTests(set, { ...DEFAULT, [name]: text }, runTest).failed.map(({ file }) => file);
    };
    expect(failing(layer)).toEqual([]);
    expect(
      failing(layer.replace('action: require_approval', 'mode: shadow\n    action: require_approval')),
    ).toEqual([name]);
  });
});

function rulesOf(text: string): string[] {
  return [...text.matchAll(/^ {2}- id: (.*)$/gm)].map(([, id = '']) => id);
}
