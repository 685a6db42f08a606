import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { bundleOf, decidePlan, factsFor, planOf } from './deciding.ts';

/** The rules that docs/policy.md shows, each block as it stands there. */
const SHOWN = [...readFileSync('docs/policy.md', 'utf8').matchAll(/```yaml\n(- id: [\s\S]*?)```/g)].map(
  ([, text = '']) => load(text) as { id: string }[],
);

const CAPABILITIES = JSON.stringify({
  capabilities: {
    cap_mail: {
      tools: [
        'send_email',
        { name: 'fetch_url', output_trust: 'external' },
        { name: 'summarise', output_trust: 'internal' },
        { name: 'read_contract', output_trust: 'internal' },
      ],
    },
  },
});

function decided(steps: object[]) {
  const flow = SHOWN.flat().filter(({ id }) => id === 'outside.to.outside');
  const rules = [{ id: 'allow', action: 'allow' }, ...flow];
  const bundle = bundleOf(JSON.stringify({ rules }), CAPABILITIES);
  const plan = planOf({
    agent: { agent_id: 'agent-finance-01' },
    provenance: [{ source_type: 'user_prompt', trust_level: 'trusted' }],
    steps,
  });
  const { decision, reason, steps: each } = decidePlan(plan, factsFor(plan, bundle), bundle);
  const doubt = each.some(({ matched_rules }) => matched_rules.some((rule) => rule.doubt !== undefined));
  return `${decision} ${reason}${doubt ? ' in doubt' : ''}`;
}

const FETCH = { step_id: 'f', tool_name: 'fetch_url', arguments: { url: 'https://news.example/' } };
const READ = { step_id: 'r', tool_name: 'read_contract', arguments: { contract_id: 'C-7' } };
const from = (step: string) => ({ $from: step, path: '/text' });
const mail = (to: unknown, body: unknown) => ({ tool_name: 'send_email', arguments: { to, body } });
const OUTSIDE = 'sam@partner.example';

describe('the rules that docs/policy.md shows', () => {
  it.each(SHOWN)('load', (...rules) => {
    const names = ['make_payment', 'send_email', 'read_customer', 'mail.send'];
    const bundle = bundleOf(
      JSON.stringify({ rules }),
      JSON.stringify({ capabilities: { c: { tools: names } } }),
    );
    expect(bundle.rule_count).toBe(rules.length);
  });
});

describe('what came from outside, on its way to somebody outside', () => {
  it.each([
    ['is sent on in the next step', [FETCH, mail(OUTSIDE, from('f'))], 'block external_output_leaves'],
    [
      'is part of a longer text',
      [FETCH, mail(OUTSIDE, ['Hello', from('f')])],
      'block external_output_leaves',
    ],
    [
      'goes through a step in between',
      [
        FETCH,
        { step_id: 's', tool_name: 'summarise', arguments: { text: from('f') } },
        mail(OUTSIDE, from('s')),
      ],
      'block external_output_leaves',
    ],
    [
      'goes to a recipient that another step names',
      [FETCH, READ, mail(from('r'), from('f'))],
      'block external_output_leaves in doubt',
    ],
    ['stays inside', [FETCH, mail('lee@acme.example', from('f'))], 'allow allowed'],
    ['is fetched, and something else is sent', [FETCH, mail(OUTSIDE, 'Good morning.')], 'allow allowed'],
    ['came from inside', [READ, mail(OUTSIDE, from('r'))], 'allow allowed'],
  ])('%s', (_what, steps, expected) => {
    expect(decided(steps)).toBe(expected);
  });
});
