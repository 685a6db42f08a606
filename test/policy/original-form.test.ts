import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileBundle } from '../../src/policy/compile.ts';
import { compiled, stepView } from './step-view.ts';

/** A file as installations of the original interceptor have it. */
const FILE = `
# what happens when an agent asks for a tool
rules:
  - tool_name: stop_service
    agent_name: ops_agent
    sensitivity_level: high
    action: require_approval
  - { tool_name: read_customer, sensitivity_level: High, action: block }
data_classification:
  blocked_sensitivity_levels: [Critical]
blocked_tools: [delete_database, shell_exec]
monitored_tools: [send_email, create_incident]
dangerous_argument_patterns: [drop table, "rm -rf", /etc/passwd]
high_risk_tools: [restart_service, transfer_money]
agents:
  sales_agent:
    allowed_tools: [read_customer, send_email]
    approval_required_tools: [send_email]
  ops_agent:
    allowed_tools: [restart_service, create_incident, get_status]
    approval_required_tools: [restart_service]
  idle_agent:
    allowed_tools: []
`;

describe('a file of the original form', () => {
  it.each([
    ['delete_database', 'ops_agent', {}, 'low', 'block', 'tool_not_allowed'],
    ['delete_database', 'someone', {}, 'low', 'block', 'tool_blocked'],
    ['send_email', 'sales_agent', {}, 'low', 'require_approval', 'tool_requires_approval'],
    ['send_email', 'someone', {}, 'low', 'allow', 'monitored_tool'],
    ['send_email', 'someone', {}, 'critical', 'block', 'sensitivity_level_blocked'],
    ['send_email', 'idle_agent', {}, 'low', 'block', 'tool_not_allowed'],
    ['read_customer', 'sales_agent', { id: 7 }, 'low', 'allow', 'tool_allowed'],
    ['read_customer', 'sales_agent', { id: 7 }, 'high', 'block', 'rule_matched'],
    [
      'read_customer',
      'sales_agent',
      { q: { deep: ['x; DROP TABLE y'] } },
      'low',
      'block',
      'dangerous_argument',
    ],
    ['get_status', 'ops_agent', {}, 'low', 'allow', 'tool_allowed'],
    ['get_status', 'sales_agent', {}, 'low', 'block', 'tool_not_allowed'],
    ['restart_service', 'ops_agent', {}, 'low', 'require_approval', 'tool_requires_approval'],
    ['transfer_money', 'someone', {}, 'low', 'require_approval', 'high_risk_tool'],
    ['export_data', 'someone', {}, 'low', 'require_approval', 'high_risk_tool'],
    ['unheard_of', 'someone', {}, 'low', 'block', 'default_block'],
  ] as const)(
    '%s by %s with %j at %s: %s (%s)',
    (tool_name, agent_name, args, sensitivity_level, action, reason) => {
      const step = stepView({
        tool_name,
        agent_name,
        arguments: structuredClone(args) as never,
        sensitivity_level,
      });
      expect(compiled(FILE).evaluate(step)).toMatchObject({ action, reason });
    },
  );

  it('is stricter than it was where the sensitivity is missing', () => {
    const { sensitivity_level: _, ...step } = stepView({ agent_name: 'someone' });
    const verdict = compiled(FILE).evaluate(step);
    expect(verdict).toMatchObject({ action: 'block', reason: 'sensitivity_level_blocked' });
    expect(verdict.matched[0]?.doubt).toContain('counts as the worst');
  });

  it('adds its own high-risk tools to the built-in ones, or replaces them', () => {
    const step = stepView({ tool_name: 'delete_user' });
    const reasonOf = (text: string) => compiled(text).evaluate(step).reason;
    expect(reasonOf('high_risk_tools: [x]')).toBe('high_risk_tool');
    expect(reasonOf('high_risk_tools: [x]\nhigh_risk_tools_mode: override')).toBe('default_block');
    expect(reasonOf('monitored_tools: [x]')).toBe('high_risk_tool');
    expect(reasonOf('rules: [{ tool_name: x, action: allow }]')).toBe('default_block');
  });

  it('mixes with rules of the full form', () => {
    const text = `${FILE}\nbundle: mixed\ndefault: allow\n`.replace(
      'rules:',
      'rules:\n  - { id: cap, match: { tool_name: transfer_money }, args: { amount: { gt: 10 } }, action: block }',
    );
    const bundle = compiled(text);
    const step = stepView({ tool_name: 'transfer_money', agent_name: 'someone', arguments: { amount: 11 } });
    expect(bundle.evaluate(step)).toMatchObject({
      action: 'block',
      matched: [{ id: 'cap' }, { id: 'high_risk_tools' }],
    });
    expect(bundle.evaluate({ ...step, arguments: { amount: 10 } }).action).toBe('require_approval');
    expect(bundle.evaluate(stepView({ tool_name: 'unheard_of', agent_name: 'someone' })).action).toBe(
      'allow',
    );
  });

  it('puts problems and warnings at the key they come from', () => {
    const { warnings = [] } = compileBundle({
      'policies.yaml': FILE,
      'capabilities.yaml':
        'capabilities: {c: {tools: [send_email, create_incident, read_customer, get_status, restart_service, shell_exec, stop_service, transfer_money]}}',
    });
    expect(warnings.filter(({ code }) => code === 'unknown_tool')).toMatchObject([
      { line: 11, column: 1, pointer: '/blocked_tools' },
    ]);
    expect(warnings.map(({ code }) => code)).toContain('shadowed');
    const clash = compileBundle({
      'policies.yaml': 'blocked_tools: [x]\nrules: [{ id: blocked_tools, action: allow }]',
    });
    expect(clash.problems).toMatchObject([{ line: 1, message: expect.stringContaining('is taken') }]);
  });
});

