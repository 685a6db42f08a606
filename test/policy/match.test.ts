import { describe, expect, it } from 'vitest';
import type { StepView } from '../../src/policy/bundle.ts';
import { bundleOf, stepView } from './step-view.ts';

type Answer = 'yes' | 'no' | 'doubt';

function ask(rule: object, step: Partial<StepView>): { block: Answer; allow: Answer } {
  const view = stepView(step);
  const [blocked] = bundleOf([{ id: 'b', action: 'block', ...rule }]).evaluate(view).matched;
  const allowing = bundleOf([{ id: 'a', action: 'allow', ...rule }]);
  const allowed = allowing.evaluate(view).matched.length > 0;
  const detail = allowing.explain(view)[0]?.detail ?? 'not considered';
  return {
    block: blocked === undefined ? 'no' : blocked.doubt === undefined ? 'yes' : 'doubt',
    allow: allowed ? 'yes' : detail.includes('in doubt') ? 'doubt' : 'no',
  };
}

const same = (answer: Answer) => ({ block: answer, allow: answer });
const finding = {
  detector: 'override.ignore',
  category: 'instruction_override',
  severity: 'high',
  message: 'm',
  start: 0,
  end: 1,
} as const;

describe('names', () => {
  it.each([
    [{ tool_name: 'send_email' }, {}, same('yes')],
    [{ tool_name: 'Send_email' }, {}, same('no')],
    [{ tool_name: ['x', 'send_*'] }, {}, same('yes')],
    [{ tool_name: 'mail.*' }, { tool_name: 'mail.send' }, same('yes')],
    [{ tool_name: 'mail.*' }, { tool_name: 'mail' }, same('no')],
    [{ tool_name: 'mail.*' }, { tool_name: 'mailer.send' }, same('no')],
    [{ tool_name: '*' }, { tool_name: 'anything' }, same('yes')],
    [{ tool_name: { not_in: ['send_email'] } }, {}, same('no')],
    [{ tool_name: { not_in: ['x', 'mail.*'] } }, {}, same('yes')],
    [{ agent_name: 'mail_agent' }, {}, same('yes')],
    [{ agent_name: 'mail_?gent' }, {}, same('yes')],
    [{ environment: 'prod' }, { environment: 'prod' }, same('yes')],
    [{ environment: 'prod' }, { environment: 'dev' }, same('no')],
    [{ environment: 'prod' }, {}, same('doubt')],
    [{ environment: { not_in: ['dev'] } }, {}, same('doubt')],
    [{ capability: 'cap_x', tool_name: 'other' }, {}, same('no')],
    [{ session_id: 's', runtime_mode: 'gateway' }, { session_id: 's', runtime_mode: 'gateway' }, same('yes')],
  ] as [object, Partial<StepView>, object][])('%j', (match, step, expected) => {
    expect(ask({ match }, step)).toEqual(expected);
    expect(ask(match, step)).toEqual(expected);
  });
});

/** An unknown sensitivity is the worst one: every rule that restricts takes it, no rule that allows does. */
describe('sensitivity', () => {
  const absent = (() => {
    const { sensitivity_level: _, ...step } = stepView();
    return step;
  })();
  it.each([
    ['high', ['high']],
    ['HIGH', ['high']],
    [
      ['low', 'critical'],
      ['low', 'critical'],
    ],
    [{ gte: 'high' }, ['high', 'critical']],
    [{ gt: 'high' }, ['critical']],
    [{ lte: 'medium' }, ['low', 'medium']],
    [{ lt: 'medium' }, ['low']],
    [{ eq: 'low' }, ['low']],
    [{ gt: 'low', lt: 'critical' }, ['medium', 'high']],
  ] as [unknown, string[]][])('%j', (asked, levels) => {
    const rule = { match: { sensitivity_level: asked } };
    for (const level of ['low', 'medium', 'high', 'critical'] as const) {
      expect(ask(rule, { sensitivity_level: level })).toEqual(same(levels.includes(level) ? 'yes' : 'no'));
    }
    const block = bundleOf([{ id: 'b', action: 'block', ...rule }]).evaluate(absent);
    const allow = bundleOf([{ id: 'a', action: 'allow', ...rule }]).evaluate(absent);
    expect(block.matched[0]?.doubt).toContain('counts as the worst');
    expect(allow.matched).toEqual([]);
  });
});

describe('provenance', () => {
  it.each([
    [{ at_most: 'external' }, ['external', 'unverified']],
    [{ at_least: 'internal' }, ['trusted', 'internal']],
    [{ at_most: 'internal', at_least: 'external' }, ['internal', 'external']],
    ['unverified', ['unverified']],
    [
      ['trusted', 'unverified'],
      ['trusted', 'unverified'],
    ],
  ] as [unknown, string[]][])('lowest_trust %j', (asked, levels) => {
    for (const lowest_trust of ['trusted', 'internal', 'external', 'unverified'] as const) {
      const expected = same(levels.includes(lowest_trust) ? 'yes' : 'no');
      expect(ask({ match: { provenance: { lowest_trust: asked } } }, { lowest_trust })).toEqual(expected);
      const instructed = { instruction_trust: lowest_trust };
      expect(ask({ match: { provenance: { instructions: asked } } }, instructed)).toEqual(expected);
      expect(
        ask(
          { taint: { to: asked } },
          { arguments: { to: 'x' }, taintOf: (pointer) => (pointer === '/to' ? lowest_trust : 'trusted') },
        ),
      ).toEqual(expected);
    }
  });

  it.each([
    [['user_prompt'], same('no')],
    [['skill'], same('yes')],
    [['user_prompt', 'skill'], { block: 'yes', allow: 'no' }],
    [[], same('doubt')],
  ] as [StepView['source_types'], object][])('source_type skill among %j', (source_types, expected) => {
    expect(ask({ match: { provenance: { source_type: 'skill' } } }, { source_types })).toEqual(expected);
  });
});

describe('findings', () => {
  it.each([
    [{ severity: { gte: 'high' } }, [finding], same('yes')],
    [{ severity: { gte: 'high' } }, [], same('no')],
    [{ severity: 'critical' }, [finding], same('no')],
    [{ category: 'instruction_*' }, [finding], same('yes')],
    [{ category: 'secret' }, [finding], same('no')],
    [{ detector: 'override.*', severity: 'high' }, [finding], same('yes')],
    [
      { severity: { gte: 'high' } },
      [finding, { ...finding, severity: 'low' }],
      { block: 'yes', allow: 'no' },
    ],
  ] as [object, StepView['findings'], object][])('%j', (asked, findings, expected) => {
    expect(ask({ match: { findings: asked } }, { findings })).toEqual(expected);
  });
});

describe('a definite no wins over doubt', () => {
  it('keeps a rule out although another condition cannot be judged', () => {
    const rule = {
      match: { tool_name: 'send_email', environment: 'prod' },
      args: { x: { gt: 1 }, y: { eq: 'a' } },
    };
    expect(ask(rule, { arguments: { y: 'b' } })).toEqual(same('no'));
    expect(ask(rule, { arguments: { y: 'a' } })).toEqual(same('doubt'));
  });
});
