import { z } from 'zod';
import { isGlob } from './glob.ts';
import { gradedLevelsSchema } from './levels.ts';
import type { Match, UnnamedRule } from './rule-schema.ts';
import { ruleSchema } from './rule-schema.ts';

const tools = z.array(z.string().min(1).max(256)).max(10_000);

/** The keys of the original interceptor's policy files, beside `rules`. */
export const originalShape = {
  blocked_tools: tools.optional(),
  monitored_tools: tools.optional(),
  dangerous_argument_patterns: z.array(z.string().min(1).max(4096)).max(1000).optional(),
  high_risk_tools: tools.optional(),
  high_risk_tools_mode: z.preprocess(
    (given) => (typeof given === 'string' ? given.toLowerCase() : given),
    z.enum(['extend', 'override']).optional(),
  ),
  data_classification: z
    .strictObject({
      blocked_sensitivity_levels: z.union([z.array(z.never()), gradedLevelsSchema]).optional(),
    })
    .optional(),
  agents: z
    .record(
      z
        .string()
        .min(1)
        .max(256)
        .refine((name) => !isGlob(name), 'the name of one agent: no wildcards here'),
      z.strictObject({ allowed_tools: tools.optional(), approval_required_tools: tools.optional() }),
    )
    .optional(),
};
const originalSchema = z.object(originalShape);
export type OriginalForm = z.output<typeof originalSchema>;

/** Tools that need approval in every file of the original form, unless `high_risk_tools_mode: override`. */
export const BUILT_IN_HIGH_RISK_TOOLS = [
  'restart_service',
  'shell_exec',
  'delete_user',
  'export_data',
] as const;

/** A rule made from one key of the original form, and where that key stands. */
export type TranslatedRule = { id: string; rule: UnnamedRule; pointer: string };

type Draft = { id: string; pointer: string; match?: Match; mentions?: string[] } & Pick<
  UnnamedRule,
  'action' | 'reason' | 'message'
>;

/**
 * The rules that say what the keys of the original form say, in the order in which it asks them. Under
 * `combining: strongest` the order does not matter; under `first_match` it decides. No key that says something, no rule.
 */
export function translateOriginal(form: OriginalForm): TranslatedRule[] {
  if (!isOriginal(form)) return [];
  const agents = Object.entries(form.agents ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const drafts = [
    ...blockedLevels(form),
    ...blockedTools(form),
    ...dangerousPatterns(form),
    ...agents.flatMap(([agent, { allowed_tools }]) => notAllowedTools(agent, allowed_tools)),
    ...agents.flatMap(([agent, { approval_required_tools }]) =>
      approvalTools(agent, approval_required_tools),
    ),
    ...highRiskTools(form),
    ...monitoredTools(form),
    ...agents.flatMap(([agent, { allowed_tools }]) => allowedTools(agent, allowed_tools)),
  ];
  return drafts.map(toRule);
}

/**
 * Whether a key of the original form says something. An empty list says as much as no list: but for `allowed_tools`, of
 * which it says that there are none.
 */
export function isOriginal(form: Readonly<OriginalForm>): boolean {
  const lists = [
    form.blocked_tools,
    form.monitored_tools,
    form.dangerous_argument_patterns,
    form.high_risk_tools,
    form.data_classification?.blocked_sensitivity_levels,
    ...Object.values(form.agents ?? {}).map(({ approval_required_tools }) => approval_required_tools),
  ];
  return (
    form.high_risk_tools_mode !== undefined ||
    lists.some((list) => list !== undefined && list.length > 0) ||
    Object.values(form.agents ?? {}).some(({ allowed_tools }) => allowed_tools !== undefined)
  );
}

function toRule({ id, pointer, mentions, ...rule }: Draft): TranslatedRule {
  const args = mentions === undefined ? {} : { '': { mentions } };
  return { id, pointer, rule: ruleSchema.parse({ ...rule, args }) };
}

function blockedLevels({ data_classification }: OriginalForm): Draft[] {
  const levels = data_classification?.blocked_sensitivity_levels ?? [];
  if (levels.length === 0) return [];
  const id = 'data_classification.blocked_sensitivity_levels';
  const message = 'The sensitivity level of this step is blocked.';
  const pointer = '/data_classification/blocked_sensitivity_levels';
  return [
    {
      id,
      pointer,
      match: { sensitivity_level: levels },
      action: 'block',
      reason: 'sensitivity_level_blocked',
      message,
    },
  ];
}

function blockedTools({ blocked_tools = [] }: OriginalForm): Draft[] {
  if (blocked_tools.length === 0) return [];
  const message = 'This tool is blocked for every agent.';
  const match = { tool_name: blocked_tools };
  return [
    {
      id: 'blocked_tools',
      pointer: '/blocked_tools',
      match,
      action: 'block',
      reason: 'tool_blocked',
      message,
    },
  ];
}

function dangerousPatterns({ dangerous_argument_patterns: mentions = [] }: OriginalForm): Draft[] {
  if (mentions.length === 0) return [];
  const id = 'dangerous_argument_patterns';
  const message = 'An argument holds a text that is marked as dangerous.';
  return [{ id, pointer: `/${id}`, mentions, action: 'block', reason: 'dangerous_argument', message }];
}

function notAllowedTools(agent: string, allowed: string[] | undefined): Draft[] {
  if (allowed === undefined) return [];
  const others = allowed.length === 0 ? {} : { tool_name: { not_in: allowed } };
  const message = `The agent ${agent} may not use this tool.`;
  const match = { agent_name: [agent], ...others };
  return [
    {
      ...agentKey(agent, 'allowed_tools', 'others'),
      match,
      action: 'block',
      reason: 'tool_not_allowed',
      message,
    },
  ];
}

function allowedTools(agent: string, allowed: string[] = []): Draft[] {
  if (allowed.length === 0) return [];
  const match = { agent_name: [agent], tool_name: allowed };
  return [{ ...agentKey(agent, 'allowed_tools'), match, action: 'allow', reason: 'tool_allowed' }];
}

function approvalTools(agent: string, asked: string[] = []): Draft[] {
  if (asked.length === 0) return [];
  const match = { agent_name: [agent], tool_name: asked };
  const message = `The agent ${agent} may use this tool only with approval.`;
  const key = agentKey(agent, 'approval_required_tools');
  return [{ ...key, match, action: 'require_approval', reason: 'tool_requires_approval', message }];
}

function highRiskTools({ high_risk_tools = [], high_risk_tools_mode }: OriginalForm): Draft[] {
  const named =
    high_risk_tools_mode === 'override' ? high_risk_tools : [...BUILT_IN_HIGH_RISK_TOOLS, ...high_risk_tools];
  if (named.length === 0) return [];
  const message = 'This tool is of high risk and needs approval.';
  const match = { tool_name: named };
  return [
    {
      id: 'high_risk_tools',
      pointer: '/high_risk_tools',
      match,
      action: 'require_approval',
      reason: 'high_risk_tool',
      message,
    },
  ];
}

function monitoredTools({ monitored_tools = [] }: OriginalForm): Draft[] {
  if (monitored_tools.length === 0) return [];
  const match = { tool_name: monitored_tools };
  return [
    { id: 'monitored_tools', pointer: '/monitored_tools', match, action: 'allow', reason: 'monitored_tool' },
  ];
}

function agentKey(agent: string, key: string, suffix?: string): { id: string; pointer: string } {
  const escaped = agent.replaceAll('~', '~0').replaceAll('/', '~1');
  const id = `agents.${agent}.${key}`;
  return { id: suffix === undefined ? id : `${id}.${suffix}`, pointer: `/agents/${escaped}/${key}` };
}