type Original = {
  rules: { tool_name: string; agent_name?: string; sensitivity_level?: string; action: string }[];
  blocked_tools: string[];
  monitored_tools: string[];
  dangerous_argument_patterns: string[];
  high_risk_tools: string[];
  high_risk_tools_mode: 'extend' | 'override';
  data_classification: { blocked_sensitivity_levels: string[] };
  agents: Record<string, { allowed_tools?: string[]; approval_required_tools?: string[] }>;
};

type Call = { tool: string; agent: string; level: string; text: string };

/** The order in which the original asks, written down once more; a step it says nothing about is blocked here. */
function askInOrder(file: Original, call: Call): string {
  const rule = file.rules.find(
    ({ tool_name, agent_name, sensitivity_level }) =>
      tool_name === call.tool &&
      [undefined, call.agent].includes(agent_name) &&
      [undefined, call.level].includes(sensitivity_level),
  );
  if (rule !== undefined) return rule.action;
  if (isBlocked(file, call)) return 'block';
  const own = file.agents[call.agent];
  if (own?.allowed_tools?.includes(call.tool) === false) return 'block';
  if (own?.approval_required_tools?.includes(call.tool)) return 'require_approval';
  const builtIn = ['restart_service', 'shell_exec', 'delete_user', 'export_data'];
  const highRisk = [...(file.high_risk_tools_mode === 'extend' ? builtIn : []), ...file.high_risk_tools];
  if (highRisk.includes(call.tool)) return 'require_approval';
  return file.monitored_tools.includes(call.tool) || own?.allowed_tools !== undefined ? 'allow' : 'block';
}

function isBlocked(file: Original, { tool, level, text }: Call): boolean {
  const lower = text.toLowerCase();
  return (
    file.data_classification.blocked_sensitivity_levels.includes(level) ||
    file.blocked_tools.includes(tool) ||
    file.dangerous_argument_patterns.some((pattern) => lower.includes(pattern.toLowerCase()))
  );
}

it('under first_match decides as the original order does', () => {
  const tool = fc.constantFrom('a', 'b', 'c', 'restart_service');
  const agent = fc.constantFrom('x', 'y', 'z');
  const level = fc.constantFrom('low', 'high', 'critical');
  const tools = fc.uniqueArray(tool, { maxLength: 3 });
  const rule = fc.record(
    {
      tool_name: tool,
      agent_name: agent,
      sensitivity_level: level,
      action: fc.constantFrom('allow', 'block', 'require_approval'),
    },
    { requiredKeys: ['tool_name', 'action'] },
  );
  const file = fc.record({
    rules: fc.array(rule, { maxLength: 3 }),
    blocked_tools: tools,
    monitored_tools: tools,
    dangerous_argument_patterns: fc.uniqueArray(fc.constantFrom('BAD', 'rm -rf'), { maxLength: 2 }),
    high_risk_tools: tools,
    high_risk_tools_mode: fc.constantFrom('extend', 'override'),
    data_classification: fc.record({ blocked_sensitivity_levels: fc.uniqueArray(level, { maxLength: 2 }) }),
    agents: fc.dictionary(
      fc.constantFrom('x', 'y'),
      fc.record({ allowed_tools: tools, approval_required_tools: tools }, { requiredKeys: [] }),
      { maxKeys: 2 },
    ),
  });
  fc.assert(
    fc.property(
      file,
      tool,
      agent,
      level,
      fc.constantFrom('fine', 'so bad', 'RM -RF /'),
      (given, tool_name, agent_name, sensitivity_level, text) => {
        const written = JSON.stringify({ ...given, combining: 'first_match' });
        // A file that says nothing is refused as empty, whatever the original made of it.
        fc.pre(compileBundle({ 'policies.yaml': written }).problems === undefined);
        const bundle = compiled(written);
        const step = stepView({
          tool_name,
          agent_name,
          sensitivity_level: sensitivity_level as never,
          arguments: { deep: [{ text }] },
        });
        expect(bundle.evaluate(step).action).toBe(
          askInOrder(given as Original, {
            tool: tool_name,
            agent: agent_name,
            level: sensitivity_level,
            text,
          }),
        );
      },
    ),
    { numRuns: 1000 },
  );
});

describe('an empty key of the original form', () => {
  const RULES =
    'default: allow\ncombining: first_match\nrules:\n  - { tool_name: read_file, action: allow }\n';
  const EMPTY = [
    'blocked_tools: []',
    'monitored_tools: []',
    'dangerous_argument_patterns: []',
    'high_risk_tools: []',
    'data_classification: {}',
    'data_classification: { blocked_sensitivity_levels: [] }',
    'agents: {}',
    'agents: { bob: {} }',
    'agents: { bob: { approval_required_tools: [] } }',
  ];

  it.each(EMPTY)('means what the file means without it: %s', (key) => {
    for (const file of [RULES, `${RULES}monitored_tools: [b]\n`, `${RULES}high_risk_tools_mode: extend\n`]) {
      const name = key.split(':')[0] ?? '';
      const has = file.includes(name);
      const version = compiled(file).version;
      expect(compiled(has ? file : `${file}${key}\n`).version).toBe(version);
    }
    expect(compiled(`${RULES}${key}\n`).evaluate(stepView({ tool_name: 'restart_service' })).action).toBe(
      'allow',
    );
  });

  it.each([
    ['agents: { bob: { allowed_tools: [] } }', 'block'],
    ['high_risk_tools_mode: extend', 'require_approval'],
    ['monitored_tools: [read_file]', 'require_approval'],
  ])('is none of these, which say something: %s', (key, action) => {
    const step = stepView({ tool_name: 'restart_service', agent_name: 'bob' });
    expect(compiled(`${RULES}${key}\n`).evaluate(step).action).toBe(action);
  });
});
