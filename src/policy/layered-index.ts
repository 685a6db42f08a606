import type { StepView } from './bundle.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { Layer } from './layer.ts';
import { indexRules, type RuleIndex } from './rule-index.ts';

/** Finds the rules that can match a step: those for everyone, and those of the layers that the step's agent is in. */
export type LayeredIndex = {
  candidates(step: Pick<StepView, 'tool_name' | 'tenant_id' | 'agent_id' | 'groups'>): CompiledRule[];
};

/** Indices by tenant and name. Layers of no tenant stand under an empty one, which no tenant is called. */
type ByTenant = Map<string, Map<string, RuleIndex>>;

/**
 * Each layer has an index of its own and is found by what it is called, so rules of other tenants, groups and agents
 * cost a step nothing, however many there are.
 */
export function indexLayers(rules: readonly CompiledRule[]): LayeredIndex {
  const global = indexRules(rules.filter(({ layer }) => layer === undefined));
  const layers: Record<Layer['kind'], ByTenant> = {
    tenant: byTenant(rules, 'tenant', () => ''),
    agent_group: byTenant(rules, 'agent_group', (layer) => ('group' in layer ? layer.group : '')),
    agent: byTenant(rules, 'agent', (layer) => ('agent_id' in layer ? layer.agent_id : '')),
  };
  if (Object.values(layers).every(({ size }) => size === 0))
    return { candidates: ({ tool_name }) => global.candidates(tool_name) };
  return {
    candidates: ({ tool_name, tenant_id, agent_id, groups = [] }) => {
      const found = global.candidates(tool_name);
      const add = (index: RuleIndex | undefined) => {
        if (index !== undefined) found.push(...index.candidates(tool_name));
      };
      for (const group of new Set(groups)) add(layers.agent_group.get('')?.get(group));
      if (tenant_id === undefined) return found;
      add(layers.tenant.get(tenant_id)?.get(''));
      const ofGroups = layers.agent_group.get(tenant_id);
      if (ofGroups !== undefined) for (const group of new Set(groups)) add(ofGroups.get(group));
      if (agent_id !== undefined) add(layers.agent.get(tenant_id)?.get(agent_id));
      return found;
    },
  };
}

function byTenant(
  rules: readonly CompiledRule[],
  kind: Layer['kind'],
  nameOf: (layer: Layer) => string,
): ByTenant {
  const own = rules.filter(({ layer }) => layer?.kind === kind);
  const tenants = Map.groupBy(own, ({ layer }) => layer?.tenant_id ?? '');
  const indexed = (named: readonly CompiledRule[]) => {
    const names = Map.groupBy(named, ({ layer }) => (layer === undefined ? '' : nameOf(layer)));
    return new Map([...names].map(([name, some]) => [name, indexRules(some)]));
  };
  return new Map([...tenants].map(([tenant, some]) => [tenant, indexed(some)]));
}
