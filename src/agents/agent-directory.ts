import type { EventGroup, EventType } from '../audit/event.ts';
import { type HoldsSecret, refuseSecretIds } from '../audit/secret-id.ts';
import { AgentError } from './agent-error.ts';
import { pageOfAgents } from './agent-page.ts';
import { type AgentRecord, agentRecordSchema, idsOfAgent } from './agent-record.ts';
import type { AgentOrigin, AgentStore, StoredAgent } from './agent-store.ts';
import { AgentTable } from './agent-table.ts';

/** Who a plan says it comes from. */
export type AgentLookup = { tenant_id?: string; agent_id?: string; agent_name?: string };

/**
 * `foreign`: no such agent in the tenant, but in another one. `ambiguous`: several agents fit, so none is meant.
 */
export type AgentAnswer =
  | { status: 'found'; agent: AgentRecord }
  | { status: 'unknown' | 'foreign' | 'ambiguous' };

/** What may be changed of a registered agent. Its tenant and id never change. */
export type AgentPatch = Partial<Omit<AgentRecord, 'tenant_id' | 'agent_id' | 'status'>> & {
  status?: 'retired';
};

/** The tenant and id of one agent, and the name of who asks. */
type Target = { tenant_id: string; agent_id: string; by: string };

type Deps = {
  store: AgentStore;
  /** Makes an event group durable; rejects where it cannot. */
  record: (group: EventGroup) => Promise<unknown>;
  holdsSecret: HoldsSecret;
};

/**
 * Every agent the gateway knows: those of `agents.yaml`, and those registered over the API.
 *
 * The file wins where both know an agent. An agent of the file is changed in the file; over the API it can be
 * suspended and resumed, and that outlives reloads and restarts. A change stands in memory only once its event is
 * durable, but its agent is locked meanwhile: a second change of it is refused with `agent_state_conflict`.
 */
export class AgentDirectory {
  readonly #deps: Deps;
  readonly #stored = new Map<string, StoredAgent>();
  readonly #changing = new Set<string>();
  #file = new AgentTable();
  #agents = new AgentTable();

  private constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Reads what the store knows. `agents.yaml` comes with the first `useFile`. */
  static async open(deps: Deps): Promise<AgentDirectory> {
    const directory = new AgentDirectory(deps);
    for (const { agent, origin } of await deps.store.agents()) {
      const checked = agentRecordSchema.parse(agent);
      directory.#stored.set(keyOf(checked), { agent: checked, origin });
    }
    directory.useFile([]);
    return directory;
  }

