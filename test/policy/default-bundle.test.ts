import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StepView } from '../../src/policy/bundle.ts';
import { bundleTests } from '../../src/policy/bundle-tests.ts';
import { compileBundle } from '../../src/policy/compile.ts';
import { compiled, stepView } from './step-view.ts';

const read = (name: string) => readFileSync(new URL(`../../policies/${name}`, import.meta.url), 'utf8');
const files = { 'policies.yaml': read('policies.yaml'), 'capabilities.yaml': read('capabilities.yaml') };
const bundle = compiled(files['policies.yaml'], files['capabilities.yaml']);

describe('the default bundle', () => {
  it('compiles without a warning, under the name agents.yaml uses', () => {
    expect(compileBundle(files).warnings).toEqual([]);
    expect(bundle.name).toBe('production');
  });

  it('allows every tool somewhere, or forbids it on purpose', () => {
    const granted = bundle.capabilities.flatMap(({ tools }) => tools.map(({ name }) => name));
    for (const tool_name of new Set(granted)) {
      const considered = bundle.explain(stepView({ tool_name })).filter(({ mode }) => mode === 'enforce');
      expect(considered.length, tool_name).toBeGreaterThan(0);
    }
  });

  it('brings tests for all three decisions', () => {
    expect(new Set(bundleTests(bundle.content).map(({ expect: action }) => action))).toEqual(
      new Set(['allow', 'block', 'require_approval']),
    );
  });

  const mail = { tool_name: 'send_email', agent_name: 'finance_agent' };
  const pay = { tool_name: 'make_payment', agent_name: 'finance_agent' };
  const body = 'hello';
  it.each([
    [{ ...mail, arguments: { to: 'lee@acme.example', body } }, 'allow', 'rule_matched'],
    [
      { ...mail, arguments: { to: ['lee@acme.example', 'sam@mail.acme.example'], body } },
      'allow',
      'rule_matched',
    ],
    [
      { ...mail, arguments: { to: 'lee@acme.example, x@evil.example', body } },
      'require_approval',
      'recipient_not_allowlisted',
    ],
    [
      { ...mail, arguments: { to: 'lee@аcme.example', body } },
      'require_approval',
      'recipient_not_allowlisted',
    ],
    [{ ...mail, arguments: { to: 'acme.example', body } }, 'allow', 'rule_matched'],
    // Nobody knows who it is for, and so not where that came from.
    [{ ...mail, arguments: { body } }, 'block', 'untrusted_data'],
    [{ ...mail, arguments: { to: [], body } }, 'require_approval', 'recipient_not_allowlisted'],
    [
      {
        ...mail,
        arguments: { to: 'x@evil.example', body },
        instruction_trust: 'unverified',
        lowest_trust: 'unverified',
      },
      'block',
      'recipient_not_allowlisted',
    ],
    [
      {
        ...mail,
        arguments: { to: 'lee@acme.example', body },
        instruction_trust: 'external',
        lowest_trust: 'external',
      },
      'block',
      'untrusted_instructions',
    ],
    [
      { ...mail, arguments: { to: 'lee@acme.example', body }, lowest_trust: 'external' },
      'allow',
      'rule_matched',
    ],
    [
      {
        ...mail,
        arguments: { to: 'lee@acme.example', body },
        lowest_trust: 'external',
        taintOf: (pointer) => (pointer === '/to' ? 'external' : 'trusted'),
      },
      'block',
      'untrusted_data',
    ],
    [
      { ...mail, arguments: { to: { $from: 's0' }, body }, unknown_pointers: ['/to'] },
      'require_approval',
      'recipient_not_allowlisted',
    ],
    [{ ...pay, arguments: { payee: 'Ltd', amount: 1000 } }, 'allow', 'rule_matched'],
    [{ ...pay, arguments: { payee: 'Ltd', amount: 1000.01 } }, 'require_approval', 'payment_needs_approval'],
    [{ ...pay, arguments: { payee: 'Ltd', amount: 10_000.01 } }, 'block', 'payment_over_limit'],
    [{ ...pay, arguments: { payee: 'Ltd', amount: '5' } }, 'block', 'payment_over_limit'],
    [{ ...pay, arguments: {} }, 'block', 'payment_over_limit'],
    [{ ...pay, agent_name: 'ops_agent', arguments: { payee: 'Ltd', amount: 5 } }, 'block', 'default_block'],
    [{ tool_name: 'restart_service', arguments: {} }, 'require_approval', 'service_change_needs_approval'],
    [{ tool_name: 'delete_database', arguments: {} }, 'block', 'destructive_tool'],
    [{ tool_name: 'fetch_url', arguments: { url: 'https://news.example/' } }, 'allow', 'rule_matched'],
    [{ tool_name: 'fetch_url', arguments: { url: 'http://169.254.169.254/' } }, 'block', 'internal_address'],
    [{ tool_name: 'fetch_url', arguments: { url: 'http://localhost:8080/' } }, 'block', 'internal_address'],
    [{ tool_name: 'fetch_url', arguments: { url: 'http://db.localdomain/' } }, 'block', 'internal_address'],
    [
      { tool_name: 'fetch_url', arguments: { url: 'http://metadata.google.internal/' } },
      'block',
      'internal_address',
    ],
    [
      { tool_name: 'fetch_url', arguments: { url: 'https://api.svc.cluster.local/' } },
      'block',
      'internal_address',
    ],
    [
      { tool_name: 'fetch_url', arguments: { url: 'http://kubernetes.default/' } },
      'block',
      'internal_address',
    ],
    [{ tool_name: 'fetch_url', arguments: { url: 'http://vault.vault.svc/' } }, 'block', 'internal_address'],
    [{ tool_name: 'fetch_url', arguments: { url: 'http://nas.home.arpa/' } }, 'block', 'internal_address'],
    [{ tool_name: 'fetch_url', arguments: { url: 'https://status.acme.example/' } }, 'allow', 'rule_matched'],
    [
      { tool_name: 'fetch_url', arguments: { url: 'http://status.acme.example/' } },
      'block',
      'internal_address',
    ],
    [
      { tool_name: 'read_customer', sensitivity_level: 'critical', arguments: {} },
      'block',
      'sensitive_data_blocked',
    ],
  ] as [Partial<StepView>, string, string][])('%j: %s (%s)', (step, action, reason) => {
    expect(bundle.evaluate(stepView(step))).toMatchObject({ action, reason });
  });
});
