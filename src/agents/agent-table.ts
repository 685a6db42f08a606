import type { AgentRecord } from './agent-record.ts';

/**
 * Agents by tenant and id, by id, and by name. Ids and names are compared code point by code point, without
 * normalisation: a look-alike is another agent.
 */
export class AgentTable {
  readonly #byTenant = new Map<string, Map<string, AgentRecord>>();
  readonly #byId = new Map<string, Set<AgentRecord>>();
  readonly #byName = new Map<string, Set<AgentRecord>>();

  get(tenantId: string, agentId: string): AgentRecord | undefined {
    return this.#byTenant.get(tenantId)?.get(agentId);
  }

  /** All agents of this id, whatever their tenant. */
  withId(agentId: string): readonly AgentRecord[] {
    return [...(this.#byId.get(agentId) ?? [])];
  }

  /** All agents of this name, whatever their tenant. */
  withName(agentName: string): readonly AgentRecord[] {
    return [...(this.#byName.get(agentName) ?? [])];
  }

  hasTenant(tenantId: string): boolean {
    return this.#byTenant.has(tenantId);
  }

  tenants(): IterableIterator<string> {
    return this.#byTenant.keys();
  }

  ofTenant(tenantId: string): readonly AgentRecord[] {
    return [...(this.#byTenant.get(tenantId)?.values() ?? [])];
  }

  /** Adds an agent, in place of the one of the same tenant and id. */
  put(agent: AgentRecord): void {
    this.#remove(agent.tenant_id, agent.agent_id);
    ensure(this.#byTenant, agent.tenant_id, () => new Map()).set(agent.agent_id, agent);
    ensure(this.#byId, agent.agent_id, () => new Set()).add(agent);
    if (agent.agent_name !== undefined) ensure(this.#byName, agent.agent_name, () => new Set()).add(agent);
  }

  #remove(tenantId: string, agentId: string): void {
    const agent = this.get(tenantId, agentId);
    if (agent === undefined) return;
    this.#byTenant.get(tenantId)?.delete(agentId);
    this.#byId.get(agentId)?.delete(agent);
    if (agent.agent_name !== undefined) this.#byName.get(agent.agent_name)?.delete(agent);
  }
}

function ensure<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