  /**
   * Takes the agents of `agents.yaml`, in place of those taken before. Throws `invalid_agent` where two have the
   * same tenant and id; then the earlier ones stay.
   */
  useFile(records: readonly AgentRecord[]): void {
    const file = new AgentTable();
    for (const record of records) {
      const { tenant_id: tenant, agent_id: id } = record;
      if (file.get(tenant, id) !== undefined) {
        throw new AgentError('invalid_agent', `agent ${id} of tenant ${tenant} is defined twice`);
      }
      file.put(record);
    }
    const agents = new AgentTable();
    for (const record of records) agents.put(withStoredStatus(record, this.#stored.get(keyOf(record))));
    for (const { agent, origin } of this.#stored.values()) {
      if (origin === 'api' && file.get(agent.tenant_id, agent.agent_id) === undefined) agents.put(agent);
    }
    this.#file = file;
    this.#agents = agents;
  }

  /** The agent a plan names. By id where it has one, else by name; a name that two agents share finds neither. */
  find({ tenant_id: tenant, agent_id: id, agent_name: name }: AgentLookup): AgentAnswer {
    if (id === undefined && name === undefined) return { status: 'unknown' };
    if (tenant !== undefined && id !== undefined) {
      const agent = this.#agents.get(tenant, id);
      if (agent !== undefined) return { status: 'found', agent };
      return { status: this.#agents.withId(id).length > 0 ? 'foreign' : 'unknown' };
    }
    const named = id !== undefined ? this.#agents.withId(id) : this.#agents.withName(name ?? '');
    return answerOf(named, tenant);
  }

  /** Throws `agent_not_found`, also for an agent of another tenant than `tenantId`. */
  get(tenantId: string, agentId: string): AgentRecord {
    const agent = this.#agents.get(tenantId, agentId);
    if (agent === undefined) throw new AgentError('agent_not_found', `there is no agent ${agentId}`);
    return agent;
  }

  /** Whether the agent is known and may act: neither suspended nor retired. */
  isActive({ tenant_id, agent_id }: { tenant_id: string; agent_id: string }): boolean {
    return this.#agents.get(tenant_id, agent_id)?.status === 'active';
  }

  originOf(agent: AgentRecord): AgentOrigin {
    return this.#file.get(agent.tenant_id, agent.agent_id) === undefined ? 'api' : 'file';
  }

  /** Whether a tenant has an agent. */
  hasTenant(tenantId: string): boolean {
    return this.#agents.hasTenant(tenantId);
  }

  /** Every tenant that has an agent. */
  tenants(): string[] {
    return [...this.#agents.tenants()];
  }

  /** Every agent of a tenant, or of all, in no order. */
  all(tenantId?: string): AgentRecord[] {
    const tenants = tenantId === undefined ? this.tenants() : [tenantId];
    return tenants.flatMap((tenant) => this.#agents.ofTenant(tenant));
  }

  /** By tenant and id. Without a tenant: all. `limit`: 1 to 1000. Throws `invalid_cursor`. */
  list(query: { tenant_id?: string; limit: number; cursor?: string }): {
    items: AgentRecord[];
    next_cursor?: string;
  } {
    return pageOfAgents(this.all(query.tenant_id), query.limit, query.cursor);
  }

  /** Adds an agent. Rejects with `agent_exists` where its id, or its name, is taken in the tenant, and with `SecretId`. */
  async register(agent: AgentRecord, by: string): Promise<AgentRecord> {
    refuseSecretIds(idsOfAgent(agent), this.#deps.holdsSecret);
    if (this.#agents.get(agent.tenant_id, agent.agent_id) !== undefined) {
      throw new AgentError(
        'agent_exists',
        `tenant ${agent.tenant_id} has an agent ${agent.agent_id} already`,
      );
    }
    this.#assertNameIsFree(agent);
    return this.#change('agent_registered', agent, by);
  }

  /** Changes a registered agent. Rejects with `agent_not_found`, `agent_read_only` (file), `agent_exists` (name), `SecretId`. */
  async update({ tenant_id, agent_id, by }: Target, patch: AgentPatch): Promise<AgentRecord> {
    const current = this.get(tenant_id, agent_id);
    if (this.originOf(current) === 'file') {
      throw new AgentError(
        'agent_read_only',
        `agent ${agent_id} is described in agents.yaml; change it there`,
      );
    }
    refuseSecretIds(idsOfAgent(patch), this.#deps.holdsSecret);
    const next = agentRecordSchema.parse({ ...current, ...patch, tenant_id, agent_id });
    this.#assertNameIsFree(next);
    return this.#change('agent_updated', next, by);
  }

  /** Stops an agent. One that is suspended stays so, without an event. Rejects with `agent_state_conflict` if retired. */
  async suspend({ tenant_id, agent_id, by }: Target): Promise<AgentRecord> {
    const current = this.get(tenant_id, agent_id);
    if (current.status === 'suspended') return current;
    if (current.status === 'retired') throw conflict(`agent ${agent_id} is retired`);
    return this.#change('agent_suspended', { ...current, status: 'suspended' }, by);
  }

  /** Undoes a suspension. Rejects with `agent_read_only` where `agents.yaml` itself says it is not active. */
  async resume({ tenant_id, agent_id, by }: Target): Promise<AgentRecord> {
    const current = this.get(tenant_id, agent_id);
    if (current.status === 'active') return current;
    const inFile = this.#file.get(tenant_id, agent_id);
    if (inFile !== undefined && inFile.status !== 'active') {
      throw new AgentError('agent_read_only', `agents.yaml says that agent ${agent_id} is ${inFile.status}`);
    }
    if (current.status === 'retired') throw conflict(`agent ${agent_id} is retired`);
    return this.#change('agent_resumed', { ...current, status: 'active' }, by);
  }

  async #change(event_type: EventType, agent: AgentRecord, by: string): Promise<AgentRecord> {
    const key = keyOf(agent);
    if (this.#changing.has(key))
      throw conflict(`agent ${agent.agent_id} is being changed by another request`);
    this.#changing.add(key);
    try {
      const stored: StoredAgent = { agent, origin: this.originOf(agent) };
      await this.#deps.record({
        context: { tenant_id: agent.tenant_id, agent_id: agent.agent_id },
        events: [{ event_type, payload: { ...stored, by } }],
      });
      this.#stored.set(key, stored);
      // The file may have been read anew while the event was written: what it says now counts.
      const inFile = this.#file.get(agent.tenant_id, agent.agent_id);
      const effective = inFile === undefined ? agent : withStoredStatus(inFile, stored);
      this.#agents.put(effective);
      return effective;
    } finally {
      this.#changing.delete(key);
    }
  }

  #assertNameIsFree({ tenant_id, agent_id, agent_name }: AgentRecord): void {
    if (agent_name === undefined) return;
    const others = this.#agents.withName(agent_name);
    if (others.some((other) => other.tenant_id === tenant_id && other.agent_id !== agent_id)) {
      throw new AgentError('agent_exists', `tenant ${tenant_id} has an agent named ${agent_name} already`);
    }
  }
}

function answerOf(agents: readonly AgentRecord[], tenantId: string | undefined): AgentAnswer {
  const own = tenantId === undefined ? agents : agents.filter((agent) => agent.tenant_id === tenantId);
  const [agent, ...others] = own;
  if (agent === undefined) return { status: agents.length > 0 ? 'foreign' : 'unknown' };
  return others.length > 0 ? { status: 'ambiguous' } : { status: 'found', agent };
}

/** An agent of the file, as an operator left it: the file can stop an agent, and so can the operator. */
function withStoredStatus(agent: AgentRecord, stored: StoredAgent | undefined): AgentRecord {
  if (agent.status !== 'active' || stored === undefined) return agent;
  return { ...agent, status: stored.agent.status };
}

function keyOf({ tenant_id, agent_id }: AgentRecord): string {
  return JSON.stringify([tenant_id, agent_id]);
}

function conflict(message: string): AgentError {
  return new AgentError('agent_state_conflict', message);
}
