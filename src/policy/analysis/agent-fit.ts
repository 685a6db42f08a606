import { isGlob } from '../glob.ts';
import { type Layer, layerWords } from '../layer.ts';
import { compileNames } from '../match-conditions.ts';
import type { RuleContent } from '../rule-schema.ts';
import type { KnownAgent } from './known-names.ts';
import type { RuleFinding } from './lint-issue.ts';

/** Agents beyond this are not gone through for a rule that names none of them by its id. */
const MAX_SEARCHED = 1_000;

const OF_AGENTS = ['agent_name', 'agent_id', 'agent_type', 'tenant_id'] as const;
type Test = (agent: KnownAgent) => boolean;

/** Finds rules that ask for an agent, a name, a type and a tenant that are there, and not together. */
export function agentFit(agents: readonly KnownAgent[]) {
  const byId = Map.groupBy(agents, ({ agent_id }) => agent_id);
  const among = ({ match: { agent_id: ids } }: RuleContent): readonly KnownAgent[] => {
    if (Array.isArray(ids) && !ids.some(isGlob)) return ids.flatMap((id) => byId.get(id) ?? []);
    return agents.length > MAX_SEARCHED ? [] : agents;
  };
  return (rule: RuleContent): RuleFinding[] => {
    const tests = testsOf(rule);
    const candidates = among(rule);
    if (tests.length < 2 || candidates.length === 0) return [];
    if (candidates.some((agent) => tests.every((test) => test(agent)))) return [];
    // What nobody has at all is told by its name.
    return tests.every((test) => agents.some(test)) ? [unfit(rule)] : [];
  };
}

function testsOf({ match, layer }: RuleContent): Test[] {
  const tests = OF_AGENTS.flatMap((attribute): Test[] => {
    const names = match[attribute];
    return names === undefined ? [] : [testOf(attribute, compileNames(names))];
  });
  return layer === undefined || tests.length === 0 ? tests : [...tests, (agent) => isOf(layer, agent)];
}

/** An agent without a name goes by its id; what it has not at all is in doubt. */
function testOf(attribute: (typeof OF_AGENTS)[number], isAsked: (name: string) => boolean): Test {
  return (agent) => {
    const own = agent[attribute] ?? (attribute === 'agent_name' ? agent.agent_id : undefined);
    return own === undefined || isAsked(own);
  };
}

function isOf(layer: Layer, { tenant_id, agent_id, groups = [] }: KnownAgent): boolean {
  if (layer.tenant_id !== undefined && layer.tenant_id !== tenant_id) return false;
  if (layer.kind === 'agent') return layer.agent_id === agent_id;
  return layer.kind === 'tenant' || groups.includes(layer.group);
}

function unfit({ id, match, layer }: RuleContent): RuleFinding {
  const asked = OF_AGENTS.filter((attribute) => match[attribute] !== undefined);
  const whose = layer === undefined ? '' : ` of ${layerWords(layer)}`;
  const words = asked.map((attribute) => `this ${attribute}`).join(' and ');
  return {
    code: 'unknown_agent',
    rule_ids: [id],
    pointer: `/match/${asked[0]}`,
    message: `agents.yaml has no agent${whose} with ${words}, so rule ${id} concerns only agents registered over the API`,
  };
}
