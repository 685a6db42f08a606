import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import type { JsonObject } from '../../src/json/value.ts';

/** A rule in the part of the format that Cedar can say as well. `tags` is a list of texts, every other argument a single value. */
export type SharedRule = {
  id: string;
  match: {
    tool_name?: string[] | { not_in: string[] };
    agent_name?: string[];
    sensitivity_level?: Record<string, string>;
  };
  args: Record<string, Record<string, unknown>>;
  action: 'allow' | 'block';
};

export type SharedStep = {
  tool_name: string;
  agent_name: string;
  sensitivity_level: string;
  arguments: JsonObject;
};

const LEVELS = ['low', 'medium', 'high', 'critical'];
const SIGNS: Record<string, string> = { eq: '==', ne: '!=', gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** A rule as a policy: what blocks forbids, what allows permits. */
export function cedarPolicy({ match, args, action }: SharedRule): string {
  const conditions = [
    ...(match.tool_name === undefined ? [] : [toolCondition(match.tool_name)]),
    ...(match.agent_name === undefined
      ? []
      : [`[${match.agent_name.map((name) => `Agent::${text(name)}`).join()}].contains(principal)`]),
    ...Object.entries(match.sensitivity_level ?? {}).map(
      ([operator, level]) => `context.level ${SIGNS[operator]} ${LEVELS.indexOf(level)}`,
    ),
    ...Object.entries(args).flatMap(([name, asked]) =>
      Object.entries(asked).map(([operator, operand]) =>
        argumentCondition({ name, operator, operand, action }),
      ),
    ),
  ];
  const body = conditions.length === 0 ? '' : ` when { ${conditions.map((one) => `(${one})`).join(' && ')} }`;
  return `${action === 'block' ? 'forbid' : 'permit'}(principal, action, resource)${body};`;
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

function toolCondition(names: string[] | { not_in: string[] }): string {
  const listed = Array.isArray(names) ? names : names.not_in;
  const some = listed.map((name) => `context.tool like ${text(name)}`).join(' || ');
  return Array.isArray(names) ? some : `!(${some})`;
}

type Asked = { name: string; operator: string; operand: unknown; action: SharedRule['action'] };

function argumentCondition({ name, operator, operand, action }: Asked): string {
  const value = `context.args.${name}`;
  const sign = SIGNS[operator];
  if (sign !== undefined) return `${value} ${sign} ${text(operand)}`;
  switch (operator) {
    case 'exists':
      return `${operand === true ? '' : '!'}(context.args has ${name})`;
    case 'starts_with':
      return `${value} like ${text(`${operand}*`)}`;
    case 'ends_with':
      return `${value} like ${text(`*${operand}`)}`;
    case 'contains':
      return `${value} like ${text(`*${operand}*`)}`;
    default:
      return name === 'tags'
        ? listCondition(value, operator, operand, action)
        : `${operator === 'in' ? '' : '!'}(${text(operand)}.contains(${value}))`;
  }
}

/** One element suffices where a rule restricts; where it allows, every element must do. */
function listCondition(
  value: string,
  operator: string,
  operand: unknown,
  action: SharedRule['action'],
): string {
  const [some, all] = [`${value}.containsAny(${text(operand)})`, `${text(operand)}.containsAll(${value})`];
  if (operator === 'in') return action === 'block' ? some : all;
  return action === 'block' ? `!(${all})` : `!(${some})`;
}

let sets = 0;

/** Cedar's answers for a set of rules: the decision, the rules that determined it, and how many could not be evaluated. */
export function cedarEngine(rules: readonly SharedRule[]) {
  sets += 1;
  const preparsedPolicySetId = `set-${sets}`;
  const staticPolicies = Object.fromEntries(rules.map((rule) => [rule.id, cedarPolicy(rule)]));
  const parsed = preparsePolicySet(preparsedPolicySetId, { staticPolicies });
  if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors));
  return ({ tool_name, agent_name, sensitivity_level, arguments: args }: SharedStep) => {
    const answer = statefulIsAuthorized({
      principal: { type: 'Agent', id: agent_name },
      action: { type: 'Action', id: 'use' },
      resource: { type: 'Tool', id: tool_name },
      context: { tool: tool_name, level: LEVELS.indexOf(sensitivity_level), args: args as never },
      preparsedPolicySetId,
      entities: [],
    });
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
    const { decision, diagnostics } = answer.response;
    return {
      isAllowed: decision === 'allow',
      reasons: diagnostics.reason.toSorted(),
      errors: diagnostics.errors.length,
    };
  };
}
