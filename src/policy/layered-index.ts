import type { StepView } from './bundle.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { Layer } from './layer.ts';
import { indexRules, type RuleIndex } from './rule-index.ts';
import { type Candidates, keptLists } from './rule-list.ts';

/** Finds the rules that can match a step: those for everyone, and those of the layers that the step's agent is in. */
export type LayeredIndex = {
  candidates(step: Pick<StepView, 'tool_name' | 'tenant_id' | 'agent_id' | 'groups'>): Candidates;
};

/** Indices by tenant and name. Layers of no tenant stand under an empty one, which no tenant is called. */
type ByTenant = Map<string, Map<string, RuleIndex>>;

/**
 * Each layer has an index of its own and is found by what it is called, so rules of other tenants, groups and agents
 * cost a step nothing, however many there are.
 */
export function indexLayers(rules: readonly CompiledRule[]): LayeredIndex {
  const layered = rules.filter(({ layer }) => layer !== undefined);
  const global = indexRules(layered.length === 0 ? rules : rules.filter(({ layer }) => layer === undefined));
  const lists = keptLists();
  if (layered.length === 0)
    return {
      candidates: ({ tool_name }) =>
        lists.get(tool_name) ?? lists.keep(tool_name, global.candidates(tool_name)),
    };
  const layers: Record<Layer['kind'], ByTenant> = {
    tenant: byTenant(layered, 'tenant', () => ''),
    agent_group: byTenant(layered, 'agent_group', (layer) => ('group' in layer ? layer.group : '')),
    agent: byTenant(layered, 'agent', (layer) => ('agent_id' in layer ? layer.agent_id : '')),
  };
  const all = Object.values(layers).flatMap((tenants) =>
    [...tenants.values()].flatMap((some) => [...some.values()]),
  );
  const numbers = new Map(all.map((index, number) => [index, number]));
  return {
    candidates: (step) => {
      const { tool_name: tool } = step;
      const own = indicesOf(layers, step);
      const key = `${own.map((index) => numbers.get(index)).join()}\n${tool}`;
      return (
        lists.get(key) ??
        lists.keep(
          key,
          [global, ...own].flatMap((index) => index.candidates(tool)),
        )
      );
    },
  };
}

/** The indices of the layers that a step's agent is in. */
function indicesOf(
  layers: Record<Layer['kind'], ByTenant>,
  { tenant_id, agent_id, groups = [] }: Pick<StepView, 'tenant_id' | 'agent_id' | 'groups'>,
): RuleIndex[] {
  const found: (RuleIndex | undefined)[] = [];
  for (const group of new Set(groups)) found.push(layers.agent_group.get('')?.get(group));
  if (tenant_id !== undefined) {
    found.push(layers.tenant.get(tenant_id)?.get(''));
    const ofGroups = layers.agent_group.get(tenant_id);
    if (ofGroups !== undefined) for (const group of new Set(groups)) found.push(ofGroups.get(group));
    if (agent_id !== undefined) found.push(layers.agent.get(tenant_id)?.get(agent_id));
  }
  return found.filter((index) => index !== undefined);
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
