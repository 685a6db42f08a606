/** What the plans of the policy benchmark meet, whatever the number of rules: an allow and nine that look closer. */
const ASKED_TOOL_RULES = [
  '{ id: asked.read, match: { tool_name: read_contract }, action: allow }',
  '{ id: asked.sealed, match: { tool_name: read_contract }, args: { contract_id: { starts_with: sealed- } }, action: block }',
  '{ id: asked.old, match: { tool_name: read_contract }, args: { contract_id: { matches: "^c-19[0-9]{2}-" } }, action: require_approval }',
  '{ id: asked.listed, match: { tool_name: read_contract }, args: { contract_id: { in: [c-2020-1, c-2020-2] } }, action: block }',
  '{ id: asked.interns, match: { tool_name: read_contract, agent_name: intern_* }, action: block }',
  '{ id: all.external, match: { agent_type: external }, action: require_approval }',
  '{ id: all.guests, match: { tenant_id: guest-* }, action: block }',
  '{ id: mail.inside, match: { tool_name: send_email }, args: { to: { in_domains: [acme.example] } }, action: allow }',
  '{ id: pay.large, match: { tool_name: make_payment }, args: { amount: { gt: 1000 } }, action: require_approval }',
  '{ id: web.inside, match: { tool_name: fetch_url }, args: { url: { in_domains: [acme.example] } }, action: block }',
];

/** One rule in this many has a glob that no index can look up. */
const GENERAL_GLOB_EVERY = 1_000;

/**
 * A `policies.yaml` of `count` rules, 10 at least, as a company with many systems would have it: about eight rules a
 * tool, by exact name and by namespace, most of them with conditions on arguments, three of ten with a `when`, and few
 * general globs. Lint has nothing to say of them beside `agentsFor`, and something of each where that `isWarned`. The same
 * count gives the same text.
 */
export function policiesOf(count: number, { isWarned = false } = {}): string {
  const others = Array.from({ length: count - ASKED_TOOL_RULES.length }, (_, index) =>
    ruleAt(index, isWarned),
  );
  const lines = [...ASKED_TOOL_RULES, ...others].map((rule) => `  - ${rule}\n`);
  return `bundle: production\ndefault: block\nrules:\n${lines.join('')}`;
}

/** A `policies.yaml` of as many rules as one file can have, which say little. */
export function plainPolicies(action: 'allow' | 'block'): string {
  const rules = Array.from(
    { length: 85_000 },
    (_, index) => `- {id: r${index}, match: {tool_name: t${index >> 3}}, action: ${action}}\n`,
  );
  return `bundle: production\nrules:\n${rules.join('')}`;
}

/** What `capabilities.yaml` needs for the rules of `policiesOf(count)` to ask for no tool that nobody has. */
export function capabilitiesFor(count: number): string {
  const others = Array.from({ length: count - ASKED_TOOL_RULES.length }, (_, index) => index);
  const tools = others.map((index) =>
    index % GENERAL_GLOB_EVERY === GENERAL_GLOB_EVERY - 1
      ? `stock_purge_${index}`
      : `system_${Math.floor(index / 80)}.tool_${Math.floor(index / 8)}`,
  );
  return `  cap_generated:\n    tools: [${[...new Set(tools)].join(', ')}]\n`;
}

/** What `agents.yaml` needs for the rules to name no agent, no type and no tenant that nobody has. */
export function agentsFor(): string {
  const named = [
    ['intern_1', 'acme-corp'],
    ['dev_1', 'acme-corp'],
    ['guest', 'guest-1'],
  ];
  return named
    .map(([name, tenant]) => `  - { agent_id: ${name}, agent_type: external, tenant_id: ${tenant} }\n`)
    .join('');
}

function ruleAt(index: number, isWarned: boolean): string {
  const system = `system_${Math.floor(index / 80)}`;
  const tool = `${system}.tool_${Math.floor(index / 8)}`;
  const id = `generated.${index}`;
  if (index % GENERAL_GLOB_EVERY === GENERAL_GLOB_EVERY - 1) {
    return `{ id: ${id}, match: { tool_name: "*_purge_${index}" }, action: block }`;
  }
  const forms = [
    `match: { tool_name: ${tool}, agent_name: finance_* }, action: allow`,
    `match: { tool_name: ${tool} }, args: { amount: { gt: ${index} } }, action: require_approval`,
    `match: { tool_name: ${tool} }, args: { to: { not_in_domains: [acme.example, s${index}.example] } }, action: block`,
    `match: { tool_name: ${tool}, agent_name: [ops_*, dev_*] }, action: allow`,
    `match: { tool_name: ${tool} }, args: { path: { starts_with: /srv/${index}/ } }, action: allow`,
    `match: { tool_name: ${tool} }, args: { query: { matches: "drop|truncate_${index}" } }, action: block`,
    `match: { tool_name: ${tool}, sensitivity_level: { gte: high } }, action: require_approval`,
    `match: { tool_name: "${system}.*", agent_type: external }, args: { region: { in: [eu, r${index}] } }, action: block`,
  ];
  const when = index % 10 < 3 ? `, when: '${whenAt(index)}'` : '';
  const form = forms[index % forms.length] ?? '';
  const asked = isWarned ? form.replace('match: {', `match: { agent_id: nobody_${index},`) : form;
  return `{ id: ${id}, ${asked}${when} }`;
}

function whenAt(index: number): string {
  const forms = [
    `args.amount > ${index} && args.currency in ["EUR", "USD"]`,
    `agent.agent_type == "external" || args.region != "r${index}"`,
    `args.to.exists(t, t.endsWith("@s${index}.example"))`,
    'step.sensitivity_level in ["high", "critical"] && plan.step_count > 1',
  ];
  return forms[index % forms.length] ?? '';
}
