import type { Action, MatchedRule, StepView } from '../../../src/policy/bundle.ts';
import { compileBundle } from '../../../src/policy/compile.ts';
import type { PolicyProblem } from '../../../src/policy/problem.ts';
import { stepView } from '../step-view.ts';

const CAPABILITIES = JSON.stringify({
  capabilities: {
    c: {
      tools: [
        'free',
        {
          name: 'pay',
          parameters: {
            type: 'object',
            additionalProperties: false,
            properties: {
              amount: { type: 'number' },
              currency: { enum: ['EUR', 'USD'] },
              note: { type: ['string', 'null'] },
              parts: {
                type: 'array',
                items: {
                  type: 'object',
                  additionalProperties: false,
                  properties: { iban: { type: 'string' }, share: { type: 'integer' } },
                },
              },
            },
          },
        },
        {
          name: 'pay.later',
          parameters: {
            type: 'object',
            additionalProperties: false,
            properties: { amount: { type: 'string' }, due: { type: 'string' } },
          },
        },
      ],
    },
  },
});

/** A bundle of one rule with this condition, for a tool with any arguments unless the test says which. */
export function compileCondition(
  when: string,
  { tool = 'free' as unknown, action = 'block' as Action } = {},
) {
  const rules = [{ id: 'r', match: { tool_name: tool }, when, action }];
  return compileBundle({ 'policies.yaml': JSON.stringify({ rules }), 'capabilities.yaml': CAPABILITIES });
}

/** What is wrong with a condition; fails the test when it compiles. */
export function problemOf(when: string, tool: unknown = 'pay'): PolicyProblem {
  const { problems, bundle } = compileCondition(when, { tool });
  if (bundle !== undefined) throw new Error(`\`${when}\` compiles`);
  return problems[0] as PolicyProblem;
}

export type Answer = 'holds' | 'fails' | { doubt: string };

/** What a condition says of a step with these arguments. */
export function answerOf(when: string, args: StepView['arguments'], step: Partial<StepView> = {}): Answer {
  const { bundle, problems } = compileCondition(when);
  if (bundle === undefined) throw new Error(JSON.stringify(problems));
  const matched = bundle.evaluate(stepView({ tool_name: 'free', arguments: args, ...step })).matched[0];
  return matched === undefined ? 'fails' : answerIn(matched, when);
}

function answerIn({ doubt }: MatchedRule, when: string): Answer {
  if (doubt === undefined) return 'holds';
  const label = `when ${when}: `;
  return { doubt: doubt.startsWith(label) ? doubt.slice(label.length) : doubt };
}
